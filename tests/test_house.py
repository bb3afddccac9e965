"""The house rules that no single module can hold: arrows, weight, size, and what is committed."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "equitylab"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "_notebooks" not in p.parts)

# The floors of DESIGN section 2, from the ground up. A room imports only from floors below it, or
# from its own room. `language` and `figures` share a floor, and what draws with them lies between.
FLOORS = [
    ["errors"],
    ["metrics", "schema", "places"],
    ["catalog"],
    ["readers"],
    ["samples"],
    ["signals", "audit", "checking"],
    ["privacy"],
    ["display", "svg", "markup"],
    ["page"],
    ["language", "figures"],
    ["portfolio"],
    ["plan"],
    ["reports"],
    ["widgets"],
    ["study"],
    ["cohort", "kit"],
    ["cli"],
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
SHARED = [{"signals", "audit"}, {"display", "language", "figures", "svg"}]
HEAVY = ["seaborn", "statsmodels", "papermill", "nbconvert", "ipywidgets", "matplotlib"]


def family(name: str) -> str:
    """Return the room of a module: ``audit_scores`` is a part of ``audit``."""
    return name if name in FLOOR else name.partition("_")[0]


def room(path: Path) -> str:
    name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if name == "__init__" else family(name)


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports, by their full names."""
    package = ["equitylab", *path.relative_to(PACKAGE).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def rooms(path: Path) -> set[str]:
    """Return the rooms of the house that a file imports from."""
    parts = [name.split(".") for name in imports(path)]
    return {family(p[1]) for p in parts if p[0] == "equitylab" and len(p) > 1}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_arrows_go_one_way(path):
    here = room(path)
    if not here:  # the front door opens on every room
        return
    assert here in FLOOR, f"tests/test_house.py knows no floor for {here}"
    for there in rooms(path) - {here, family("__version__")}:
        if any({here, there} <= pair for pair in SHARED):
            continue
        assert FLOOR[there] < FLOOR[here], f"{here} imports {there}, which is not below it"


def test_the_arrow_test_sees_every_kind_of_import(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    (tmp_path / "metrics").mkdir()
    path = tmp_path / "metrics" / "a.py"
    path.write_text(
        "from . import b\nfrom .. import audit\nfrom ..privacy import x\nimport equitylab.cli\n"
        "def f():\n    from equitylab.readers import read\n"
    )
    assert rooms(path) == {"metrics", "audit", "privacy", "cli", "readers"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "metrics").glob("*.py")), ids=lambda p: p.name)
def test_metrics_are_the_ground_floor(path):
    assert rooms(path) <= {"errors", "metrics"}
    assert not {name.split(".")[0] for name in imports(path)} & {"pandas", "pathlib", "os"}


def test_importing_the_library_is_quick():
    script = "import sys, equitylab; print(*(m for m in sys.argv[1:] if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script, *HEAVY], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_stays_small(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


# What is committed: every file that git tracks or would track.


def committed() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
    )
    if done.returncode:
        pytest.skip("this is not a clone")
    names = done.stdout.decode("utf-8").split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in committed():
        try:
            found.append((path, path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_is_large():
    large = {p.relative_to(ROOT).as_posix(): p.stat().st_size for p in committed()}
    assert {name: size for name, size in large.items() if size > 1_500_000} == {}


# Pieces are joined, so that this file does not hold what it looks for.
MACHINE = re.compile(
    "|".join([r"(?<![\w.:/])/(?:" + "|".join(["work", "root", "home", "Users"]) + r")/\w"])
)
REGISTRY = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in [
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("registry", "yarnpkg", "com"),
            ("deb", "debian", "org"),
        ]
    )
)


def test_no_machine_path_and_no_registry_address():
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path, text in texts()
        for pattern in (MACHINE, REGISTRY)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_the_patterns_find_what_they_look_for():
    assert MACHINE.search("see /" + "home/ann/data.csv") and MACHINE.search('"/' + 'work/main"')
    assert not MACHINE.search("a/" + "work/b") and not MACHINE.search("https://x/" + "home/y")
    assert REGISTRY.search("https://pypi." + "org/simple")


def test_notebooks_are_committed_without_outputs():
    books = [path for path in committed() if path.suffix == ".ipynb"]
    for path in books:
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            assert cell.get("outputs", []) == [], path
            assert cell.get("execution_count") is None, path


# Groups are data: a label of a student group stands in YAML, never in code.
GROUPS = re.compile(
    r"\b(Black|White|(?i:hispanic|latin[oax]|asian|african|american indian|alaska native|pacific "
    r"islander|hawaiian|two or more races|multiracial|female|male|girls?|boys?|nonbinary))\b"
)


def strings(path: Path) -> list[tuple[int, str]]:
    """Return the string constants of a module that are not docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_code_names_no_student_group(path):
    assert [(line, text) for line, text in strings(path) if GROUPS.search(text)] == []


# Packaging


def test_the_pinned_list_has_names_and_versions_only():
    lines = (ROOT / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    assert lines and all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][\w.]*", line) for line in lines)


def test_the_pinned_list_satisfies_what_the_package_asks_for():
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    pinned = {canonicalize_name(name): version for name, version in pinned.items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *(line for lines in extras.values() for line in lines)]:
        want = Requirement(line)
        assert pinned.get(canonicalize_name(want.name)) in want.specifier, line


def test_a_wheel_carries_the_notebooks_and_the_sample_district(tmp_path):
    import zipfile

    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [sys.executable, *words, "--wheel-dir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "equitylab/_notebooks/school-report.ipynb",
        "equitylab/_notebooks/district-report.ipynb",
        "equitylab/_samples/riverbend/students-2023-24.csv",
        "equitylab/content/indicators.yaml",
        "equitylab/page.css",
    } <= names
    # Installed elsewhere, it finds what it carries.
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    script = "from equitylab import places, samples; print(places.notebook('school-report'))"
    done = subprocess.run(
        [sys.executable, "-c", script + "; print(samples.path())"],
        capture_output=True,
        text=True,
        cwd=tmp_path / "site",
        check=True,
    )
    assert all(line.startswith(str(tmp_path)) for line in done.stdout.splitlines())


def test_everything_that_is_imported_is_asked_for():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    # What an extra brings is imported where a verb or option asks for it.
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["cluster"], *extras["sql"], *extras["pdf"]]
    asked = {re.split(r"[^\w-]", line)[0].replace("-", "_") for line in lines}
    asked |= {
        "yaml",
        "docx",
        "IPython",
        "traitlets",
        "equitylab",
    }  # other names of what is asked for
    used = {name.split(".")[0] for path in MODULES for name in imports(path)}
    used -= set(sys.stdlib_module_names)
    assert {name for name in used if name and name not in asked} == set()

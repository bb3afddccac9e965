"""What does one report cost, by each way to make it? Wall and CPU seconds, and memory, in one run.

    python benchmarks/reports.py [--quick]

The same notebook (the school report), the same four schools of the sample district and the same
page template for every way. CPU seconds count every process: kernels, warm processes and children.
Starting a way up (imports, pools, a warm exporter, a warm process) is timed apart, since it is paid
once. Each way runs alone, one after the other; where other load is on the machine, read ratios.
Writes benchmarks/results/reports.md and reports.json, and says there what a district, a state and
the country would take; `state_batch.py` measures a whole state.
"""

from __future__ import annotations

import ast
import gc
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import measure

from equitylab import places

Case = tuple[str, str]  # a school's id, and the file of its numbers
BOOK = places.notebook("school-report")
PLOOMBER = (  # with what it needs beyond ours; into a folder of its own, so that no version changes
    "ploomber-engine", "ploomber-core", "ploomber-extension", "debuglater", "posthog", "backoff",
    "distro", "colorama",
)  # fmt: skip

# ---------------------------------------------------------------- the ways
# Each is a generator: what comes before its first `yield` is paid once, what lies between the two is
# the work, and what comes after clears up.


def commands(cases: list[Case], out: Path) -> Iterator[None]:
    """`papermill`, then `jupyter nbconvert`, once a report."""
    here = Path(sys.executable).parent
    templates = Path(places.__file__).parent / "reports" / "template"
    quiet = {"check": True, "capture_output": True}
    quiet["env"] = os.environ | {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}
    yield
    for number, (unit_id, numbers) in enumerate(cases):
        book = out / f"{number}.ipynb"
        given = ["-r", "release", numbers, "-r", "unit_id", unit_id]
        subprocess.run([here / "papermill", BOOK, book, *given, "--no-progress-bar"], **quiet)
        chosen = ["--template", "equity", "--no-input"]
        chosen += [f"--TemplateExporter.extra_template_basedirs={templates}"]
        subprocess.run([here / "jupyter", "nbconvert", "--to", "html", *chosen, book], **quiet)
    yield


def api(cases: list[Case], out: Path) -> Iterator[None]:
    """papermill's function in one process, whose exporter is warm."""
    _warm_exporter()
    yield
    _by_papermill(cases, out)
    yield


def api_two(cases: list[Case], out: Path) -> Iterator[None]:
    """The same in two processes, half of the reports each."""
    with multiprocessing.get_context("spawn").Pool(2, _warm_exporter) as pool:
        pool.map(time.sleep, [1, 1], chunksize=1)
        yield
        pool.starmap(_by_papermill, [(cases[k::2], out / str(k)) for k in range(2)], chunksize=1)
        yield


def ploomber(cases: list[Case], out: Path) -> Iterator[None]:
    """ploomber-engine, which runs cells in the process that calls it."""
    _warm_exporter()
    import ploomber_engine  # noqa: F401

    yield
    _by_papermill(cases, out, engine_name="embedded")
    yield


def ours(cases: list[Case], out: Path) -> Iterator[None]:
    """Our batch's runner, with as many workers as there are cores."""
    import inspect

    from equitylab.reports import batch

    runner = inspect.signature(batch.report).parameters["runner"].default
    yield from _by_runner(runner(batch.cores()), cases, out)


def cluster(cases: list[Case], out: Path) -> Iterator[None]:
    """The same by a Dask cluster on this machine: a scheduler, and a worker a core."""
    from equitylab.reports.batch import cores
    from equitylab.reports.cluster import Dask

    about = out / "scheduler.json"
    words = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": out}
    listen = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    started = [
        subprocess.Popen([*words, "scheduler", *listen, "--scheduler-file", str(about)], **quiet)
    ]
    try:
        while not (about.exists() and about.read_text().strip().endswith("}")):
            time.sleep(0.1)
        address = json.loads(about.read_text())["address"]
        each = ["--no-nanny", "--nthreads", "1", "--no-dashboard"]
        for _ in range(cores()):
            started.append(subprocess.Popen([*words, "worker", address, *each], **quiet))
        yield from _by_runner(Dask(address), cases, out)
    finally:
        for process in started:
            process.terminate()
            process.wait()


def floor(cases: list[Case], out: Path) -> Iterator[None]:
    """What the cells call, and the page, as plain functions in one warm process: no notebook."""
    make = _plain(cases[:4], out)
    yield
    for number, case in enumerate(cases):
        make(*case, out / f"{number}.html")
    yield


def apart(cases: list[Case], out: Path) -> Iterator[None]:
    """The same plain functions, in a process forked from the warm one for each report."""
    make = _plain(cases[:4], out)
    gc.collect()
    gc.freeze()
    yield
    for number, case in enumerate(cases):
        if (pid := os.fork()) == 0:
            code = 1
            try:
                make(*case, out / f"{number}.html")
                code = 0
            finally:
                os._exit(code)
        if os.waitpid(pid, 0)[1]:
            raise SystemExit("a report was not made")
    yield


def _plain(first: list[Case], out: Path) -> Callable[[str, str, Path], None]:
    """Return a function that makes a page by what the cells call, warm from a few first ones."""
    import nbformat

    from equitylab.reports.render import render

    book = nbformat.read(BOOK, as_version=4)
    plain = []
    for cell in book.cells:
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            *before, last = ast.parse(cell.source).body
            if not isinstance(last, ast.Expr):
                before, last = [*before, last], None
            code = compile(ast.Module(before, []), "cell", "exec")
            shown = compile(ast.Expression(last.value), "cell", "eval") if last else None
            plain.append((cell, code, shown))

    def make(unit_id: str, numbers: str, page: Path) -> None:
        space = {"release": numbers, "unit_id": unit_id, "portfolio": ""}
        for cell, code, shown in plain:
            exec(code, space)
            if shown is not None:
                data = {"text/html": eval(shown, space)._repr_html_()}
                cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
        page.write_text(render(book), "utf-8")

    for number, case in enumerate(first):
        make(*case, out / f"first-{number}.html")
    return make


def _warm_exporter() -> None:
    import nbformat
    import papermill  # noqa: F401

    from equitylab.reports.render import render

    title = nbformat.v4.new_markdown_cell("# One")
    render(nbformat.v4.new_notebook(cells=[title]))


def _by_papermill(cases: list[Case], out: Path, **options: object) -> None:
    import nbformat
    import papermill

    from equitylab.reports.render import render

    out.mkdir(exist_ok=True)
    for number, (unit_id, numbers) in enumerate(cases):
        given = {"release": numbers, "unit_id": unit_id}
        book = papermill.execute_notebook(BOOK, None, given, progress_bar=False, **options)
        nbformat.write(book, out / f"{number}.ipynb")
        (out / f"{number}.html").write_text(render(book), "utf-8")


def _by_runner(runner, cases: list[Case], out: Path) -> Iterator[None]:
    from equitylab.reports.runner import Job

    def jobs(prefix: str, cases: list[Case]) -> Iterator[Job]:
        for number, (unit_id, numbers) in enumerate(cases):
            name = f"{prefix}{number}"
            given = {"release": os.path.relpath(numbers, out), "unit_id": unit_id}
            files = {"page": str(out / f"{name}.html"), "executed": str(out / f"{name}.ipynb")}
            yield Job(name, str(BOOK), given, **files)

    with runner as running:
        outcomes = list(running.run(jobs("first-", cases[:4])))
        yield
        outcomes += running.run(jobs("", cases))
        yield
    if failed := [outcome for outcome in outcomes if not outcome.ok]:
        raise SystemExit(f"{failed[0].why}\n{failed[0].detail}")


# ---------------------------------------------------------------- measuring

# What is shown, and how many reports it makes (and with --quick).
WAYS = {
    commands: ("`papermill` + `jupyter nbconvert` commands, one after the other", 4, 1),
    api: ("papermill's function, exporter warm", 4, 1),
    api_two: ("papermill's function in 2 processes, exporter warm", 8, 2),
    ploomber: ("ploomber-engine, exporter warm", 4, 1),
    ours: ("**`equitylab report`**, a worker a core", 60, 8),
    cluster: ("`equitylab report --cluster`, Dask on this machine, a worker a core", 32, 4),
    apart: ("the floor's plain functions, in a process forked for each", 24, 4),
    floor: ("the floor: plain functions in one warm process, no notebook", 24, 4),
}


def part(name: str, folder: Path, reports: int) -> None:
    """Run one way in this process and print what it cost."""
    cases = json.loads((folder / "cases.json").read_text())
    cases = [tuple(cases[k % len(cases)]) for k in range(reports)]
    out = folder / name
    out.mkdir()
    way = globals()[name](cases, out)
    at = [(time.perf_counter(), measure.cpu(), time.process_time())]
    for _ in range(2):
        next(way)
        at.append((time.perf_counter(), measure.cpu(), time.process_time()))
    next(way, None)
    (t0, c0, _), (t1, c1, own1), (t2, c2, own2) = at
    start = {"start": t1 - t0, "start_cpu": c1 - c0}
    made = {"wall": t2 - t1, "cpu": c2 - c1, "own": own2 - own1, "reports": reports}
    print(json.dumps(start | made))


def prepare(folder: Path) -> None:
    """Lay down the numbers of four schools: the first, the last and two between, by id."""
    import equitylab as eq
    from equitylab.reports.folder import Slices

    slices = Slices(eq.protect(eq.audit(eq.read(eq.samples.path("riverbend")))))
    units = slices.published.units
    schools = sorted(units.loc[units["level"] == "school", "unit_id"])
    cases = []
    for unit_id in schools[:: max(1, len(schools) // 4)][:4]:
        path = folder / f"{unit_id}.zip"
        path.write_bytes(slices.numbers(unit_id))
        cases.append([unit_id, str(path)])
    (folder / "cases.json").write_text(json.dumps(cases))


def fetched(folder: Path) -> str:
    """Install ploomber-engine beside the house; return why not, if it cannot be."""
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*words, "--no-deps", "--target", str(folder), *PLOOMBER], capture_output=True, text=True
    )
    return done.stderr.strip().splitlines()[-1][:200] if done.returncode else ""


def same(folder: Path) -> str:
    """Say whether the page of each way is the same, byte for byte."""
    first = {number: (folder / "api" / f"{number}.html").read_bytes() for number in range(4)}
    alike = []
    for way in ("ploomber", "ours", "cluster", "apart", "floor"):
        pages = {n: folder / way / f"{n}.html" for n in first}
        if all(path.exists() for path in pages.values()):
            equal = all(path.read_bytes() == first[n] for n, path in pages.items())
            alike.append(f"{way}: {'yes' if equal else 'NO'}")
    return ", ".join(alike)


def main(quick: bool) -> None:
    script = str(Path(__file__).resolve())
    folder = Path(tempfile.mkdtemp(prefix="eq-bench-"))
    found, missing = {}, {}
    try:
        prepare(folder)
        for way, (_, reports, few) in WAYS.items():
            name, more = way.__name__, {}
            if name == "ploomber":
                if why := fetched(folder / "parts"):
                    missing[name] = why
                    continue
                more = {"PYTHONPATH": str(folder / "parts"), "PLOOMBER_STATS_ENABLED": "False"}
            print(f"{name} ...", file=sys.stderr, flush=True)
            load = os.getloadavg()[0]
            try:
                cost, watch = measure.watched(
                    script, "--part", name, str(folder), str(few if quick else reports), **more
                )
            except SystemExit as error:
                missing[name] = str(error)
                continue
            found[name] = cost | {"memory": watch.peak, "load": load}
        print("whole ...", file=sys.stderr, flush=True)
        whole, watch = measure.watched(script, "--whole", str(folder / "whole"))
        found["whole"] = whole | {"memory": watch.peak}
        found["same"] = "" if quick else same(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found |= {"machine": measure.machine(), "missing": missing}
    measure.RESULTS.mkdir(exist_ok=True)
    if not quick:
        (measure.RESULTS / "reports.json").write_text(json.dumps(found, indent=1) + "\n")
    text = told(found)
    print(text)
    if not quick:
        (measure.RESULTS / "reports.md").write_text(text)


# ---------------------------------------------------------------- telling


def told(found: dict) -> str:
    """Return the table of the ways, and what a district, a state and the country would take."""
    base, least = found["commands"], found["floor"]
    lines = [
        "# What a report costs",
        "",
        f"{found['machine']}.",
        "One run of `make bench`: the school report, four schools of the sample district in turn, "
        "one way after the other, each alone. CPU seconds count every process. Where the load before "
        "a way was not near 0, read the ratios of CPU.",
        "",
        "| way | reports | wall s a report | CPU s a report | throughput | CPU beside the floor "
        "| peak memory, MB | to start, wall s (CPU s) | load before |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for way, (name, _, _) in WAYS.items():
        if way.__name__ in found["missing"]:
            lines.append(f"| {name} | not measured: {found['missing'][way.__name__]} |")
            continue
        one = found[way.__name__]
        n = one["reports"]
        faster = (base["wall"] / base["reports"]) / (one["wall"] / n)
        dearer = (one["cpu"] / n) / (least["cpu"] / least["reports"])
        lines.append(
            f"| {name} | {n} | {one['wall'] / n:.2f} | {one['cpu'] / n:.2f} | {faster:.1f} × "
            f"| {dearer:.2f} × | {one['memory'] / measure.MB:.0f} "
            f"| {one['start']:.1f} ({one['start_cpu']:.1f}) | {one['load']:.1f} |"
        )
    lines += ["", f"Pages equal to papermill's, byte for byte: {found['same'] or 'not looked at'}."]
    whole = found["whole"]["phases"]
    seconds = sum(phase["wall"] for phase in whole.values())
    lines += [
        "",
        f"The whole command on the sample district ({found['whole']['reports']} reports, start of "
        f"Python left out): {seconds:.1f} s. "
        + ", ".join(f"{name} {phase['wall']:.1f} s" for name, phase in whole.items())
        + ".",
        "",
        *outlook(found),
    ]
    return "\n".join(lines) + "\n"


def outlook(found: dict) -> list[str]:
    """Return how long 50, 2,000 and 98,000 schools would take, from measured parts."""
    path = measure.RESULTS / "state.json"
    if not path.exists():
        return ["What many schools would take is not worked out: `state_batch.py` was not run yet."]
    state = json.loads(path.read_text())
    phases, schools = state["phases"], state["reports"]
    # All that is done once, in one process: by school, from what was measured of a state.
    once = sum(phases[name]["self"] for name in ("read", "protect and plan", "finish")) / schools
    parent = phases["reports"]["self"] / schools
    each, start = found["ours"], found["ours"]["start_cpu"] + 3  # Python and imports
    child = (each["cpu"] - each["own"]) / each["reports"]

    def batch(n: int, cores: float) -> float:
        """One batch: what is done once, then reports, or handing them out if that takes longer."""
        return start + n * once + n * max((child + parent) / min(cores, n), parent)

    def country(cores: int) -> tuple[float, int]:
        """As many states side by side as is quickest, a batch each, 49 of 2,000 schools."""
        return min((-(-49 // k) * batch(2_000, cores / k), k) for k in range(1, min(49, cores) + 1))

    lines = [
        "## A district, a state, the country",
        "",
        "| cores | 50 schools | 2,000 schools | 98,000 schools | states side by side |",
        "|--:|--:|--:|--:|--:|",
    ]
    for cores in (2, 4, 8, 16, 32, 64, 128, 256):
        all_states, k = country(cores)
        times = [clock(t) for t in (batch(50, cores), batch(2_000, cores), all_states)]
        lines.append(f"| {cores} | {' | '.join(times)} | {k} |")
    lines += [
        "",
        f"Worked out from measured parts, not run: {child:.3f} CPU s a report in a child (the sample's "
        f"school report, all sections filled); {1000 * parent:.1f} ms a report in the one process "
        f"that hands out and takes back, and {1000 * once:.1f} ms a school for reading, auditing, "
        "protecting, planning and finishing, in the same process, both measured on a whole state "
        f"(`state.md`); {start:.0f} s to start; a batch of a state holds up to "
        f"{max(row[1] for row in state['memory']) / 1024:.1f} GB.",
        "It assumes cores as fast as this machine's, work that spreads evenly over them, reading and "
        "protecting that grow as the number of schools does, a batch a state (98,000 schools are 49 "
        "of 2,000), and disks that keep up. What one process does alone, the reading and protecting, "
        "sets the limit for one state: from some number of cores on, more of them change little.",
    ]
    if far := found.get("cluster"):
        more = 1000 * (far["own"] / far["reports"] - each["own"] / each["reports"])
        lines.append(
            f"Through a cluster the process that gives the command works {more:.1f} ms a report more, "
            "and each page crosses the network once."
        )
    return lines


def clock(seconds: float) -> str:
    from equitylab.reports.progress import clock

    return clock(seconds)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        part(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1:2] == ["--whole"]:
        from equitylab.reports.batch import cores

        print(json.dumps(measure.stamps(None, sys.argv[2], cores())))
    else:
        main("--quick" in sys.argv[1:])

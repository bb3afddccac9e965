"""The command line: exit codes, one or two plain lines, nothing half written, helpful help."""

import subprocess
import sys

import pytest

from equitylab import catalog, cli, errors, places
from equitylab.reports import batch

from .reports import tiny


@pytest.fixture
def run(capsys):
    """Return a call of the command line that gives its exit code, output and error lines."""

    def call(*words):
        code = cli.main([str(w) for w in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return call


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """The tiny district in place of the sample, and no kernels."""
    where = tiny.notebooks(tmp_path / "books")
    monkeypatch.setattr(places, "notebooks", lambda: where)
    monkeypatch.setattr("equitylab.reports.protecting.protect", tiny.protect)
    monkeypatch.setattr(batch, "dataset", lambda *_: tiny.dataset())
    real = batch.report

    def report(data, out, **options):
        return real(data, out, **options, runner=Inline, progress=False)

    monkeypatch.setattr(batch, "report", report)
    return tmp_path / "out"


class Inline:
    """Writes the two files of each job, or fails where a test says so."""

    failing = ""

    def __init__(self, jobs):
        self.jobs = jobs

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def run(self, jobs):
        from equitylab.reports import beside, files, runner

        for job in jobs:
            if job.parameters["unit_id"] == self.failing:
                yield runner.Outcome(job.key, False, 0.1, "the notebook stopped: no rows")
                continue
            files.write(files.Path(job.page), "page")
            files.write(files.Path(job.executed), "notebook")
            for path in beside.files_of(job):
                files.write(files.Path(path), "")
            yield runner.Outcome(job.key, True, 0.1)


# Help


@pytest.mark.parametrize("words", [["--help"], ["-h"], []])
def test_help_lists_the_verbs_and_an_example(run, words):
    code, out, _ = run(*words)
    assert code == 0
    for verb in ("check", "report", "verify"):
        assert f"\n  {verb} " in out
    assert "equitylab report my-export.xlsx --out reports" in out


@pytest.mark.parametrize("verb", ["check", "report", "verify"])
def test_each_verb_has_help_with_an_example(run, verb):
    code, out, _ = run(verb, "--help")
    assert code == 0
    assert f"  equitylab {verb} " in out


def test_check_lists_the_indicators(run):
    code, out, _ = run("check", "--indicators")
    assert code == 0
    for one in catalog.indicators().values():
        assert one.id in out and one.label in out


# Usage: exit 2, two lines


@pytest.mark.parametrize(
    "words, said",
    [
        (["nope"], "No such command"),
        (["check"], "Give the file or folder"),
        (["report"], "--out"),
        (["report", "--out", "x", "--jobs", "0"], "--jobs"),
        (["report", "--out", "x", "--jobs", "many"], "--jobs"),
        (["report", "--out", "x", "--format", "docx"], "--format"),
        (["report", "--out", "x", "--map", "no meaning"], "column=meaning"),
        (["report", "--out", "x", "--min-group", "3"], "--min-group"),
        (["report", "--out", "x", "--notebook", "nope"], "no notebook"),
        (["check", "no/such/file.csv"], "file.csv"),
        (["verify", "no/such/folder"], "manifest.json"),
    ],
)
def test_wrong_usage_is_exit_2_and_two_lines(run, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*words)
    assert code == 2
    assert said in err
    assert 1 <= len(err.splitlines()) <= 2, err
    assert out == ""
    assert list(tmp_path.iterdir()) == [], "nothing is written"


FILES = {
    "empty.csv": b"",
    "header.csv": b"School ID,School,Student ID,Year,Race\n",
    "blank.xlsx": b"",
    "renamed.xlsx": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
    "renamed.csv": b"%PDF-1.7\n\xff\xfe\x00\x00 1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
    "no-school.csv": b"colour,size\nred,1\nblue,2\n",
    "zeros.csv": b"\x00" * 500,
}


@pytest.mark.parametrize("verb", ["check", "report"])
@pytest.mark.parametrize("name", FILES)
def test_bad_input_is_exit_2_in_two_lines_that_name_the_file(run, verb, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    code, out, err = run(verb, path, *(["--out", tmp_path / "out"] if verb == "report" else []))
    assert code == 2
    assert name in err
    assert 1 <= len(err.splitlines()) <= 2, err
    assert "fault in EquityLab" not in err
    assert sorted(p.name for p in tmp_path.iterdir()) == [name], "nothing is written"


# Reports


def test_report_says_what_it_made_and_where(run, quick):
    code, out, err = run("report", "--out", quick)
    assert (code, err) == (0, "")
    assert "4 reports made" in out and "index.html" in out
    code, out, _ = run("report", "--out", quick)
    assert code == 0 and "0 reports made, 4 unchanged" in out
    code, out, _ = run("report", "--out", quick, "--fresh", "--school", "01")
    assert code == 0 and "2 reports made, 2 unchanged" in out


def test_a_failing_school_is_exit_1_and_named(run, quick, monkeypatch):
    monkeypatch.setattr(Inline, "failing", "02")
    code, out, err = run("report", "--out", quick)
    assert code == 1
    assert err == "Not made: Elm School: the notebook stopped: no rows\n"
    assert (quick / "schools" / "ash-school.html").exists()


def test_options_reach_the_batch(run, monkeypatch, tmp_path):
    seen = {}

    def report(data, out, **options):
        seen.update(options, data=data, out=out)
        return batch.Result([], [], [], tmp_path, 0.0)

    monkeypatch.setattr(batch, "report", report)
    words = ["report", "a.csv", "--out", "o", "--school", "1", "--school", "B", "--year", "2024"]
    words += ["--jobs", "3", "--min-group", "20", "--min-cell", "5", "--reference", "state"]
    words += ["--context", "us", "--map", "a=b=school_id", "--map", " c = sex ", "--fresh"]
    words += ["--notebook", "n", "--certificates", "c.json"]
    words += ["--portfolios", "p", "--idea-rules", "Washington"]
    words += ["--format", "html, PDF", "--paper", "a4", "--translations", str(tmp_path)]
    words += ["--family", "--language", "en", "--language", "es"]
    assert run(*words)[0] == 0
    assert seen == {
        "data": "a.csv",
        "out": "o",
        "schools": ("1", "B"),
        "year": "2024",
        "jobs": 3,
        "min_group": 20,
        "min_cell": 5,
        "reference": "state",
        "context": "us",
        "map": {"a=b": "school_id", "c": "sex"},
        "fresh": True,
        "notebook": "n",
        "certificates": "c.json",
        "portfolios": "p",
        "idea_rules": "Washington",
        "audience": "public",
        "team": None,
        "earlier": (),
        "formats": ["html", "pdf"],
        "paper": "a4",
        "family": ("en", "es"),
        "translations": str(tmp_path),
    }


def test_ctrl_c_is_exit_130_and_says_how_to_go_on(run, quick, monkeypatch):
    def stop(self, jobs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Inline, "run", stop)
    code, _, err = run("report", "--out", quick)
    assert code == 130
    assert "run the same command to finish" in err


def test_a_fault_of_ours_is_said_to_be_ours(run, quick, monkeypatch):
    def broken(*_):
        raise KeyError("some\ncolumn")

    monkeypatch.setattr(batch, "select", broken)
    code, _, err = run("report", "--out", quick)
    assert code == 2
    assert err.startswith("This is a fault in EquityLab, not in your file: KeyError")
    assert len(err.splitlines()) == 2
    with pytest.raises(KeyError):
        cli.main(["report", "--out", str(quick), "--debug"])


def test_errors_cross_to_the_terminal_as_they_print(run, quick, monkeypatch):
    def refuse(*_):
        raise errors.DataError("Wrong.", file="a.csv", row=7, column="Sex", mend="Mend it.")

    monkeypatch.setattr(batch, "select", refuse)
    assert run("report", "--out", quick) == (2, "", "a.csv, row 7, column Sex: Wrong.\nMend it.\n")


# Verify


@pytest.mark.parametrize("ok, code", [(True, 0), (False, 1)])
def test_verify_exits_by_the_verdict(run, monkeypatch, tmp_path, ok, code):
    verify = pytest.importorskip("equitylab.privacy.verify")

    class Verdict:
        def to_text(self):
            return "what was found"

    Verdict.ok = ok
    monkeypatch.setattr(verify, "verify", lambda folder, **_: Verdict())
    (tmp_path / "manifest.json").write_text("{}")
    assert run("verify", tmp_path) == (code, "what was found\n", "")


def test_the_command_is_installed_and_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "equitylab.cli", "--version"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "equitylab 0.1.0\n")


def test_what_a_check_says(run, monkeypatch, tmp_path):
    data = tiny.dataset()
    data.report.rows_in, data.report.rows_kept = 1203, 1200
    data.report.aside("no school", [3, 9, 11])
    data.report.columns.update({"Sch No": "the school's id"})
    data.report.over.append({"school": "01", "n": 3, "x": 4})
    data.report.missing += ["graduated", "gifted"]
    monkeypatch.setattr("equitylab.readers.read", lambda *_, **__: data)
    code, out, err = run("check", tmp_path / "my file.csv")
    assert (code, err) == (0, "")
    for said in (
        "1,203 read, 1,200 kept, 3 set aside",
        "3: no school (rows 3, 9, 11)",
        "Sch No (as the school's id)",
        "2023-24",
        "3 schools, 1 district",
        "Sex or gender as recorded: A, B",
        "chronically_absent: Chronically absent",
        "graduated, gifted",
        "school 01, n 3, x 4",
        "Nothing was written.",
        "my file.csv' --out reports",
    ):
        assert said in out, said

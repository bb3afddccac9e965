"""`report --earlier` and `verify --earlier`: the words that a person reads, and what is written."""

import pytest

from equitylab.cli import main
from equitylab.errors import DataError, PrivacyError
from equitylab.privacy.verify import verify
from equitylab.reports import batch
from tests.privacy import releases_district as grove

from .test_batch import Inline


def run(people, out, years, **options):
    data = grove.dataset(people[people["year"].isin(years)].reset_index(drop=True))
    return batch.report(data, out, runner=Inline, progress=False, **options)


@pytest.fixture(scope="module")
def people():
    return grove.students()


@pytest.fixture(scope="module")
def first(people, tmp_path_factory):
    out = tmp_path_factory.mktemp("earlier") / "reports-2022"
    run(people, out, grove.YEARS[:1], min_group=20, min_cell=10)
    return out


def test_a_new_folder_hides_what_the_earlier_one_hides(people, first, tmp_path):
    loose = run(people, tmp_path / "loose", grove.YEARS[:2])
    assert loose.notes == [] and not verify(tmp_path / "loose", earlier=[first]).ok
    made = run(people, tmp_path / "new", grove.YEARS[:2], earlier=[first])
    assert made.notes[0].startswith("Beside the earlier releases, ")
    assert made.notes[0].endswith(" more numbers are hidden.")
    verdict = verify(tmp_path / "new", earlier=[first])
    assert verdict.ok, verdict.to_text()
    # The folder that told too much is brought up to date, its tables too.
    run(people, tmp_path / "loose", grove.YEARS[:2], earlier=[first])
    assert verify(tmp_path / "loose", earlier=[first]).ok
    assert (tmp_path / "loose/findings.csv").read_bytes() == (
        tmp_path / "new/findings.csv"
    ).read_bytes()


def test_what_cannot_be_helped_is_refused_before_anything_is_written(people, tmp_path):
    years = grove.YEARS[:1]
    old = grove.write(tmp_path / "old", grove.of(people, years))
    truth = grove.dataset(people[people["year"].isin(years)]).counts
    rows = truth[(truth["level"] == "school") & (truth["group"] != "Asian")]
    rows = rows[rows["dimension"] == "race_ethnicity"].assign(x="", why="hidden", n_why="")
    rows.to_csv(old / "findings.csv", index=False)
    with pytest.raises(PrivacyError, match="Nothing was written"):
        run(people, tmp_path / "new", years, earlier=[old])
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_no_release_is_refused_first(people, tmp_path):
    with pytest.raises(DataError, match="not a finished folder"):
        run(people, tmp_path / "new", grove.YEARS[:1], earlier=[tmp_path])
    assert not (tmp_path / "new").exists()


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def without_last_school(data: bytes) -> bytes:
    return b"\n".join(line for line in data.split(b"\n") if not line.split(b",")[1:2] == [b"04"])


def older(data: bytes) -> bytes:
    """Return a table as if the column that says which sizes are hidden had another name."""
    return data.replace(b"n_why", b"size_note", 1)


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("findings.csv", cut, "it breaks off, or rows of it are gone"),
        ("findings.csv", without_last_school, "it breaks off, or rows of it are gone"),
        ("findings.csv", older, "it has no column n_why"),
        ("findings.csv", lambda data: b"\x00\xff\xfe" * 99, "does not say what it hides"),
        (
            "findings.csv",
            lambda data: b"",
            "it has no column year, unit_id, indicator, dimension, …",
        ),
        ("manifest.json", cut, "its manifest cannot be read"),
        ("manifest.json", lambda data: b"[1]", "its manifest cannot be read"),
        (
            "manifest.json",
            lambda data: b'{"policy": 3, "units": []}',
            "its manifest cannot be read",
        ),
    ],
)
def test_an_earlier_folder_that_is_damaged_is_refused(first, tmp_path, capsys, name, change, says):
    """What such a folder hides is not known: taken for nothing, the check would be worth nothing."""
    old = tmp_path / "old"
    old.mkdir()
    for one in ("findings.csv", "manifest.json"):
        (old / one).write_bytes((first / one).read_bytes())
    (old / name).write_bytes(change((first / name).read_bytes()))
    words = ["report", "--out", str(tmp_path / "new"), "--earlier", str(old)]
    for verb in (words, ["verify", str(first), "--earlier", str(old)]):
        assert main(verb) == 2
        said = capsys.readouterr().err
        assert says in said and str(old / name) in said and "Traceback" not in said
        assert len(said.strip().splitlines()) <= 2
    assert not (tmp_path / "new").exists()


def test_a_folder_of_other_schools_is_pointed_out(people, first, tmp_path):
    made = run(people, tmp_path / "new", grove.YEARS[1:], earlier=[first])
    assert made.notes[0] == "Beside the earlier releases nothing more had to be hidden."
    assert "are these the folders that you meant?" in made.notes[1]


def test_the_verb_says_what_two_folders_tell(people, first, tmp_path, capsys):
    new = grove.write(tmp_path / "new", grove.of(people, grove.YEARS[:1]))
    assert main(["verify", str(new)]) == 0
    assert main(["verify", str(new), "--earlier", str(first)]) == 1
    said = capsys.readouterr().out
    assert "[derived] reports-2022/" in said and "the same data" in said
    assert main(["verify", str(new), "--earlier", str(tmp_path)]) == 2
    assert "not a finished folder" in capsys.readouterr().err

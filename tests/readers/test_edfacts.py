"""EDFacts assessment files: ranges stay ranges, and always hold the true count."""

import numpy as np
import pytest

import equitylab as eq
from equitylab import DataError
from equitylab.readers.ranges import share, students

HEAD = "STNAM,FIPST,LEAID,LEANM,NCESSCH,SCHNAM"
NAMES = "ALABAMA,1,100005,First City,{id},{school}"


def published(x: int, n: int) -> str:
    """What EDFacts prints of x proficient among n: the wider the smaller the group."""
    percent = int(np.floor(100 * x / n + 0.5))
    if n <= 5:
        return "PS"
    if n <= 15:
        return "LT50" if percent < 50 else "GE50"
    ranges = [(20, [20, 39, 59, 79])] if n <= 30 else []
    steps = ranges or [(10, [10, 19, 29, 39, 49, 59, 69, 79, 89])] if n <= 60 else ranges
    if n > 300:
        return "GE99" if percent >= 99 else "LE1" if percent <= 1 else str(percent)
    tops = steps[0][1] if steps else [5, *range(9, 95, 5)]
    if percent <= tops[0]:
        return f"LE{tops[0]}"
    for below, top in zip(tops, tops[1:], strict=False):
        if percent <= top:
            return f"{below + 1}-{top}"
    return f"GE{tops[-1] + 1}"


def file(folder, columns: dict, rows=(("10000500870", "A"),)):
    """A file whose cells are, a column, one value for every row or one a row."""
    lines = [f"{HEAD},{','.join(columns)}"]
    for k, (id, school) in enumerate(rows):
        cells = [v if isinstance(v, str) else v[k] for v in columns.values()]
        lines.append(f"{NAMES.format(id=id, school=school)},{','.join(cells)}")
    path = folder / "math-achievement-sch-sy2018-19.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def pair(group: str, n: str, percent: str, grade="00") -> dict:
    return {f"{group}_MTH{grade}NUMVALID_1819": n, f"{group}_MTH{grade}PCTPROF_1819": percent}


@pytest.mark.parametrize("n", [*range(1, 70), 88, 150, 299, 300, 301, 640, 2500])
def test_the_true_count_lies_in_what_is_read(n):
    x = np.arange(n + 1) if n < 400 else np.arange(0, n + 1, 7)
    said = [published(int(v), n) for v in x]
    ends = np.array([share(text) or (0.0, 1.0) for text in said])
    low, high = students(ends[:, 0], ends[:, 1], np.full(len(x), n))
    assert ((low <= x) & (x <= high)).all()
    if 300 < n:  # a whole percent, and not wider than it has to be
        middle = [s.isdigit() for s in said]
        assert (high - low)[middle].max() <= n / 100 + 1


def test_ranges_stay_ranges(tmp_path):
    groups = pair("ALL", "400", "67") | pair("MBL", "40", "GE50") | pair("MWH", "20", "21-39")
    groups |= pair("MAM", "4", "PS") | pair("CWD", "50", "11-19") | pair("MHI", ".", ".")
    data = eq.read(file(tmp_path, groups | pair("ALL", "60", "70-79", "04")))
    assert data.report.format == "EDFacts assessments"
    assert "ALL_MTH00PCTPROF_1819" in data.report.why
    school = data.counts[data.counts["level"] == "school"].set_index("group")
    assert data.years == ["2018-19"] and set(school["unit_id"]) == {"010000500870"}
    ends = {g: (int(r.x_low), int(r.x_high)) for g, r in school.iterrows() if r.status != "not_c"
            and r["n"] is not None and g != "Hispanic or Latino"}  # fmt: skip
    assert ends["all"] == (266, 270) and ends["Black"] == (20, 40) and ends["White"] == (5, 7)
    assert ends["American Indian or Alaska Native"] == (0, 4)
    # Everyone else: 400 less 50, the fewest of all less the most of the group, and so on.
    assert ends["Without a disability"] == (266 - 9, 270 - 6)
    assert ends["Grade 4"] == (42, 47)
    assert school.loc["Hispanic or Latino", "status"] == "not_collected"
    assert school.loc["Black", "status"] == "suppressed" and school["x"].isna().all()
    district = data.counts[data.counts["level"] == "district"].set_index("group")
    assert tuple(district.loc["Black", ["n", "x_low", "x_high"]]) == (40, 20, 40)
    assert any("leading zeros" in note for note in data.report.notes)


def test_a_range_of_one_number_is_that_number(tmp_path):
    data = eq.read(file(tmp_path, pair("ALL", "60", "50")))
    row = data.counts.iloc[0]
    assert (row["x"], row["status"]) == (30, "ok")


def test_districts_of_their_own_file_are_not_summed(tmp_path):
    file(tmp_path, pair("ALL", "400", "67"))
    (tmp_path / "lea.csv").write_text(
        "STNAM,FIPST,LEAID,LEANM,ALL_MTH00NUMVALID_1819,ALL_MTH00PCTPROF_1819\n"
        "ALABAMA,01,0100005,First City,900,55\n"
    )
    data = eq.read(tmp_path)
    row = data.counts[data.counts["unit_id"] == "0100005"].iloc[0]
    assert (row["n"], row["x_low"], row["x_high"]) == (900, 491, 499)


@pytest.mark.parametrize("cell", ["39-21", "GE200", "xx", "-5", "1e9"])
def test_what_is_no_range_is_named_with_its_row_and_column(tmp_path, cell):
    path = file(
        tmp_path, pair("ALL", "400", ["67", cell]), [("10000500870", "A"), ("10000500871", "B")]
    )
    with pytest.raises(DataError) as error:
        eq.read(path)
    assert (error.value.row, error.value.column) == (3, "ALL_MTH00PCTPROF_1819")
    assert cell in str(error.value) and len(str(error.value).splitlines()) == 2


def test_a_group_that_the_code_book_lacks_is_named(tmp_path):
    with pytest.raises(DataError, match='group "XYZ"') as error:
        eq.read(file(tmp_path, pair("ALL", "400", "67") | pair("XYZ", "40", "50")))
    assert error.value.column == "XYZ_MTH00PCTPROF_1819"


def test_percents_without_students_are_no_file(tmp_path):
    with pytest.raises(DataError, match="number of students is missing"):
        eq.read(file(tmp_path, {"ALL_MTH00PCTPROF_1819": "67"}))


def test_a_preamble_of_ten_lines(tmp_path):
    path = file(tmp_path, pair("ALL", "400", "67") | pair("F", "200", "70-74"))
    path.write_text("Assessments\n" * 10 + path.read_text())
    data = eq.read(path)
    assert int(data.counts["n"].iloc[0]) == 400
    assert any("10 line(s) before the header" in note for note in data.report.notes)

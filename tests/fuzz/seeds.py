"""Small valid files of every format, made once: what the fuzzer breaks."""

from __future__ import annotations

import io
import json
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

from equitylab.catalog import content
from tests.readers import (
    exports,
    test_crdc,
    test_edfacts,
    test_edfi,
    test_england,
    test_oneroster,
    test_state_files,
    test_survey,
    test_tidy,
)

INCIDENTS = """incident_id,student_id,year,category,response,days_removed
1,001,2023-24,Defiance,Out-of-school suspension,2
2,004,2023-24,Fighting,In-School Suspension,0.5
3,005,2023-24,Fighting,Expulsion,10
"""
COURSES = """student_id,year,course,level,mark
001,2023-24,Algebra I,regular,B
004,2023-24,AP Biology,AP,F
005,2023-24,Algebra I,honors,A
"""
ATTENDANCE = "student_id,year,days_enrolled,days_absent\n001,2023-24,180,20\n004,2023-24,170,3\n"
TESTS = """student_id,year,test,subject,score,level
001,2023-24,State,Math,340,Proficient
004,2023-24,State,ELA,310,Basic
"""
PEOPLE = 30  # of a survey: enough for two groups and for what is said of scales


@cache
def seeds() -> dict[str, dict[str, bytes]]:
    """Return each seed by its name: a dict of file names and bytes; one of one file is a file."""
    oss = exports.with_outcome("oss", [1, 0, 0, 1, 0, 0])
    folder = {"students": exports.STUDENTS, "incidents": INCIDENTS, "courses": COURSES}
    folder |= {"attendance": ATTENDANCE, "assessments": TESTS}
    frame = pd.read_csv(io.StringIO(oss), dtype={"student_id": str, "school_id": str})
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    made: dict[str, dict[str, bytes]] = {
        "students.csv": {"students-2023-24.csv": oss.encode()},
        "students.tsv": {"students.tsv": oss.replace(",", "\t").encode("utf-16")},
        "students.json": {"students.json": json.dumps(records).encode()},
        "students.ndjson": {"s.ndjson": "\n".join(map(json.dumps, records)).encode()},
        "students.xlsx": {"students.xlsx": _written(lambda p: frame.to_excel(p, index=False))},
        "students.parquet": {
            "students.parquet": _written(lambda p: frame.to_parquet(p, index=False))
        },
        "sis folder": {f"{name}.csv": text.encode() for name, text in folder.items()},
        "tidy": {"district.csv": test_tidy.PLAIN.encode()},
        "virginia": {"grad.csv": test_state_files.VIRGINIA.encode()},
        "washington": {"discipline-2014.csv": test_state_files.WASHINGTON.encode()},
        "newjersey": _folder(
            lambda f: test_state_files.workbook(f, {"ELA03": test_state_files.assessed("3")})
        ),
        "massachusetts": {"schools-2017.csv": _massachusetts()},
        "england": _folder(lambda f: test_england.write(f, *map(test_england.rows, ("School",)))),
        "edfacts": _folder(
            lambda f: test_edfacts.file(
                f, test_edfacts.pair("ALL", "400", "67") | test_edfacts.pair("MBL", "40", "GE50")
            )
        ),
        "edfi json": _folder(lambda f: test_edfi.write(f, _small(test_edfi.export(6)))),
        "edfi csv": _folder(lambda f: test_edfi.write(f, _small(test_edfi.export(6)), "csv")),
        "oneroster": _folder(lambda f: test_oneroster.write(f, test_oneroster.export(8))),
        "crdc": _folder(
            lambda f: test_crdc.write(f, Enrollment=test_crdc.ENROLMENT, Suspensions=test_crdc.OOS)
        ),
    }
    for tool, rows in test_survey.TOOLS.items():
        answers = rows(test_survey.answers(PEOPLE))
        made[f"{tool}.csv"] = _folder(lambda f, a=answers: test_survey.write(f / "2023-24.csv", a))
        made[f"{tool}.xlsx"] = {"survey 2023-24.xlsx": _sheet(answers)}
    made["surveys folder"] = {
        **{f"{who}-2023-24.csv": _survey(who) for who in ("student", "family", "staff")},
        "asked.csv": b"survey,attribute,category,count\nstudent,,,60\nstudent,Grade,6,40\n"
        b"student,Grade,7,20\nstaff,,,31\n",
    }
    return made


def _small(files: dict) -> dict:
    """An Ed-Fi export whose long resources are cut."""
    return {name: rows[:12] for name, rows in files.items()}


def _massachusetts() -> bytes:
    """Two schools in the columns of the published file: percents beside the number enrolled."""
    book = content("state_files")["massachusetts"]
    rows = [
        {"School Code": "00010505", "School Name": "Oak", "District Code": "00010000"}
        | {"District Name": "Elm", "TOTAL_Enrollment": n, "Students With Disabilities": "40"}
        | dict.fromkeys(book["counts"], "30")
        for n in ("400", "1,210")
    ]
    rows[1]["School Code"] = "00010510"
    for row in rows:
        shares = ("8.9", "7", "19.4", "60.1", "0.2", "0.1", "4.3", "51.2", "48.8")
        row |= dict(zip(book["percents"], shares, strict=True))
        for measure in book["measures"][1:]:
            row |= {measure["n"]: "114", measure.get("x", ""): "70"}
            row |= {measure.get("percent", ""): "94.7"}
        row.pop("")
    return pd.DataFrame(rows).to_csv(index=False).encode()


def _survey(who: str) -> bytes:
    """Answers by the ids of the items, as a spreadsheet of one's own has them."""
    ids = [item["id"] for item in content(f"survey_{who}")["items"]]
    lines = [",".join(["Grade" if who == "student" else "Role", *ids])]
    for k in range(PEOPLE):
        group = str(6 + k % 2) if who == "student" else ("Aunt", "Cook")[k % 2]
        lines.append(",".join([group, *(str(1 + (k * j + k // 3) % 4) for j in range(len(ids)))]))
    return "\n".join(lines).encode()


def _sheet(rows: list[list[str]]) -> bytes:
    frame = pd.DataFrame(rows)
    return _written(lambda p: frame.to_excel(p, index=False, header=False))


def _written(write) -> bytes:
    held = io.BytesIO()
    write(held)
    return held.getvalue()


def _folder(write) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as place:
        write(Path(place))
        files = sorted(p for p in Path(place).rglob("*") if p.is_file())
        return {p.relative_to(place).as_posix(): p.read_bytes() for p in files}

"""What happened to the students of an Ed-Fi export: attendance, discipline, courses and tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..catalog import content
from ..schema import ReadReport
from .edfi_resource import WHO, is_one, look, walk, years
from .edfi_rows import one_year
from .tables import Table, plain
from .values import dates, numbers

_INCIDENTS = (
    "studentDisciplineIncidentBehaviorAssociations",
    "studentDisciplineIncidentAssociations",
)


def children(held: dict, of: Table, report: ReadReport) -> list[Table]:
    """Return the tables of attendance, incidents, courses and tests that the export holds."""
    made = [_attendance(held, of, report), _incidents(held), _courses(held), _tests(held)]
    return [table for table in made if table is not None and len(table.frame)]


def _attendance(held: dict, of: Table, report: ReadReport) -> Table | None:
    """Days absent and days taught of each enrolment."""
    if "studentSchoolAttendanceEvents" not in held:
        return None
    events, book = held["studentSchoolAttendanceEvents"], content("edfi")
    code = events.codes("attendanceEventCategoryDescriptor")
    absent = code.map({v: is_one(book["absent"], v) for v in code.unique()}).astype(bool)
    for value in sorted(code.unique()):
        words = "absent" if is_one(book["absent"], value) else "not absent"
        report.code_book[f"attendance: {value}"] = words
    rows = pd.DataFrame(
        {
            "who": events.cells(WHO),
            "school": events.cells("schoolReference.schoolId", "schoolId"),
            "date": events.cells("eventDate"),
            "part": numbers(events.cells("eventDuration")).clip(0, 1).fillna(1.0),
        }
    )
    days = rows[absent].groupby(["who", "school", "date"])["part"].sum().clip(upper=1)
    days = days.groupby(["who", "school"]).sum()
    taught = _taught(held, of, report)
    frame = of.frame
    key = pd.MultiIndex.from_frame(frame[["student_id", "school_id"]])
    lost = days.reindex(key).fillna(0).to_numpy()
    sent = frame["school_id"].isin(rows["school"]).to_numpy()  # a school without any sent none
    made = frame[["student_id", "year"] if "year" in frame else ["student_id"]].copy()
    twice = key.duplicated()  # who came back: absences are of both spells together
    made["days_absent"] = [
        f"{d:g}" if s else "" for d, s in zip(np.where(twice, 0, lost), sent, strict=True)
    ]
    if taught is not None:
        made["days_enrolled"] = [
            f"{d:g}" if d > 0 and s else "" for d, s in zip(taught, sent, strict=True)
        ]
    return Table(events.table.path, "attendance", made, 1)


def _taught(held: dict, of: Table, report: ReadReport) -> np.ndarray | None:
    """The days on which each enrolment's school taught while the student was enrolled."""
    frame, book = of.frame, content("edfi")
    blank = pd.Series("", frame.index, dtype="str")
    if "calendarDates" in held:
        calendar = held["calendarDates"]
        kinds = calendar.lists("calendarEvents", "calendarEventDescriptor")
        open_ = kinds.map(lambda codes: any(is_one(book["taught"], c) for c in codes))
        days = pd.DataFrame(
            {"school": calendar.cells("schoolId"), "date": dates(calendar.cells("date"))}
        )
        days = days[open_].dropna().drop_duplicates()
        by = {s: np.sort(d.to_numpy()) for s, d in days.groupby("school")["date"]}
        first = dates(frame.get("entry_date", blank)).fillna(pd.Timestamp(1900, 1, 1)).to_numpy()
        last = dates(frame.get("exit_date", blank)).fillna(pd.Timestamp(2200, 1, 1)).to_numpy()
        none = np.array([], "datetime64[ns]")
        return np.array(
            [
                np.searchsorted(by.get(s, none), b, "right") - np.searchsorted(by.get(s, none), a)
                for s, a, b in zip(frame["school_id"], first, last, strict=True)
            ],
            float,
        )
    if "sessions" in held:
        one = held["sessions"]
        total = numbers(one.cells("totalInstructionalDays")).groupby(one.cells("schoolId")).sum()
        report.notes.append(
            "There are no calendarDates: every student counts as enrolled on all days of their "
            "school's sessions."
        )
        return total.reindex(frame["school_id"]).fillna(0).to_numpy(float)
    return None


def _incidents(held: dict) -> Table | None:
    """One row a discipline action, and one an incident that led to none."""
    parts, told = [], set()
    if "disciplineActions" in held:
        one = held["disciplineActions"]
        length = one.cells("actualDisciplineActionLength")
        length = length.where(length != "", one.cells("disciplineActionLength"))
        codes = one.lists("disciplines", "disciplineDescriptor")
        made = pd.DataFrame(
            {
                "student_id": one.cells(WHO),
                "incident_id": one.cells("disciplineActionIdentifier"),
                "date": one.cells("disciplineDate"),
                "response": codes.map(lambda c: "; ".join(c) or "not said"),
                "days_removed": length,
            }
        )
        parts.append(made)
        for column in one.table.frame.columns:
            if "incident" in plain(column):
                for who, text in zip(made["student_id"], one.table.frame[column], strict=True):
                    ids = [v for k, v in walk(text) if plain(k) == "incidentidentifier"]
                    told |= {(who, str(i)) for i in ids or [text]}
    for name in _INCIDENTS:
        if name in held:
            one = held[name]
            part = one.codes("studentParticipationCodeDescriptor")
            mine = part.map(lambda c: is_one(content("edfi")["doers"], c)).astype(bool)
            made = pd.DataFrame(
                {"student_id": one.cells(WHO), "incident_id": one.cells("incidentIdentifier")}
            )[mine].drop_duplicates()
            alone = [pair not in told for pair in made.itertuples(index=False, name=None)]
            parts.append(made[alone].assign(response="no action"))
            break
    if not parts:
        return None
    source = held.get("disciplineActions") or held[name]
    made = pd.concat(parts).fillna("")
    if "disciplineIncidents" in held and "date" in made:
        incidents = held["disciplineIncidents"]
        when = look(
            made["incident_id"],
            incidents.cells("incidentIdentifier"),
            incidents.cells("incidentDate"),
        )
        made["date"] = made["date"].where(made["date"] != "", when)
    year = one_year(held)
    return Table(source.table.path, "incidents", made.assign(year=year) if year else made, 1)


def _courses(held: dict) -> Table | None:
    """One row a student and course: of transcripts, or of sections."""
    name = next((n for n in ("courseTranscripts", "studentSectionAssociations") if n in held), None)
    if name is None:
        return None
    one = held[name]
    code = one.cells("courseReference.courseCode", "courseCode", "localCourseCode")
    if "courseOfferings" in held:
        offered = held["courseOfferings"]
        full = look(code, offered.cells("localCourseCode"), offered.cells("courseCode"))
        code = full.where(full != "", code)
    title = one.cells("courseTitle")
    level = one.lists("courseLevelCharacteristics", "courseLevelCharacteristicDescriptor")
    level = level.map("; ".join).astype("str")
    if "courses" in held:
        known = held["courses"]
        own = look(code, known.cells("courseCode"), known.cells("courseTitle"))
        title = title.where(title != "", own)
        traits = known.lists("levelCharacteristics", "courseLevelCharacteristicDescriptor")
        own = look(code, known.cells("courseCode"), traits.map("; ".join).astype("str"))
        level = level.where(level != "", own)
    made = pd.DataFrame({"student_id": one.cells(WHO), "course": title.where(title != "", code)})
    year = years(one)
    made["year"] = year.where(year != "", one_year(held))
    if (level != "").any():
        made["course_level"] = level
    if name == "courseTranscripts":
        made["passed"] = one.codes("courseAttemptResultDescriptor")
    return Table(one.table.path, "courses", made, 1)


def _tests(held: dict) -> Table | None:
    """One row a student and assessment."""
    if "studentAssessments" not in held:
        return None
    one, scale = held["studentAssessments"], content("edfi")["scale"]
    test = one.cells("assessmentReference.assessmentIdentifier", "assessmentIdentifier")
    subject = test
    if "assessments" in held:
        known = held["assessments"]
        own = known.lists("academicSubjects", "academicSubjectDescriptor").map("; ".join)
        own = look(test, known.cells("assessmentIdentifier"), own.astype("str"))
        subject = own.where(own != "", test)

    def score(text: str) -> str:
        pairs, method = {}, ""
        for name, value in walk(text):
            if plain(name) == "assessmentreportingmethoddescriptor":
                method = str(value).rpartition("#")[2]
            elif plain(name) == "result":
                pairs[method] = str(value)
        best = [v for m, v in pairs.items() if is_one(scale, m)]
        return best[0] if best else next(iter(pairs.values())) if len(pairs) == 1 else ""

    cells = one.cells("scoreResults")
    levels = one.lists("performanceLevels", "performanceLevelDescriptor")
    year = years(one)
    made = pd.DataFrame(
        {
            "student_id": one.cells(WHO),
            "subject": subject,
            "date": one.cells("administrationDate"),
            "score": cells.map({v: score(v) for v in cells.unique()}),
            "performance_level": levels.map(lambda codes: codes[0] if codes else ""),
            "year": year.where(year != "", one_year(held)),
        }
    )
    return Table(one.table.path, "assessments", made, 1)

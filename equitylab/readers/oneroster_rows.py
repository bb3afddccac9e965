"""The tables that a OneRoster export makes up: students, courses and tests, a row each."""

from __future__ import annotations

import pandas as pd

from ..catalog import content
from ..errors import DataError
from ..schema import ReadReport
from . import meanings
from .meanings import STUDENTS, some
from .tables import Table, plain
from .values import dates, year_of_date


def _column(table: Table, name: str) -> pd.Series:
    """A column of an export's table; blank where there is none."""
    frame = table.frame
    return frame[name] if name in frame else pd.Series("", frame.index, dtype="str")


def _by_id(table: Table, name: str) -> dict[str, str]:
    return dict(zip(table.frame["sourcedid"], _column(table, name), strict=True))


def _look(cells: pd.Series, of: dict | pd.Series) -> pd.Series:
    """What each cell stands for; blank for one that is not there."""
    known = dict(of)
    return cells.map(lambda value: known.get(value, "")).astype("str")


def _first(cells: pd.Series) -> pd.Series:
    """The first of a list of ids in each cell."""
    return cells.str.split(",").str[0].str.strip()


class Years:
    """The school year of each academic session, and of the export where there is only one."""

    def __init__(self, held: dict[str, Table]) -> None:
        self.of: dict[str, str] = {}
        if "academicsessions" in held:
            table = held["academicsessions"]
            end = year_of_date(dates(_column(table, "enddate")))
            # The year alone is the one in which the school year ends.
            said = _column(table, "schoolyear").str.extract(r"^\D*((?:19|20)\d\d)\D*$")[0]
            spring = said.map(lambda y: f"{int(y) - 1}-{int(y) % 100:02d}", na_action="ignore")
            own = dict(zip(table.frame["sourcedid"], spring.fillna(""), strict=True))
            above = _by_id(table, "parentsourcedid")
            by_end = dict(zip(table.frame["sourcedid"], end, strict=True))
            for one in own:
                up = above.get(one, "")
                self.of[one] = own[one] or own.get(up, "") or by_end[one] or by_end.get(up, "")
        known = sorted({y for y in self.of.values() if y})
        self.latest = known[-1] if known else ""


def classes(held: dict[str, Table], years: Years) -> pd.DataFrame:
    """Each class with its course, school and year, by id."""
    if "classes" not in held:
        return pd.DataFrame(columns=["course", "school", "year", "homeroom"], dtype="str")
    table = held["classes"]
    course = _column(table, "coursesourcedid")
    title = _column(table, "title")
    if "courses" in held:
        known = _look(course, _by_id(held["courses"], "title"))
        title = known.where(known != "", title)
    terms = _column(table, "termsourcedids").str.split(",")
    year = terms.map(lambda ids: next((y for i in ids if (y := years.of.get(i.strip()))), ""))
    homeroom = content("oneroster")["homeroom"]
    made = pd.DataFrame(
        {
            "course": title,
            "school": _column(table, "schoolsourcedid"),
            "year": year.where(year != "", years.latest).astype("str"),
            "homeroom": _column(table, "classtype").str.lower() == homeroom,
        }
    )
    return made.set_index(table.frame["sourcedid"]).loc[lambda d: ~d.index.duplicated()]


def _places(held: dict, classes: pd.DataFrame, years: Years, who: pd.Index) -> pd.DataFrame:
    """Every student's schools and years, their own school last: it is the one that counts."""
    book, parts = content("oneroster"), []
    users = held["users"]
    if "enrollments" in held:
        rows = held["enrollments"]
        mine = _column(rows, "role").str.lower().isin([book["student"], ""])
        school, class_ = _column(rows, "schoolsourcedid"), _column(rows, "classsourcedid")
        school = school.where(school != "", _look(class_, classes["school"]))
        year = _look(class_, classes["year"])
        made = pd.DataFrame({"who": _column(rows, "usersourcedid"), "school": school, "year": year})
        parts.append(made[mine])
    own = pd.DataFrame({"who": users.frame["sourcedid"], "year": "", "school": ""})
    if "roles" in held:
        roles = held["roles"]
        mine = _column(roles, "role").str.lower() == book["student"]
        made = pd.DataFrame(
            {"who": _column(roles, "usersourcedid"), "school": _column(roles, "orgsourcedid")}
        )
        parts.append(made[mine].assign(year=""))
    for column in ("orgsourcedids", "primaryorgsourcedid"):
        parts.append(own.assign(school=_first(_column(users, column))))
    made = pd.concat(parts, ignore_index=True)
    schools = set(held["orgs"].frame["sourcedid"]) if "orgs" in held else set()
    if "type" in held["orgs"].frame:
        kinds = _by_id(held["orgs"], "type")
        schools = {s for s in schools if kinds[s].lower() in book["school"]}
    made = made[made["who"].isin(who) & made["school"].isin(schools)]
    # Who sits in a class is in that year; who sits in none, in the export's latest.
    seated = made.loc[made["year"] != "", "who"].unique()
    here = made["who"].isin(seated) & (made["year"] == "")
    latest = _look(made["who"], made[made["year"] != ""].groupby("who")["year"].max())
    made["year"] = made["year"].where(~here, latest).where(lambda y: y != "", years.latest)
    return made.drop_duplicates(["who", "school", "year"], keep="last")


def students(held, classes: pd.DataFrame, years: Years, report: ReadReport) -> Table:
    """One row a student, school and year, with what demographics say of them."""
    book, users, orgs = content("oneroster"), held["users"], held["orgs"]
    role = _column(users, "role").str.lower()
    if "roles" in held:
        roles = held["roles"]
        mine = _column(roles, "role").str.lower() == book["student"]
        students = users.frame["sourcedid"].isin(_column(roles, "usersourcedid")[mine])
    elif (role != "").any():
        students = role == book["student"]
    else:
        raise DataError(
            "Nothing says which users are students: there is no column role and no roles.csv.",
            file=users.path.name,
            column="role",
            mend="Export roles.csv too (OneRoster 1.2), or the column role (1.1).",
        )
    report.aside(f"{users.path.name}: not a student", users.frame.index[~students].tolist())
    frame = users.frame[students]
    if frame.empty:
        raise DataError(
            f'No user is a "{book["student"]}".',
            file=users.path.name,
            column="role",
            mend=f"The roles are {some(sorted(set(role)))}; ask for an export with students.",
        )
    nameless = frame["sourcedid"] == ""
    report.aside(f"{users.path.name}: a student without sourcedId", frame.index[nameless].tolist())
    frame = frame[~nameless]
    if frame.empty:
        raise DataError(
            "No student has a sourcedId.",
            file=users.path.name,
            column="sourcedId",
            mend="Export users.csv again with it: the other files name students by it.",
        )
    about = pd.DataFrame({"student_id": frame["sourcedid"], "row": frame.index})
    about["grade"] = _first(frame["grades"]) if "grades" in frame else ""
    extra = {c: c.partition(".")[2] for c in frame.columns if c.startswith("metadata.")}
    about = about.join(frame[list(extra)].rename(columns=extra))
    if "demographics" in held:
        more = held["demographics"].frame
        key = "usersourcedid" if "usersourcedid" in more else "sourcedid"
        more = more.drop_duplicates(key, keep="last").set_index(key)
        keep = {c: c.removeprefix("metadata.") for c in more.columns if _tells(c)}
        more = more[list(keep)].rename(columns=keep)
        more = more[[c for c in more.columns if c not in about]]
        about = about.join(more, on="student_id").fillna("")
    else:
        report.notes.append("There is no demographics.csv: groups are read from users alone.")
    places = _places(held, classes, years, pd.Index(frame["sourcedid"]))
    made = places.merge(about, left_on="who", right_on="student_id")
    lost = about.loc[~about["student_id"].isin(places["who"]), "row"]
    report.aside(f"{users.path.name}: a student in no school of orgs", lost.tolist())
    made.loc[made["year"] != made["year"].max(), "grade"] = ""  # it is told for now alone
    names, codes = _by_id(orgs, "name"), _codes(orgs)
    above = _districts(orgs)
    parent = _look(made["school"], above)
    made = made.assign(
        school_id=made["school"].map(codes),
        district_id=_look(parent, codes),
        district=_look(parent, names),
        school=made["school"].map(names),
    )
    if "district_id" in made and not (made["district_id"] != "").any():
        made = made.drop(columns=["district_id", "district"])
    rows = pd.Index(made.pop("row"))
    made = made.drop(columns="who")
    for empty in [c for c in made.columns if c not in ("student_id", "school_id")]:
        if not (made[empty] != "").any():
            made = made.drop(columns=empty)
    return Table(users.path, "", made.set_index(rows), 1)


def _tells(column: str) -> bool:
    """Whether a column of demographics can say which group a student is in, and not who they are."""
    known = meanings.known_names() - {plain(w) for w in ("birth date", "status")}
    return plain(column.removeprefix("metadata.")) in known


def _codes(orgs: Table) -> dict[str, str]:
    """What each org is called in reports: its own code where every org has another."""
    code = _column(orgs, "identifier")
    good = (code != "").all() and code.is_unique
    return dict(
        zip(orgs.frame["sourcedid"], code if good else orgs.frame["sourcedid"], strict=True)
    )


def _districts(orgs: Table) -> dict[str, str]:
    """The district above each org, by id."""
    parent, kind = _by_id(orgs, "parentsourcedid"), _by_id(orgs, "type")
    found = {}
    for one in parent:
        at = parent[one]
        for _ in range(8):  # a school under an area under a district; never round and round
            if not at or kind.get(at, "").lower() in content("oneroster")["district"]:
                break
            at = parent.get(at, "")
        found[one] = at if kind.get(at, "").lower() in content("oneroster")["district"] else ""
    return found


def courses(held: dict, classes: pd.DataFrame, report: ReadReport) -> Table:
    """One row a student and class, with the course that the class is of."""
    rows = held["enrollments"]
    mine = _column(rows, "role").str.lower().isin([content("oneroster")["student"], ""])
    class_ = _column(rows, "classsourcedid")
    known = class_.isin(classes.index)
    report.aside(
        f"{rows.path.name}: a class that classes.csv lacks", rows.frame.index[~known].tolist()
    )
    report.aside(f"{rows.path.name}: not a student", rows.frame.index[known & ~mine].tolist())
    keep = known & mine & ~class_.map(classes["homeroom"]).fillna(False).astype(bool)
    class_ = class_[keep]
    made = pd.DataFrame(
        {
            "student_id": _column(rows, "usersourcedid")[keep],
            "course": class_.map(classes["course"]),
            "section_id": class_,
            "year": class_.map(classes["year"]),
        }
    )
    if not (made["year"] != "").any():
        made = made.drop(columns="year")
    return Table(rows.path, "courses", made, 1)


def tests(held: dict) -> Table:
    """One row a student and assessment (OneRoster 1.2)."""
    rows = held["assessmentresults"]
    made = pd.DataFrame(
        {
            "student_id": _column(rows, "studentsourcedid"),
            "subject": _column(rows, "assessmentlineitemsourcedid")
            .map(_by_id(held["assessmentlineitems"], "title"))
            .fillna(""),
            "date": _column(rows, "scoredate"),
            "score": _column(rows, "score"),
            "performance_level": _column(rows, "textscore"),
        }
    )
    return Table(rows.path, "assessments", made, 1)


def by_student(table: Table, users: pd.DataFrame, context: str | None) -> Table:
    """Another table with its students by ``sourcedId``, where it names them by their own number."""
    answers = meanings.Answers.of(None)
    found = meanings.fits(list(table.frame.columns), STUDENTS, answers, context).get("student_id")
    if found and "identifier" in users:
        cells = table.frame[found[0]]
        number = dict(zip(users["identifier"], users["sourcedid"], strict=True))
        if cells.isin(number).sum() > cells.isin(users["sourcedid"]).sum():
            table.frame = table.frame.assign(**{found[0]: cells.map(number).fillna(cells)})
    return table

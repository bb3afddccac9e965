"""A finished portfolio of the fictional Riverbend Middle School: model answers, demo and test.

Everything is written through :class:`equitylab.portfolio.Portfolio`, as a leader's notebooks write
it; then ids and times are replaced by fixed ones, so that the file is the same each time. The
numbers of the cards are those that the sample district publishes of unit 0219.
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from equitylab import catalog
from equitylab.portfolio import Portfolio

BEGUN = datetime(2024, 8, 19, 9, 0, tzinfo=UTC)
SAVED = datetime(2025, 3, 10, 15, 30, tzinfo=UTC)
YEAR = "2023-24"
# The months of practice_e's series rb12: referrals in judgement categories, of all referrals.
READINGS = [
    ("2024-09-30", 12, 21, "The co-written three-step response starts"), ("2024-10-31", 11, 20, ""),
    ("2024-11-30", 13, 23, ""), ("2024-12-31", 5, 21, ""), ("2025-01-31", 11, 20, ""),
    ("2025-02-28", 12, 22, ""),
]  # fmt: skip


def content() -> bytes:
    """Return the file's bytes, the same each time."""
    with tempfile.TemporaryDirectory() as home:
        folio = Portfolio.open(Path(home) / "portfolio.json")
        _start(folio)
        ids = _find(folio)
        _explain(folio, ids)
        _plan(folio, ids)
        _measure(folio, ids)
        _sustain(folio)
        return _fixed(json.loads(folio.to_bytes()))


def _fixed(whole: dict) -> bytes:
    """Replace ids and times, which are new in every portfolio, by fixed ones."""
    entries = whole["entries"]
    order = sorted(entries, key=lambda key: (entries[key].get("since", entries[key]["at"]), key))
    step = (SAVED - BEGUN) / len(order)
    new, many = {}, {}
    for k, key in enumerate(order):
        at = (BEGUN + k * step).replace(microsecond=0)
        entries[key]["at"] = _stamp(at)
        if "/" in key:
            entries[key]["since"] = _stamp(at)
            id = key.rpartition("/")[2]
            prefix = id.partition("-")[0]
            many[prefix] = many.get(prefix, 0) + 1
            new[id] = f"{prefix}-{many[prefix]:06x}"
    whole["saved"] = _stamp(SAVED)
    text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False)
    for old, id in new.items():
        text = text.replace(old, id)
    return (
        json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    ).encode()


def _stamp(moment: datetime) -> str:
    return (moment + timedelta(0)).isoformat(timespec="microseconds")


def _start(folio: Portfolio) -> None:
    def put(key: str, value: object, made_in: str) -> None:
        folio.set(key, value, made_in=made_in, version="0.1")

    put("profile.school", {"unit_id": "0219", "name": "Riverbend Middle School"}, "m00")
    put("profile.source", {"kind": "sample", "path": "riverbend"}, "m00")
    put("profile.mode", {"mode": "solo"}, "m00")
    put("profile.role", {"role": "principal"}, "m00")
    put("vision.definition", {
        "nearest": "matched",
        "means": "that support is matched to what each student needs, and no one has to know whom "
        "to ask",
        "so_that": "every student reaches the same demanding work",
        "know_because": "the rosters of our courses look like our hallways, and students say that "
        "they were asked",
    }, "m01")  # fmt: skip
    put("vision.statement", "At Riverbend every student is known, challenged and heard. We plan "
        "placement, discipline and time with the students they touch, and never without them. Each "
        "year we show whom our rules serve and whom they do not serve yet, starting with Algebra I.",
        "m01")  # fmt: skip
    put("vision.commitments", {
        "one": "ask each family in its own language before a schedule is final",
        "two": "use one agreed response before any student leaves the room",
        "three": "give one planning day a term to the students' questions",
        "test_with": "Student council and two family evenings, with interpreters",
        "by": "2024-10-25",
    }, "m01")  # fmt: skip

    def add(key: str, row: dict, prefix: str, made_in: str) -> None:
        folio.add(key, row, prefix=prefix, made_in=made_in, version="0.1")

    seats = [
        ("convener", "leader", ["decides"]), ("data_steward", "teacher", ["data"]),
        ("voice_lead", "support", ["knows"]), ("document_lead", "teacher", []),
        ("student_partner", "student", ["knows"]), ("student_partner", "student", ["other_view"]),
        ("family_partner", "family", ["other_view"]), ("family_partner", "community", ["knows"]),
        ("critical_friend", "district", ["other_view"]),
    ]  # fmt: skip
    for role, who, brings in seats:
        add("team_charter.members", {"role": role, "who": who, "brings": brings}, "m", "m01")
    add("team_charter.decisions", {
        "decision": "Which priorities we choose", "recommends": "The audit team",
        "heard": "Student council and family partners", "decides": "The principal, with the team",
        "told": "All staff and families, within two weeks, in four languages",
    }, "e", "m01")  # fmt: skip
    put("team_charter.charter", {
        "name_of_team": "Riverbend equity audit team",
        "purpose": "We find out who is served and who is not yet, and propose what adults change.",
        "meeting_plan": "Second Tuesday of the month, 60 minutes, with interpretation",
        "first_meeting": "2024-09-10", "end_or_renewal_date": "2025-06-30",
    }, "m01")  # fmt: skip
    # What stays with the leader.
    put(
        "reflections.m02",
        {"r1": "I decide the schedule alone in June because it is quicker."},
        "m02",
    )
    add("growth_plan.edges", {
        "edge": "p3", "why_it_matters_for_students": "The schedule decides which lessons they miss.",
        "if_situation": "a schedule question lands on my desk",
        "then_action": "ask who it touches before I answer", "first_date": "2024-09-02",
        "support_person": "Assistant principal", "review_date": "2025-04-15",
    }, "x", "m02")  # fmt: skip


def _find(folio: Portfolio) -> dict[str, str]:
    """Write the finding cards, the strengths and the priorities."""
    source = "Sample district files, published numbers"
    cards = {
        "algebra": {
            "title": "Who is enrolled in Algebra I by grade 8", "kind": "access",
            "measure": "algebra_1", "students": "el: English learner",
            "dimension": "el", "group": "English learner", "year": YEAR,
            "comparison": "rest", "x": 12, "n": 60, "rate": 0.2, "low": 0.118, "high": 0.318,
            "other_x": 58, "other_n": 145, "gap_points": -20.0, "signal": "clear difference",
            "prediction": "A small gap, perhaps five points.",
            "observation": "Placement enrolls multilingual learners in Algebra I half as often as "
            "other students of grade 8.",
            "strength": "Teachers of Algebra I hold open help at lunch, and learners who use it "
            "bring friends.",
            "voice": "In two conversations learners and families said that no one had told them "
            "the course exists.",
            "voice_by": "2024-10-04",
            "not_known": "How many families asked for the course and were not answered.",
            "confidence": "clear", "cautions": ["desc_not_cause", "composition"],
            "made_in": "m03", "source": source,
        },
        "days": {
            "title": "Days lost to removal from class", "kind": "outcome",
            "measure": "days_lost", "students": "race_ethnicity: Black",
            "dimension": "race_ethnicity", "group": "Black", "year": YEAR,
            "comparison": "rest", "x": 70, "n": 104, "rate": 0.673, "other_x": 112, "other_n": 508,
            "signal": "not reported",
            "prediction": "Fewer days than last year, spread evenly.",
            "observation": "Removal takes about three times as many days per 100 students from "
            "this group as from other students, most of them in the block after lunch.",
            "strength": "Three rooms on the same corridor remove almost no one after lunch.",
            "voice": "Student partners said that the answer after lunch depends on the room.",
            "voice_by": "2024-10-11",
            "not_known": "Removals that were never written down.",
            "confidence": "suggestive", "cautions": ["desc_not_cause", "small_n"],
            "made_in": "m04", "source": source,
        },
        "judgement": {
            "title": "Referrals in judgement categories", "kind": "process",
            "measure": "k_referral_subjective", "year": YEAR, "comparison": "own_past",
            "x": 103, "n": 192, "rate": 0.536, "low": 0.466, "high": 0.606,
            "signal": "not compared",
            "prediction": "About a third.",
            "observation": "More than half of the referrals rest on an adult's judgement of tone "
            "or attitude.",
            "strength": "Staff asked for a shared response before anyone told them to.",
            "voice": "Students and staff named the same four situations.", "voice_by": "2024-10-11",
            "not_known": "What happened in the minutes before a referral.",
            "confidence": "suggestive", "cautions": ["desc_not_cause"],
            "made_in": "m04", "source": "Practice file of incidents",
        },
        "clubs": {
            "title": "Who takes part in activities", "kind": "access",
            "measure": "activity_any", "students": "el: English learner",
            "dimension": "el", "group": "English learner", "year": YEAR,
            "comparison": "rest", "x": 62, "n": 158, "rate": 0.392, "low": 0.320, "high": 0.470,
            "other_x": 183, "other_n": 454, "gap_points": -1.1, "signal": "not clearly different",
            "prediction": "A gap like that in courses.",
            "observation": "Band and robotics invite every homeroom in person, and their rosters "
            "mirror enrollment.",
            "strength": "An invitation in person, in the home language, reaches everyone.",
            "voice": "Band members said that being asked was what counted.",
            "voice_by": "2024-09-27",
            "not_known": "Who would like an activity that is not offered.",
            "confidence": "clear", "cautions": ["who_missing"], "made_in": "m03", "source": source,
        },
        "newcomers": {
            "title": "Students who arrived this year", "kind": "voice", "year": YEAR,
            "comparison": "own_past",
            "prediction": "We do not know them well enough to say.",
            "observation": "The group is too small to count in public.",
            "strength": "Each newcomer has a buddy who speaks the same language.",
            "voice": "A listening circle with interpreters, in two languages.",
            "voice_by": "2025-04-30",
            "not_known": "Nearly everything: this is why we listen first.",
            "confidence": "too_few_to_tell", "cautions": ["small_n"], "made_in": "m03",
            "source": source,
        },
    }  # fmt: skip
    ids = {
        name: folio.add(
            "finding_cards.cards", card, prefix="f", made_in=card["made_in"], version="0.1"
        )
        for name, card in cards.items()
    }

    def add(key: str, row: dict, prefix: str, made_in: str = "m07") -> str:
        return folio.add(key, row, prefix=prefix, made_in=made_in, version="0.1")

    add("audit_summary.strengths", {
        "title": "Band and robotics ask every homeroom in person, and their rosters mirror "
        "enrollment", "card": ids["clubs"],
    }, "s")  # fmt: skip
    add("audit_summary.strengths", {
        "title": "Three rooms keep nearly everyone in class after lunch, and their teachers are "
        "ready to show how", "card": ids["days"],
    }, "s")  # fmt: skip
    for name, severity in (("algebra", 3), ("days", 3), ("judgement", 2)):
        add("audit_summary.board", {
            "card": ids[name], "number": 3, "document": 2, "voice": 3, "size": 2,
            "severity": severity, "voice_score": 3, "evidence": 3, "control": 3,
        }, "b")  # fmt: skip
    ids["p1"] = add("audit_summary.priorities", {
        "card": ids["algebra"], "title": "Open the way into Algebra I",
        "why": "The course decides what a student can take in high school, and the way in runs "
        "through a step that adults control.",
        "strength_to_keep": "Open help at lunch, and invitations in person",
    }, "p")  # fmt: skip
    ids["p2"] = add("audit_summary.priorities", {
        "card": ids["judgement"], "title": "One shared answer after lunch",
        "why": "Lost days are lost lessons, and the answer depends on the room.",
        "strength_to_keep": "The rooms that already keep everyone in class",
    }, "p")  # fmt: skip
    folio.set("audit_summary.statement", {
        "statement": "Riverbend asks in person and students come. Two routines do not ask: "
        "placement into Algebra I, and referral after lunch.",
    }, made_in="m07", version="0.1")  # fmt: skip
    return ids


def _explain(folio: Portfolio, ids: dict[str, str]) -> None:
    """Write the causes, with what would show them wrong."""
    chain = catalog.content("root_cause")["example_chain"]

    def add(row: dict) -> str:
        return folio.add("root_cause_map.causes", row, prefix="c", made_in="m09", version="0.1")

    folio.set("root_cause_map.problem", {
        "priority": ids["p1"], "statement": chain["problem"],
    }, made_in="m09", version="0.1")  # fmt: skip
    ids["c1"] = add({
        "priority": ids["p1"], "whys": chain["whys"],
        "condition": "The master schedule is built before language services are known, so language "
        "support is scheduled against grade-6 mathematics",
        "reach": "we_control",
        "if_true": "Students with language support miss more of grade-6 mathematics than others.",
        "if_false": "They miss no more lessons than others.",
        "quick_check": "Follow five students through two weeks of the grade-6 schedule.",
        "result": "Four of the five schedules put language support against mathematics.",
        "confidence": "clear",
    })  # fmt: skip
    ids["c2"] = add({
        "priority": ids["p1"],
        "whys": ["Few families ask for the course", "The course is announced once, in English"],
        "condition": "The way into Algebra I is a recommendation that families hear of in one "
        "language, once", "reach": "we_control",
        "if_true": "Families whose language the letter is in ask more often.",
        "if_false": "Requests come from all languages alike.",
        "quick_check": "Read the requests of two years, by home language.", "result": "",
        "confidence": "suggestive",
    })  # fmt: skip
    ids["c3"] = add({
        "priority": ids["p2"],
        "whys": ["Removals cluster after lunch", "No response is agreed before an office referral"],
        "condition": "There is no agreed step between a warning and an office referral in the block "
        "after lunch", "reach": "we_control",
        "if_true": "Rooms with a step of their own refer less often.",
        "if_false": "Rooms with and without one refer alike.",
        "quick_check": "Read twenty referrals, and visit six rooms.",
        "result": "The three rooms with a step of their own wrote one of the twenty.",
        "confidence": "suggestive",
    })  # fmt: skip


def _plan(folio: Portfolio, ids: dict[str, str]) -> None:
    """Write goals, drivers, ideas, supports, actions, money and risks."""

    def add(key: str, prefix: str, row: dict) -> str:
        return folio.add(f"action_plan.{key}", row, prefix=prefix, made_in="m10", version="0.1")

    ids["g1"] = add("goals", "g", {
        "priority": ids["p1"], "causes": [ids["c1"], ids["c2"]],
        "students": "multilingual learners in grade 8",
        "system_change": "building the schedule with language services in the room and screening "
        "every grade-7 student",
        "kpi": "algebra_1", "direction": "raise", "baseline_x": 12, "baseline_n": 60,
        "target_x": 24, "target": 0.4, "by_date": "2026-06-30",
        "checkpoint_1": "2025-06-13", "checkpoint_2": "2026-01-30",
        "people": "three student partners and six families",
        "decision_right": "they choose between the two designs of the summer bridge",
        "balancing_kpi": "passed_algebra_1", "owner": "Assistant principal for scheduling",
        "resources": "two planning days, 40 paid hours for the bridge, a bilingual family partner",
    })  # fmt: skip
    ids["g2"] = add("goals", "g", {
        "priority": ids["p2"], "causes": [ids["c3"]],
        "students": "all students in the block after lunch",
        "system_change": "a three-step response, written with students and staff, before any office "
        "referral",
        "kpi": "k_referral_subjective", "direction": "lower", "baseline_x": 103, "baseline_n": 192,
        "target_x": 67, "by_date": "2026-05-29",
        "checkpoint_1": "2025-06-13", "checkpoint_2": "2025-12-19",
        "people": "the student council and staff of the lunch block",
        "decision_right": "they agree the three steps and can change them each term",
        "balancing_kpi": "k_safety", "owner": "Dean of students",
        "resources": "one staff meeting a month, two hours of coaching a week",
    })  # fmt: skip
    d1 = add("drivers", "d", {
        "goal": ids["g1"], "cause": ids["c1"], "kind": "primary",
        "text": "Language support and mathematics fit one schedule",
    })  # fmt: skip
    d2 = add("drivers", "d", {
        "goal": ids["g1"], "cause": ids["c2"], "kind": "primary",
        "text": "Every student is looked at, and every family asked",
    })  # fmt: skip
    d3 = add("drivers", "d", {
        "parent": d1, "kind": "secondary",
        "text": "Language services sit in the scheduling meeting, and schedule first",
    })  # fmt: skip
    d4 = add("drivers", "d", {
        "parent": d2, "kind": "secondary", "text": "Screening of all of grade 7, then a yes by default",
    })  # fmt: skip
    d5 = add("drivers", "d", {
        "goal": ids["g2"], "cause": ids["c3"], "kind": "primary",
        "text": "Adults share one response after lunch",
    })  # fmt: skip
    d6 = add("drivers", "d", {
        "goal": ids["g2"], "cause": ids["c3"], "kind": "primary",
        "text": "The block after lunch begins calmly",
    })  # fmt: skip
    i1 = add("changes", "i", {
        "driver": d3, "idea_from": "Teachers",
        "text": "Schedule the language lessons of one grade before all else, and see what moves",
    })  # fmt: skip
    i2 = add("changes", "i", {
        "driver": d4, "idea_from": "Families",
        "text": "Ask every grade-7 family in its own language, by phone and in person",
    })  # fmt: skip
    i3 = add("changes", "i", {
        "driver": d5, "idea_from": "Students",
        "text": "A reset card: five minutes with an adult of the student's choice, then back",
    })  # fmt: skip
    i4 = add("changes", "i", {
        "driver": d6, "idea_from": "Support staff",
        "text": "A slow first five minutes after lunch, the same in every room",
    })  # fmt: skip
    ids |= {"i1": i1, "i3": i3}
    add("supports", "u", {
        "driver": d1, "support": "sup_language", "entry_rule": "All students with language services",
        "exit_rule": "When the student and the teacher agree that it is no longer needed",
        "reach_check": "k_support_reach",
    })  # fmt: skip
    add("supports", "u", {
        "driver": d5, "support": "sup_restore", "entry_rule": "Before any office referral",
        "exit_rule": "Back in class in the same block", "reach_check": "k_days_lost",
    })  # fmt: skip
    for row in (
        (i1, "Move the scheduling meeting to April and invite the language services lead",
         "Assistant principal for scheduling", "Language services", "2025-03-17", "2025-04-30",
         0, "existing time", "", "Schedule draft with language lessons first", "on_track"),
        (i2, "Call and meet every grade-7 family about Algebra I", "Counselor",
         "Family partner, student partners", "2025-04-07", "2025-05-23", 900, "Title III",
         "Interpretation in four languages, evening and weekend times", "Every family asked",
         "not_started"),
        (i2, "Run a ten-day summer bridge, designed with families", "Mathematics lead",
         "Community center", "2025-07-07", "2025-07-18", 6400, "Summer program",
         "Transport and lunch", "Bridge held, learners' own review of it", "not_started"),
        (i3, "Write three steps with the student council and try them in six rooms",
         "Dean of students", "Student council", "2024-09-03", "2024-12-20", 0, "existing time", "",
         "Steps agreed by both", "done"),
        (i4, "Visit the rooms that keep everyone in class, and copy their first five minutes",
         "Instructional coach", "Teachers of the lunch block", "2025-01-13", "2025-03-28", 0,
         "existing time", "", "Six visits, one page of moves", "needs_help"),
    ):  # fmt: skip
        names = (
            "change", "description", "owner_role", "partners", "start", "due", "cost",
            "funding_source", "accessibility_needs", "milestone", "status",
        )  # fmt: skip
        add("actions", "a", dict(zip(names, row, strict=True)))
    add("budget", "m", {
        "item": "Summer bridge, 40 paid hours and transport", "one_time": 0, "recurring": 6400,
        "source": "Summer program", "redirected_from": "Summer test preparation",
        "who_loses": "About twenty students who used test preparation",
        "mitigations": "They are asked first, and get open help at lunch",
    })  # fmt: skip
    add("budget", "m", {
        "item": "Interpretation and calls to families", "one_time": 900, "recurring": 0,
        "source": "Title III", "redirected_from": "new money", "who_loses": "", "mitigations": "",
    })  # fmt: skip
    add("budget", "m", {
        "item": "Two hours of coaching a week", "one_time": 0, "recurring": 0,
        "source": "Existing time", "redirected_from": "Hall duty of the coach",
        "who_loses": "Hall cover in one block", "mitigations": "The dean covers that block",
    })  # fmt: skip
    add("risks", "z", {
        "risk": "More learners enroll and the support of the first month is thin",
        "who_is_affected": "Learners new to the course", "likelihood": "Possible",
        "early_sign": "Fewer students at open help in September",
        "response": "Move two tutoring hours into the day", "owner": "Mathematics lead",
    })  # fmt: skip
    add("risks", "z", {
        "risk": "Referrals fall because they are no longer written down",
        "who_is_affected": "Students sent out informally", "likelihood": "Likely",
        "early_sign": "Students report removals that the file does not hold",
        "response": "Ask students each term, and count informal removals", "owner": "Dean of students",
    })  # fmt: skip
    folio.set("action_plan.hypotheses", {
        "achievement_kpi": "passed_algebra_1", "achievement_by": "2026-06-30",
        "gaps_kpi": "algebra_1", "gaps_by": "2026-06-30",
        "climate_kpi": "k_fairness", "climate_by": "2025-11-14",
        "engagement_kpi": "k_belonging", "engagement_by": "2025-11-14",
        "against": "More learners enroll, and fewer of them pass or say that they were asked.",
    }, made_in="m10", version="0.1")  # fmt: skip


def _measure(folio: Portfolio, ids: dict[str, str]) -> None:
    """Write the measures, their readings, two small tests and a word of thanks."""

    def kpi(
        goal: str, kpi: str, kind: str, x: int, n: int, target: float, way: str, *more: str
    ) -> str:
        frequency, owner, source = more
        return folio.add("action_plan.kpis", {
            "goal": ids[goal], "kpi": kpi, "kind": kind, "baseline_x": x, "baseline_n": n,
            "target": target, "direction": way, "frequency": frequency, "owner": owner,
            "source": source,
        }, prefix="k", made_in="m10", version="0.1")  # fmt: skip

    files, survey = "Published numbers", "Student survey"
    kpi("g1", "algebra_1", "outcome", 12, 60, 40, "raise", "yearly", "Data steward", files)
    kpi("g1", "k_family_participation", "process", 84, 205, 90, "raise", "termly", "Counselor",
        "Log of calls and meetings")  # fmt: skip
    kpi("g1", "k_belonging", "voice", 78, 150, 65, "raise", "termly", "Family partner", survey)
    kpi(
        "g1",
        "passed_algebra_1",
        "balancing",
        57,
        70,
        80,
        "hold",
        "termly",
        "Mathematics lead",
        files,
    )
    kpi("g2", "k_days_lost", "outcome", 182, 612, 20, "lower", "monthly", "Data steward", files)
    judged = kpi("g2", "k_referral_subjective", "process", 103, 192, 35, "lower", "monthly",
                 "Dean of students", "Referral log, coded by two people")  # fmt: skip
    kpi("g2", "k_fairness", "voice", 166, 320, 65, "raise", "termly", "Student council", survey)
    kpi("g2", "k_safety", "balancing", 246, 320, 75, "hold", "termly", "Dean of students", survey)
    for date, x, n, note in READINGS:
        folio.add("progress_log.readings", {
            "kpi": judged, "date": date, "numerator": x, "denominator": n, "note": note,
        }, prefix="r", made_in="m12", version="0.1")  # fmt: skip
    for row in (
        {
            "change": ids["i3"], "question": "Does a reset keep students in the lesson?",
            "prediction": "Most are back within ten minutes.",
            "measure": "Resets that end in the same lesson, of all resets", "who": "Dean of students",
            "where": "Six rooms of the lunch block", "when": "2024-10-14",
            "what_happened": "Students came back, and two rooms forgot the card.",
            "surprises": "Students asked for the card themselves.",
            "prediction_vs_result": "As predicted in four rooms.",
            "for_whom": "Too few to say for any one group; student partners asked them.",
            "decision": "adapt", "next_test": "Put the card on each desk, in nine rooms",
        },
        {
            "change": ids["i1"], "question": "What moves if language lessons are scheduled first?",
            "prediction": "Two sections of electives move.",
            "measure": "Sections that had to move", "who": "Assistant principal for scheduling",
            "where": "Grade 6, on paper", "when": "2025-02-10",
            "what_happened": "One elective moved, and lunch stayed.", "surprises": "",
            "prediction_vs_result": "Fewer moves than predicted.", "for_whom": "Grade 6",
            "decision": "adopt", "next_test": "Grades 7 and 8, in April",
        },
    ):  # fmt: skip
        folio.add("progress_log.pdsa", row, prefix="t", made_in="m12", version="0.1")
    folio.add("progress_log.celebrations", {
        "what_improved": "Staff and students agreed one response in a term",
        "evidence": "The agreed page, and six rooms that use it",
        "who_contributed": "Student council, staff of the lunch block",
        "how_shared": "You said, we did wall", "consent": "Asked and given",
        "what_we_learned": "Students wrote the clearest sentence", "next_step": "Nine rooms",
    }, prefix="v", made_in="m12", version="0.1")  # fmt: skip


def _sustain(folio: Portfolio) -> None:
    """Write the five parts, the year's calendar and the leader's own plan."""

    def put(name: str, value: dict) -> None:
        folio.set(f"sustain_plan.{name}", value, made_in="m12", version="0.1")

    put("parts", {
        "workshops_what": "Two days on language-rich mathematics, each with a task to try",
        "workshops_owner": "Instructional coach", "workshops_date": "2025-08-12",
        "learning_community_what": "Monthly hour on one finding card",
        "learning_community_owner": "Convener (principal)", "learning_community_date": "2025-03-11",
        "audit_what": "Cards looked at again with the new year's files",
        "audit_owner": "Data steward", "audit_date": "2025-09-16",
        "pedagogy_what": "Look-fors in six rooms, then one redesigned task each",
        "pedagogy_owner": "Mathematics lead", "pedagogy_date": "2025-10-07",
        "advocacy_not": "The board rewrites its placement policy next spring; our brief waits for it.",
    })  # fmt: skip
    months = catalog.content("plc_protocol")["calendar"]["months"]
    dates = (
        "2025-03-11", "2025-04-08", "2025-05-13", "2025-06-10", "2025-09-09", "2025-10-14",
        "2025-11-11", "2025-12-09", "2026-01-13", "2026-02-10",
    )  # fmt: skip
    for date, month in zip(dates, months, strict=True):
        folio.add("sustain_plan.plc_calendar", {
            "date": date, "theme": month["theme"], "output": month["output"],
            "event": month["event"], "place": "Library, 15:30", "minutes": 60,
        }, prefix="n", made_in="m12", version="0.1")  # fmt: skip
    folio.add("sustain_plan.learning_plan", {
        "goal": "Teach mathematics and language in one lesson", "topic": "tp_udl",
        "for_whom": "Mathematics and language teachers of grades 6 and 7", "hours": 16,
        "formats": ["workshop", "coaching"], "start": "2025-08-12",
        "community_partner": "The parent room, which reads the word problems with us",
        "coach": "Instructional coach", "use_check": "20 lessons sampled fairly, in the fall",
    }, prefix="g", made_in="m12", version="0.1")  # fmt: skip
    put("review", {
        "team_from": "2025-04-08", "full_from": "2025-06-13", "public_from": "2025-09-30",
    })  # fmt: skip
    folio.add("sustain_plan.coaching_sessions", {
        "date": "2025-02-20", "focus_goal": "Share the schedule before it is finished",
        "chosen_action": "I talk first in every meeting; my coach counts", "due": "2025-03-20",
        "next_date": "2025-03-27",
    }, prefix="j", made_in="m12", version="0.1")  # fmt: skip
    folio.add("sustain_plan.network", {
        "person_or_group": "Two schools of the county", "ring": "Across my district or authority",
        "what_i_learn": "How they screen every student", "what_i_offer": "Our invitation script",
        "next_contact": "2025-04-11",
    }, prefix="o", made_in="m12", version="0.1")  # fmt: skip
    folio.set("growth_plan.repeat", {"date": "2025-06-27", "look_for": "I ask before I answer."},
              made_in="m12", version="0.1")  # fmt: skip
    put("personal", {
        "growth_edges": "Sharing the schedule before it is finished",
        "knowledge_goal": "How language development and mathematics are taught together",
        "skill_goal": "Asking before answering in team meetings",
        "relationship_goal": "Monthly tea with the families who have not come yet",
        "learning_events": "Two days on language-rich mathematics in August",
        "coach_or_mentor": "A coach from the district, six sessions",
        "plc": "Convenes the monthly hour until June, then hands it on",
        "practice": "Ask who a decision touches, then answer",
        "network": "Two schools of the county with a universal screen",
        "advocacy_step": "A brief on placement to the board, next spring",
        "civic_pathway": "Mentors two teachers who have not led before",
        "review_dates": "2025-06-20", "evidence": "Coach's notes, the team's pulse each term",
    })  # fmt: skip
    folio.set("promises.m12", {
        "when": "the April draft of the schedule is done", "then": "send it to language services first",
        "by": "2025-04-30",
    }, made_in="m12", version="0.1")  # fmt: skip


if __name__ == "__main__":
    home = Path(__file__).resolve().parents[1] / "practice"
    home.mkdir(exist_ok=True)
    (home / "riverbend-portfolio.json").write_bytes(content())

"""What notebooks 07 and 08 practise on: documents, a panel's ratings, codings of a lesson, visits.

Riverbend Middle School's document pack is written so that its rules explain the patterns planted in
the district's files (rb1, rb5 to rb8, rb10, rb11). The panel of five rates from it, and differs by
two steps on six indicators. Only the tallies of visits are drawn by chance.
"""

from __future__ import annotations

import pandas as pd

SCHOOL = "0219"
DOCUMENTS = {
    "d01": (
        "School improvement plan, extract",
        "plan",
        "Vision: every student known, challenged and ready. Goals for 2023-24: raise achievement; "
        "improve climate; strengthen ties with families. Measures: to be added. The plan was shown "
        "to the site council in October. In March the council asked which students it had helped; "
        "the answer was put off until summer. Budget: rolled forward from the year before; the "
        "flexible fund of 48,000 renews the same software. The plan is on the website, in English. "
        "Asked at the door, three of twelve adults could say the vision.",
    ),
    "d02": (
        "Course guide, page 6: mathematics",
        "rule",
        "Algebra I in grade 8 is open to students whom their grade 7 teacher recommends. Teachers "
        "look at the mathematics mark since grade 6 (B or above), participation in class and "
        "independence. Families may ask in writing for a review before 15 May. No test is used, "
        "and no list is made of who meets the mark. Nobody moves in after September. In high "
        "school, a student without grade 8 Algebra I reaches calculus only by taking two "
        "mathematics courses in one year.",
    ),
    "d03": (
        "Memo: how the master schedule is made",
        "rule",
        "The schedule is built in March; the language services list arrives in June. In the "
        "meeting: the principal, two heads of department, the registrar. Language support stands "
        "in periods 2 and 3, where grade 6 has mathematics. Reading support replaces music or art. "
        "New since January: a study block of 25 minutes in everyone's day. Tutors come to it, so "
        "that nobody leaves a core lesson for help.",
    ),
    "d04": (
        "Code of conduct, section 4",
        "rule",
        "Level 2: defiance, disrespect, disruption, defined as conduct that shows a lack of "
        "respect. First response: referral to the office and removal for the period. Level 1 "
        "(lateness, devices) has three steps before a referral. Since 2022 the grade 6 team uses a "
        "talk-and-return card before any referral; grades 7 and 8 may. The deans review the code "
        "each summer. Families sign it in September. Students have not been asked about it.",
    ),
    "d05": (
        "Note from the dean's office on referrals",
        "record",
        "In grades 7 and 8, most days lost to removal last year began with a judgement category, "
        "and most of these in fifth period, right after lunch. Both grades eat in one hall with "
        "two adults. Fifth period is covered by substitutes more often than any other. We talk "
        "with a student after a removal when there is time. A few of us are trained to lead a "
        "repair conversation; no log is kept. Charts go to the district each term.",
    ),
    "d06": (
        "Procedure for reports of bullying and harassment",
        "rule",
        "Posters in three languages show three ways to report, one of them without a name. The "
        "counsellor answers within two school days and asks again after three weeks. Reports and "
        "days to answer are counted each term, without names: 31 of 34 were answered in time last "
        "year. Students of the prevention team wrote the posters and tried out the online form. "
        "Repeat incidents are not looked at by group.",
    ),
    "d07": (
        "Minutes of the materials and grading committee",
        "record",
        "English: 14 of 20 core texts were reviewed for authorship and perspective; five were "
        "replaced. Two students and a parent took part. Other departments have not begun. Criteria "
        "for choosing: cost, standards, licence. All sections of a course use the same core "
        "materials; support sections use a workbook as well. Grading: since 2022 all teams share "
        "four principles, every student may retake, and marks are looked at by group each January.",
    ),
    "d08": (
        "Accessibility check and device list",
        "record",
        "Of 22 core units checked, 5 work with read-aloud, and 9 have captions wherever there is "
        "film. Staff had one hour on accessible formats. The purchasing form does not mention "
        "them. Tablets with read-aloud stand in a cart that is signed out by the lesson. Every "
        "student has a device; 571 of 612 households report a connection that works, and 24 "
        "hot spots are on loan with no one waiting.",
    ),
    "d09": (
        "Family conferences: plan and log",
        "record",
        "One evening in November and one in April, 16:30 to 19:30. The letter is in English; an "
        "interpreter is booked on request, ten days ahead: 11 of 38 known needs were met in "
        "November. Attendance is counted in total, not by language. There is no child care. In "
        "the first two weeks of September a teacher calls every new family with something good, "
        "through an interpreter where needed. Band and robotics nights are held twice, at the "
        "community centre, with food.",
    ),
    "d10": (
        "Staffing list and induction handbook",
        "record",
        "First- and second-year teachers have 9 of 14 support sections and 6 of 40 other sections: "
        "those who are new choose last. Every new teacher has a mentor and a free period, and most "
        "of those who began in the last three years are still here. Interviews: the principal and "
        "one head; questions vary. Professional learning: four half days, chosen by the district, "
        "without follow-up. Teams meet weekly, mostly on logistics; the grade 6 team studies "
        "student work every third week.",
    ),
    "d11": (
        "Student council minutes and notes of a forum",
        "voice",
        "Teachers nominate the council's fourteen members. In February a forum of 22 students, "
        "drawn by lot, with interpreters, asked: How does one get into Algebra? Why do we lose an "
        "afternoon for answering back? Why is there a late bus on Thursdays only? The late bus now "
        "runs on Tuesdays too, and the answer was on the wall within a month. The other two "
        "questions are open. “In band and robotics they know you,” several said. “Elsewhere nobody "
        "would call.”",
    ),
    "d12": (
        "Activities report: band, robotics, travel team",
        "record",
        "Band and robotics lend instruments and kits, begin when lessons end, and have a bus home. "
        "On any roster: 126 of 314 students from families with fewer economic resources, and 119 "
        "of 298 others. The travel team asks 180 a season; a waiver is a form at the office. "
        "Members: 6 of 314 and 54 of 298. Two parents and a former student coach robotics. Rosters "
        "are compared with enrolment each term, and the coaches change the offer with students.",
    ),
}  # fmt: skip

PANEL = {
    "A": "teacher",
    "B": "assistant principal",
    "C": "family partner",
    "D": "student partner",
    "E": "counsellor",
}
# indicator: (ratings of A to E, consensus, documents, voice, dissent). Six indicators, LOW in the
# tests, differ by two steps; too few of "res" are rated for a profile.
RATINGS = {
    "pol1": ("2 2 1 1 2", "2", "d01", "", ""),
    "pol2": ("1 2 1 NE 1", "1", "d04", "", ""),
    "pol3": ("2 3 1 1 2", "1", "d04 d05", "Forum: “Why do we lose an afternoon?”",
             "Two raters hold 2: the grade 6 card is a start. Two rounds did not settle it."),
    "pol4": ("3 3 3 4 3", "3", "d06", "Prevention team wrote the posters", ""),
    "pol5": ("1 2 1 1 1", "1", "d02", "Forum: “How does one get into Algebra?”", ""),
    "pol6": ("2 2 NE 1 2", "2", "d04", "", ""),
    "pra1": ("2 2 NE 2 2", "2", "d07", "", ""),
    "pra2": ("2 3 2 2 2", "2", "d07 d11", "", ""),
    "pra3": ("2 2 1 NE 2", "2", "d03", "", ""),
    "pra4": ("1 1 1 NE NE", "1", "d02", "", ""),
    "pra5": ("2 3 NE NE 2", "2", "d05", "", ""),
    "pra6": ("2 3 1 1 2", "2", "d01 d11", "The late bus came from the forum", ""),
    "mat1": ("2 3 2 2 2", "2", "d07", "Two students and a parent in the review", ""),
    "mat2": ("2 2 1 2 2", "2", "d07", "", ""),
    "mat3": ("1 2 1 1 1", "1", "d08", "", ""),
    "mat4": ("1 3 1 1 2", "1", "d03", "Forum, through interpreters", ""),
    "mat5": ("2 2 1 NE 2", "2", "d07", "", ""),
    "mat6": ("3 3 2 3 3", "3", "d07", "", ""),
    "sta1": ("1 1 NE NE 1", "1", "d10", "", ""),
    "sta2": ("3 3 NE NE 2", "3", "d10", "", ""),
    "sta3": ("1 2 1 NE 1", "1", "d10", "", ""),
    "sta4": ("2 2 NE NE 2", "2", "d10", "", ""),
    "sta5": ("NE 3 NE NE 2", "NE", "", "", ""),
    "sta6": ("2 2 NE NE 2", "2", "d10", "", ""),
    "fam1": ("3 3 3 3 3", "3", "d09", "Family partner: “The first call was kind.”", ""),
    "fam2": ("2 3 1 1 2", "1", "d09", "Families who could not follow the evening", ""),
    "fam3": ("2 2 2 NE 2", "2", "d09", "", ""),
    "fam4": ("1 2 1 NE 1", "1", "d01", "", ""),
    "fam5": ("2 2 2 3 2", "2", "d12", "", ""),
    "fam6": ("3 2 3 3 2", "2", "d12", "", ""),
    "cli1": ("3 3 2 1 2", "2", "d11", "Forum: “Elsewhere nobody would call.”", ""),
    "cli2": ("2 2 2 1 2", "2", "d05", "", ""),
    "cli3": ("2 3 2 1 2", "2", "d11", "Forum drawn by lot", ""),
    "cli4": ("2 2 1 1 2", "2", "d05", "", ""),
    "cli5": ("NE 2 NE NE 2", "NE", "", "", ""),
    "cli6": ("3 3 3 3 3", "3", "d12", "Students change the offer", ""),
    "res1": ("1 1 1 NE 1", "1", "d01", "", ""),
    "res2": ("3 2 NE 2 2", "2", "d03", "", ""),
    "res3": ("3 3 3 2 3", "3", "d08", "", ""),
    "res4": ("NE NE NE 2 NE", "NE", "", "", ""),
    "res5": ("2 2 NE 3 2", "NE", "", "", ""),
    "res6": ("NE 1 NE NE NE", "NE", "", "", ""),
}  # fmt: skip

CODERS = ("expert_1", "expert_2", "partner")
# look-for: (ratings of the two experts and the simulated partner, lines, why the first expert)
CODES = {
    "u7a": ("1 1 1", "6", "Groups choose the order of layers; nothing else is theirs to choose."),
    "u7b": ("3 2 3", "3 24", "The creek is theirs, and a learner names the audience."),
    "u7c": ("2 2 2", "1 7", "Names and languages with care; the laughter is turned into data."),
    "u8a": ("3 3 2", "2", "Learners say the goal in their own words."),
    "u8b": ("1 1 3", "13 19",
            "The frame keeps the demand for most; two learners are told not to write the reason."),
    "u8c": ("2 2 2", "5", "Roles are needed in four of six groups."),
    "u9a": ("2 1 1", "8", "He has a way to step out, and comes back on his own."),
    "u9b": ("3 3 2", "7", "The group explains its own leak to the class."),
    "u1a": ("2 2 2", "3 5 12", "Film, material and drawings, besides text."),
    "u1b": ("1 1 0", "3 10 11", "The film has captions; the page cannot be enlarged or read aloud."),
    "u2a": ("1 1 2", "12", "Three words with drawings, and nobody comes back to them."),
    "u2b": ("2 3 2", "4", "Three languages are heard on the way to the goal."),
    "u3a": ("2 2 3", "3 4", "What we know already, and a prediction by everyone."),
    "u3b": ("2 2 2", "18", "All points on one graph; the link is drawn."),
    "u4a": ("0 0 1", "9", "The bench is too high. Reading the timer is not doing the task."),
    "u4b": ("0 0 0", "11", "“Next lesson.” The cart is locked."),
    "u5a": ("1 1 3", "19", "Two learners may record theirs because they asked. Others had no choice."),
    "u5b": ("1 1 2", "19", "Everyone has the frame; nothing shows that it is ever taken away."),
    "u6a": ("2 2 1", "20", "They check their text, and five change it."),
    "u6b": ("1 1 1", "21", "Nine get feedback in time, the others next week."),
    "r1a": ("2 2 3", "1 21", "Warm, and asks for the row of the table."),
    "r1b": ("0 1 2", "16", "Fourteen of nineteen turns go to two tables."),
    "r1c": ("0 0 0", "14", "Nobody asks what happened."),
    "r1d": ("2 2 2", "21 23", "“Your number is strong”; “measured everything twice”."),
    "r2a": ("2 2 2", "3 17", "The creek and a family's account are part of the content."),
    "r2b": ("2 2 2", "17", "Textbook and family, and the question what evidence would settle it."),
    "r2c": ("2 2 2", "3 17", "The uncle's fish, the family's account."),
    "r2d": ("2 2 3", "4 5 15", "Alone, in pairs, in groups, together."),
    "r3a": ("2 2 2", "7 15", "“What makes you say that?” Learners begin to ask each other."),
    "r3b": ("0 0 NA", "22", "Those who are stuck raise a hand and wait."),
    "r3c": ("2 2 2", "4 15", "A minute to predict; five seconds after each question."),
    "r3d": ("1 1 3", "13", "Two learners are let off the reasoning: not every group meets it."),
    "r4a": ("0 0 0", "26", "The rules came printed."),
    "r4b": ("0 0 0", "14", "One of the two is moved away."),
    "r4c": ("2 3 2", "24", "A letter to the council, with graph and sources."),
    "r4d": ("2 2 2", "25", "Ten minutes more, because last week's slips asked for it."),
}  # fmt: skip

# Eight visits to eight rooms: the chance that a look-for of an area is rated 0, 1, 2, 3 or NA there.
VISITS = [
    f"2024-0{m}-{d:02d}"
    for m, d in [(1, 18), (1, 25), (2, 1), (2, 8), (2, 15), (3, 7), (3, 14), (3, 21)]
]
USUAL = (0.15, 0.25, 0.40, 0.15, 0.05)
AREAS = {
    "r1": (0.02, 0.10, 0.58, 0.30, 0.00),  # relationships: a strength in nearly every room
    "u4": (0.52, 0.26, 0.14, 0.00, 0.08),  # materials and tools: the barrier that most rooms share
    "u1": (0.45, 0.30, 0.15, 0.05, 0.05),
}

CARDS = pd.DataFrame(
    [
        ("practice-1", "Entry to Algebra I", "access", "multilingual learners", "other students", 12, 60, 58, 145,
         "The course guide asks for a recommendation; language support meets mathematics (d02, d03)",
         "Student forum: “How does one get into Algebra?”", "", "clear",
         "Once enrolled, pass rates do not clearly differ", 2, 3, 3, 3, 3),
        ("practice-2", "Learning time lost after lunch", "process", "Black students", "other students", 21, 104, 35, 508,
         "Broad words send students out; one hall, two adults, substitutes (d04, d05)",
         "Student forum: “Why do we lose an afternoon for answering back?”", "", "clear",
         "Grade 6 uses a talk-and-return card first", 2, 3, 3, 2, 3),
        ("practice-3", "Language at family conferences", "process", "requests for an interpreter", "", 11, 38, None, None,
         "One evening, one language, interpreters ten days ahead (d09)",
         "Six family conversations, with interpreters", "", "clear",
         "Every new family gets a good first call", 3, 2, 3, 2, 3),
        ("practice-4", "Being known outside band and robotics", "voice", "", "", None, None, None, None,
         "Council nominated by teachers; two forum questions open (d11)",
         "Student forum: “Elsewhere nobody would call.”", "", "suggestive",
         "Band and robotics: “they know you”", 3, 2, 2, 2, 2),
        ("practice-5", "Who teaches the support classes", "resource", "support sections", "other sections", 9, 14, 6, 40,
         "Those who are new choose last (d10)", "", "2024-10-15", "clear",
         "Mentors and a free period for every new teacher", 2, 2, 1, 3, 3),
        ("practice-6", "Absence along the long bus routes", "access", "students who ride over 40 minutes", "other students", 29, 97, 41, 515,
         "Route times set by the district; late bus on two days (d11)",
         "Families on the two longest routes, by phone", "", "clear",
         "The late bus now runs on Tuesdays", 2, 3, 2, 2, 1),
        ("practice-7", "Read-aloud in core units", "document", "core units checked", "", 5, 22, None, None,
         "Accessibility check; purchasing form (d08)",
         "Two students who use read-aloud, with consent", "", "clear",
         "Every student has a device", 1, 2, 1, 3, 3),
        ("practice-8", "Fee of the travel team", "access", "students from families with fewer economic resources", "other students", 6, 314, 54, 298,
         "180 a season, waiver by form (d12)", "", "", "clear",
         "Band and robotics mirror enrolment", 1, 1, 1, 3, 3),
        ("practice-9", "Newcomers and the reading standard", "outcome", "newcomers", "", None, None, None, None,
         "Assessment calendar", "", "", "too_few_to_tell",
         "Newcomers' families come to band nights", 1, 3, 1, 1, 2),
    ],
    columns=["id", "title", "kind", "group", "others", "x", "n", "other_x", "other_n", "document", "voice", "voice_by",
             "confidence", "strength", "size", "severity", "voice_score", "evidence", "control"],
)  # fmt: skip

# rb11, as the practice survey of notebook 06 has it: answers to the belonging items.
NUMBERS = {
    "practice-4": "Belonging, favourable answers: 316 of 390 (81%) in band and robotics, 471 of 906 "
    "(52%) elsewhere; intervals are in notebook 06",
}


def tables(rng) -> dict[str, pd.DataFrame]:
    """Return ``documents panel_ratings panel_consensus lesson_codes visit_tallies board_cards``."""
    documents = pd.DataFrame(
        [(id, SCHOOL, *rest) for id, rest in DOCUMENTS.items()],
        columns=["doc_id", "school_id", "title", "kind", "text"],
    )
    ratings = pd.DataFrame(
        [
            (rater, role, indicator, rating)
            for indicator, (five, *_) in RATINGS.items()
            for (rater, role), rating in zip(PANEL.items(), five.split(), strict=True)
        ],
        columns=["rater", "role", "indicator", "rating"],
    )
    consensus = pd.DataFrame(
        [(indicator, *rest) for indicator, (_, *rest) in RATINGS.items()],
        columns=["indicator", "rating", "evidence", "voice", "dissent"],
    )
    codes = pd.DataFrame(
        [
            (coder, lookfor, rating, lines, why if coder == CODERS[0] else "")
            for lookfor, (three, lines, why) in CODES.items()
            for coder, rating in zip(CODERS, three.split(), strict=True)
        ],
        columns=["coder", "lookfor", "rating", "lines", "why"],
    )
    cards = CARDS.astype(dict.fromkeys(["x", "n", "other_x", "other_n"], "Int64"))
    cards["number"] = cards["id"].map(NUMBERS).fillna("")
    return {
        "documents": documents,
        "panel_ratings": ratings,
        "panel_consensus": consensus,
        "lesson_codes": codes,
        "visit_tallies": _visits(rng),
        "board_cards": cards,
    }


def _visits(rng) -> pd.DataFrame:
    """Draw what was seen in each visit; a room is a little stronger or weaker throughout."""
    rows = []
    for number, day in enumerate(VISITS, 1):
        room = rng.normal(0, 0.12)
        for lookfor in CODES:
            chances = [*AREAS.get(lookfor[:2], USUAL)]
            moved = min(max(room, -chances[2]), chances[0])
            chances[0], chances[2] = chances[0] - moved, chances[2] + moved
            rows.append(
                (f"v{number}", day, lookfor, rng.choice(["0", "1", "2", "3", "NA"], p=chances))
            )
    return pd.DataFrame(rows, columns=["visit", "date", "lookfor", "rating"])

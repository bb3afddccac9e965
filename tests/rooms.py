"""A room of leaders, made from the forms' own keys: what tests hang on a workshop's wall."""

from __future__ import annotations

import random
from pathlib import Path

from equitylab import Portfolio, catalog
from equitylab.cohort_tally import options
from equitylab.portfolio_levels import forms

NAMES = "Alder Birch Cedar Dogwood Elm Fir Gingko Hazel Ironwood Juniper Katsura Larch".split()
IDEAS = [
    "The schedule is built before language needs are known",
    "Placement rests on one grade",
    "Families hear of the offer after it is full",
    "Each room answers in its own way after lunch",
]
PROMISES = [
    "read one card aloud",
    "ask two families what they were told",
    "open the agenda with it",
]


def leader(path: Path, number: int) -> Path:
    """Write one leader's portfolio: the same for the same number, words that may not travel too."""
    draw = random.Random(number)
    school = f"{NAMES[number % len(NAMES)]} Street School"
    folio = Portfolio.open(path)
    folio.set("profile.school", {"unit_id": f"7{number:03d}", "name": school})
    for module, found in forms().items():
        for form in found:
            if str(form.get("key", "")).startswith("predictions."):
                folio.set(form["key"], {f["id"]: _answer(f, draw, school) for f in form["fields"]})
        folio.set(f"promises.{module}", {"when": f"at {school}", "then": draw.choice(PROMISES)})
    guess = {"measure": "algebra_1", "students": "el: English learner", "side": "lower"}
    folio.set("predictions.m03", guess | {"points": draw.randint(0, 30), "why": school})
    card = {
        "kind": draw.choice(["access", "outcome"]),
        "measure": "algebra_1",
        "x": 4321,
        "n": 9876,
    }
    card |= {"students": "el: English learner", "gap_points": -18.4, "title": f"At {school}"}
    id = folio.add("finding_cards.cards", card, prefix="f")
    folio.add("audit_summary.priorities", {"title": f"For {school}", "card": id}, prefix="p")
    for text in [draw.choice(IDEAS), f"{NAMES[number]} rests on one grade", "Ask Ms. Ortiz"]:
        folio.add("action_plan.drivers", {"text": text})
    # Another leader's school, in small letters.
    other = NAMES[(number + 1) % len(NAMES)].lower()
    folio.add("action_plan.drivers", {"text": f"What {other} does, we could do"})
    rows = [i["id"] for d in _rubric() for i in d["indicators"]]
    ratings = {id: {"rating": draw.choice([1, 2, 2, 3]), "evidence": school} for id in rows}
    ratings[rows[0]]["dissent"] = "The parents say otherwise" if number % 2 else ""
    folio.set("rubric_ratings.consensus", ratings)
    folio.set("rubric_ratings.individual", {rows[0]: {"rating": 4, "evidence": "SECRET"}})
    return path


def room(folder: Path, people: int = 12) -> Path:
    """Write a folder of portfolios, one a leader, as they would be handed in."""
    for number in range(people):
        place = folder / f"leader-{number + 1:02d}"
        place.mkdir(parents=True)
        leader(place / "portfolio.json", number)
    return folder


def spoil(folder: Path) -> None:
    """Add two damaged portfolios and one file of another program."""
    whole = next(folder.rglob("portfolio.json")).read_bytes()
    (folder / "cut.json").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.json").write_bytes(b"")
    (folder / "settings.json").write_text('{"theme": "dark"}', "utf-8")


def _rubric() -> list[dict]:
    return catalog.content("equity_audit_rubric")["dimensions"]


def _answer(field: dict, draw: random.Random, school: str):
    if field["kind"] == "number":
        return draw.randint(int(field.get("min", 0)), int(field.get("max", 20)))
    if field["kind"] == "choice":
        value = draw.choice(list(options(field))[:3])
        return f"{value}: {school}" if field["options"] == {"from": "groups"} else value
    return f"As at {school}, Ms. Ortiz says"

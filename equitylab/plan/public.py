"""What everyone may read of a plan: chosen fields, numbers of the current release, no one's name.

A leader writes for a team, and a report is read by everyone. So every field that is told is named
here; a count is printed only where the current release shows the same one, or where no release
speaks of it and the rule lets it through; and words that block, quote, name or count are held back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from .. import catalog
from ..portfolio_numbers import Rule
from ..portfolio_words import NOTE, Words
from .aim import filled, target
from .evidence import agrees, baseline
from .released import Release
from .thread import KINDS, Plan, read, tested
from .values import number, text

# A field that is not here is unseen until it is put here. Those with a star hold words.
TOLD = {
    "strengths": "*title",
    "priorities": "card *title *why *strength_to_keep",
    "cards": "measure dimension group year confidence *title *strength *not_known",
    "causes": "priority reach *condition",
    "goals": "priority causes kpi direction balancing_kpi by_date checkpoint_1 checkpoint_2 "
    "*students *system_change *people *decision_right",
    "drivers": "goal cause parent kind *text",
    "changes": "driver idea_from *text",
    "supports": "driver support",
    "actions": "change start due status *description *milestone",
    "kpis": "goal kpi kind direction frequency",
    "readings": "kpi date",
    "celebrations": "*what_improved *what_we_learned *next_step",
}
NO_NUMBER = "[Left out: a number that this release does not show.]"
NO_NAME = "[Left out: it may name a person.]"
NO_ROLE = "a member of the team"
_PERSON = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Sr|Sra)\.?\s+[^\W\d_]|[\w.+-]+@[\w-]+\.\w|"
    r"(?<![\d-])\+?(?!\d{4}-\d\d-\d\d)\d[\d() .-]{7,}\d"
)


def public(folio, published=None, *, unit_id: str = "") -> Plan:
    """Return the plan as everyone may read it.

    Parameters
    ----------
    folio : Portfolio
    published : Published, optional
        The current release of the school's numbers. Without it, few counts are shown.
    unit_id : str
        The school in that release; that of ``profile.school`` if not given.

    Returns
    -------
    Plan
        With ``held``, one plain line for each thing that was held back and why; it never repeats
        what it holds back.
    """
    plan = read(folio)
    unit_id = unit_id or text(plan.school.get("unit_id"))
    return _Teller(plan, _rule(plan, published), Release(published, unit_id)).plan()


def _rule(plan: Plan, published) -> Rule:
    """Return the strictest rule of the house, the leader and the release."""
    rule = Rule.of({"profile.rules": plan.rules})
    policy = getattr(published, "policy", {})
    return Rule(
        max(rule.group, int(policy.get("min_group", 0))),
        max(rule.cell, int(policy.get("min_cell", 0))),
    )


class _Teller:
    def __init__(self, plan: Plan, rule: Rule, release: Release) -> None:
        self.whole, self.rule, self.release = plan, rule, release
        self.words, self.held = Words(rule), []
        self.secret = self._secret()
        self.aims, self.shares = self._aims()

    def plan(self) -> Plan:
        whole = self.whole
        cited = {
            text(r.get("card")) for r in (*whole.priorities.values(), *whole.strengths.values())
        }
        rows: dict[str, dict[str, dict]] = {kind: {} for kind in KINDS}
        for kind, fields in TOLD.items():
            for id, row in whole.rows[kind].items():
                if kind == "cards" and id not in cited:
                    continue
                rows[kind][id] = {"id": id, **self._row(kind, row, fields.split())}
                rows[kind][id] |= self._numbers(kind, row)
        parts = {k: self._part(k, v) for k, v in whole.parts.items() if not isinstance(v, dict)}
        for k, v in whole.parts.items():
            if isinstance(v, dict):
                parts[k] = {f: self._part(f, one) for f, one in v.items()}
        meetings = [
            {
                "id": r.get("id"),
                "date": r.get("date"),
                "theme": self._say("meeting", r.get("theme")),
            }
            for r in whole.meetings
        ]
        return replace(
            whole, rows=rows, parts=parts, personal={}, hypotheses={}, meetings=meetings, held=self.held,
            statement=self._say("summary", whole.statement),
            vision={k: self._say("vision", v) for k, v in whole.vision.items()},
            school={"unit_id": self.release.unit_id, "name": text(whole.school.get("name"))},
        )  # fmt: skip

    def _row(self, kind: str, row: Mapping, fields: list[str]) -> dict:
        made = {}
        for field in fields:
            plain = field.removeprefix("*")
            value = row.get(plain)
            if value in (None, "", []):
                continue
            made[plain] = self._say(KINDS[kind][0], value) if plain != field else value
        for field in ("owner", "owner_role"):
            if text(row.get(field)) and kind in ("goals", "actions", "kpis"):
                made[field] = role(text(row[field]))
        if kind == "changes":
            made["idea_from"] = self._say("change idea", row.get("idea_from"))
        return made

    def _part(self, field: str, value: object) -> object:
        if field.endswith("date"):
            return value
        return role(text(value)) if field.endswith("owner") else self._say("part", value)

    def _say(self, what: str, value: object) -> str:
        """Return words as they may be read, or why they are not."""
        words = text(value)
        if not words:
            return ""
        note = why = ""
        if _PERSON.search(words):
            note, why = NO_NAME, "it may name a person"
        elif self.release.wrong(words, self.aims, self.shares):
            note, why = NO_NUMBER, "it holds a number that this release does not show"
        elif wrong := self.words.wrong(words):
            note, why = NOTE, wrong
        if note:
            self.held.append(f"Words of a {what} are held back: {why.rstrip('.')}.")
        return note or words

    def _numbers(self, kind: str, row: Mapping) -> dict:
        """Return the counts of a row that may be told."""
        if kind == "cards":
            return self._card(row)
        if kind == "causes":
            return {"tested": tested(row)}
        if kind == "goals":
            return self._goal(row)
        if kind == "kpis":
            x, n = row.get("baseline_x"), row.get("baseline_n")
            aim = {"target": row["target"]} if number(row.get("target")) is not None else {}
            shown = self._lets(row.get("kpi"), x, n)
            return aim | ({"baseline_x": x, "baseline_n": n} if shown else {})
        if kind == "readings":
            kpi = self.whole.kpis.get(text(row.get("kpi")), {}).get("kpi")
            x, n = row.get("numerator"), row.get("denominator")
            if self._lets(kpi, x, n, row.get("date")):
                return {"numerator": x, "denominator": n}
        return {}

    def _card(self, row: Mapping) -> dict:
        if self.release.published is None:
            return {}
        if text(row.get("measure")) not in self.release.speaks_of:  # the team's own count
            lets = self.release.lets(row.get("measure"), row.get("x"), row.get("n"), self.rule)
            return {"x": row["x"], "n": row["n"]} if lets else {}
        now = baseline(self.release.published, row, unit_id=self.release.unit_id)
        if not agrees(row, now):
            return {}
        fields = ("x", "n", "other_x", "other_n")
        return {f: getattr(now, f) for f in fields if getattr(now, f) is not None} | {
            "said": now.text
        }

    def _goal(self, row: Mapping) -> dict:
        whole = filled(row, self.whole)
        t, made = target(whole), {"direction": whole["direction"]}
        if self._lets(whole.get("kpi"), t.x, t.n):
            made |= {"baseline_x": t.x, "baseline_n": t.n}
            events = t.target_x is not None and t.target_x > t.n
            if t.target_x is not None and (events or not self.rule.small(t.target_x, t.n)):
                made["target_x"] = t.target_x
        return made

    def _lets(self, kpi: object, x: object, n: object, date: object = None) -> bool:
        # A count of a card that this release hides is hidden under any other name too.
        if (number(x), number(n)) in self.secret:
            return False
        return self.release.lets(kpi, x, n, self.rule, date=date)

    def _secret(self) -> set[tuple[float | None, float | None]]:
        """Return the counts of the cards that this release does not show, both sides."""
        found = set()
        for card in self.whole.cards.values():
            if text(card.get("measure")) in catalog.indicators() and not self._card(card):
                for x, n in (("x", "n"), ("other_x", "other_n")):
                    found.add((number(card.get(x)), number(card.get(n))))
        return found - {(None, None)}

    def _aims(self) -> tuple[set[tuple], set[str]]:
        """Return the targets, as counts and percentages, and the percentages of released counts."""
        pairs, shares = set(), set()
        for row in self.whole.goals.values():
            told = self._goal(row)
            if "target_x" in told:
                pairs.add((int(told["target_x"]), int(told["baseline_n"])))
        for x, n in self.release.all | pairs:
            if n and x not in (0, n):
                shares |= {f"{100 * x / n:.0f}", f"{100 * x / n:.1f}".removesuffix(".0")}
        aims = (number(kpi.get("target")) for kpi in self.whole.kpis.values())
        return pairs, shares | {f"{aim:g}" for aim in aims if aim is not None}


def role(words: str) -> str:
    """Return an owner if it reads as a role; a member of the team if it may be a name.

    Examples
    --------
    >>> role("Assistant Principal for scheduling"), role("Data steward")
    ('Assistant Principal for scheduling', 'Data steward')
    >>> role("Maria Lopez"), role("Dean Maria Lopez"), role("Principal Okafor")
    ('a member of the team', 'a member of the team', 'a member of the team')
    """
    roles = set(catalog.content("action_plan")["role_words"])
    tokens = re.findall(r"[^\W\d_][\w'’-]*|\S", words)
    before, any_role = "", False
    for token in tokens:
        known_as = token.lower() in roles
        any_role |= known_as
        if not known_as and token[:1].isupper() and before[:1].isupper():
            return NO_ROLE
        before = token
    return words if any_role and not _PERSON.search(words) else NO_ROLE

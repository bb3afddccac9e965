"""The plan as a workbook: one sheet a part, every field a column, and text that stays text."""

from __future__ import annotations

import datetime
import io
import math

from .. import catalog
from ..display import first_up
from .drivers import part_of
from .thread import LINKS, Plan, name, read
from .told import LEVELS, about, named
from .values import kpi_of, listed, number, rule, said_day, text

# One sheet a part: its name, the kind of row, and the fields in the order of reading.
SHEETS = {
    "Findings": ("cards", "title kind measure dimension group year comparison x n other_x other_n "
                 "signal confidence strength voice voice_by not_known source"),
    "Priorities": ("priorities", "title card why strength_to_keep"),
    "Causes": ("causes", "condition priority reach if_true if_false quick_check result confidence"),
    "Goals": ("goals", "statement priority causes students system_change kpi direction baseline_x "
              "baseline_n target_x by_date checkpoint_1 checkpoint_2 people decision_right "
              "balancing_kpi owner resources"),
    "Drivers": ("drivers", "text kind goal cause parent"),
    "Change ideas": ("changes", "text driver idea_from"),
    "Supports": ("supports", "support driver entry_rule exit_rule reach_check"),
    "Actions": ("actions", "description change owner_role partners start due cost funding_source "
                "existing_resource_redirected accessibility_needs milestone status note"),
    "Budget": ("budget", "item one_time recurring source redirected_from who_loses mitigations"),
    "Measures": ("kpis", "kpi kind goal baseline_x baseline_n target direction frequency owner "
                 "source"),
    "Readings": ("readings", "kpi date numerator denominator note"),
    "Small tests": ("tests", "question change prediction measure who where when what_happened "
                    "surprises prediction_vs_result for_whom decision next_test"),
    "Learning": ("learning", "goal for_whom hours start community_partner coach use_check cost"),
    "Risks": ("risks", "risk who_is_affected likelihood early_sign response owner"),
}  # fmt: skip
# Counts, and the pair by which the rule hides them.
_PAIRS = {field: pair for *pair, fields in (
    ("x", "n", "x n"), ("other_x", "other_n", "other_x other_n"),
    ("baseline_x", "baseline_n", "baseline_x baseline_n"), ("target_x", "baseline_n", "target_x"),
    ("numerator", "denominator", "numerator denominator"),
) for field in fields.split()}  # fmt: skip
_MEASURES = ("measure", "kpi", "balancing_kpi", "reach_check")
NARROW = 8  # columns that fit on the width of a page
_CODES = ("reach", "status", "confidence", "kind", "comparison", "direction", "decision")
_WORDS = {"kpi": "Measure", "x": "Count", "n": "Of how many", "other_x": "Count, compared with",
          "other_n": "Of how many, compared with", "target": "Target, percent",
          "target_x": "Target, count", "text": "What", "card": "Finding", "if_true": "If true",
          "baseline_x": "Baseline, count", "baseline_n": "Baseline, of how many"}  # fmt: skip


def xlsx(folio, *, audience: str = "team") -> bytes:
    """Return the plan as a workbook; equal content gives equal bytes."""
    import xlsxwriter

    plan, out = read(folio), io.BytesIO()
    # Text from outside never becomes a formula or a link, whatever it begins with.
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, safe)
    when = (plan.saved or datetime.datetime(2000, 1, 1)).replace(tzinfo=None, microsecond=0)
    title = f"Action plan: {named(plan)}"
    book.set_properties(
        {"title": title[:255], "author": "EquityLab", "comments": "", "created": when}
    )
    looks = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
    _front(book, plan, title, audience, looks)
    for called, (kind, fields) in SHEETS.items():
        _sheet(book, called, *_table(plan, kind, fields.split()), looks)
    _sheet(
        book, "Five parts", ["Part", "What", "Owner", "Date", "Not this year"], _five(plan), looks
    )
    book.close()
    return out.getvalue()


def _front(book, plan: Plan, title: str, audience: str, looks: dict) -> None:
    page = book.add_worksheet("Read me")
    page.set_column(0, 0, 110)
    page.write_string(0, 0, title, looks["title"])
    lines = [about(plan, LEVELS[audience]), "Each sheet is a part of the plan. Every row names the "
             "row before it, so that an action leads back to a finding.", plan.statement]  # fmt: skip
    lines += ["Still loose:", *plan.gaps] if plan.gaps and audience == "team" else []
    for row, line in enumerate(filter(None, lines), 1):
        page.write_string(row, 0, line, looks["text"])
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _table(plan: Plan, kind: str, fields: list[str]) -> tuple[list[str], list[list]]:
    heads = [_WORDS.get(f) or (f[:1].upper() + f[1:].replace("_", " ")) for f in fields]
    links = {field: there for field, there, _ in LINKS.get(kind, [])}
    rows = [
        [_cell(plan, row, field, links.get(field, "")) for field in fields]
        for row in plan.rows[kind].values()
    ]
    return heads, rows


def _cell(plan: Plan, row: dict, field: str, there: str):
    value = row.get(field)
    if there:
        return ", ".join(
            name(plan.rows[there].get(id, {"id": id}), most=200) for id in listed(value)
        )
    if field == "dimension":
        return catalog.dimension_label(text(value)) if text(value) else ""
    if (pair := _PAIRS.get(field)) and rule(
        number(row.get(pair[0])), number(row.get(pair[1]))
    ) == "hidden":
        return "hidden" if number(value) is not None else ""
    if field in _MEASURES:
        return text(kpi_of(value).get("label"))
    if field == "support":
        return _supports().get(text(value), text(value))
    if field in _CODES:
        return first_up(text(value).replace("_", " "))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return text(value)


def _supports() -> dict[str, str]:
    menu = catalog.content("action_plan")["targeted_support_menu"]
    return {one["id"]: one["label"] for one in menu}


def _five(plan: Plan) -> list[list]:
    rows = []
    for part in catalog.content("action_plan")["five_parts"]:
        held = part_of(plan, part["id"])
        rows.append(
            [
                part["label"],
                held["what"],
                held["owner"],
                said_day(held["date"]),
                held["not_because"],
            ]
        )
    return rows


def _sheet(book, called: str, heads: list[str], rows: list[list], looks: dict) -> None:
    page = book.add_worksheet(called)
    widths = []
    for column, head in enumerate(heads):
        page.write_string(0, column, head, looks["head"])
        longest = max([len(head), *(len(_shown(row[column])) for row in rows)])
        widths.append(min(max(10, longest + 2), 44 if len(heads) <= NARROW else 30))
        page.set_column(column, column, widths[-1])
    for k, row in enumerate(rows, 1):
        # Not every program makes a row as high as its text.
        lines = max(math.ceil(len(_shown(v)) / (w - 4)) for v, w in zip(row, widths, strict=True))
        page.set_row(k, 15 * min(max(lines, 1), 26))
        for column, value in enumerate(row):
            if isinstance(value, float):
                page.write_number(k, column, value, looks["text"])
            elif value:
                page.write_string(k, column, str(value)[:32_767], looks["text"])
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.repeat_rows(0)
    page.repeat_columns(0)
    page.fit_to_pages(1 if len(heads) <= NARROW else 2, 0)


def _shown(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value or "")

"""The content: each file has its shape, and what files say about each other holds.

``python tests/test_content.py`` prints the digests of the instruments for tests/data.
"""

import collections
import hashlib
import json
import re
import sys
from importlib import resources
from pathlib import Path

import pytest
import yaml

from equitylab import DataError, catalog, catalog_schema
from equitylab.portfolio import ALSO

FOLDER = Path(str(resources.files("equitylab"))) / "content"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
FORMS = sorted(f"forms/{path.stem}" for path in (FOLDER / "forms").glob("*.yaml"))
DIGESTS = Path(__file__).parent / "data" / "instrument-digests.json"
MODULES = {module["id"]: module for module in catalog.content("modules")["modules"]}
KPIS = {kpi["id"] for kpi in catalog.content("kpi_catalog")["kpis"]}


def walk(value: object, path: str = ""):
    """Return every text of a file with its place."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from walk(one, f"{path}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from walk(one, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path.lstrip("."), value


# ---------------------------------------------------------------- shapes


@pytest.mark.parametrize("name", NAMES + FORMS)
def test_each_file_has_its_shape_and_a_version(name):
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", catalog.content(name)["version"])


def test_there_is_a_shape_for_each_file_and_no_other():
    shapes = catalog_schema._shapes()["files"]
    assert sorted(shapes) == sorted([*NAMES, "forms"])


@pytest.mark.parametrize("name", [*NAMES, "forms"])
def test_each_schema_is_json_schema(name):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft7Validator.check_schema(catalog_schema.schema(name))


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text("utf-8")


BROKEN = {
    "a name is missing": ("modules", "  minutes: 30\n", "", r"modules\[0\] lacks minutes", "Add"),
    "a name is misspelt": ("modules", "  minutes: 30", "  minuts: 30", "lacks minutes", "Add"),
    "a name too many": (
        "kpi_catalog",
        "caution:",
        "stars: 5, caution:",
        "nothing reads",
        "may hav",
    ),
    "a word that is none": ("modules", "track: audit", "track: exam", '"exam"', "orientation"),
    "text that became a truth value": (
        "challenges",
        "title: Lack",
        "title: no\n  x: L",
        "False",
        "",
    ),
    "a pattern that is none": ("language_guide", 'pattern: "ach', 'pattern: "(ach', "pattern", ""),
    "a name given twice": (
        "modules",
        "  slug: 00-start",
        "  id: m00\n  slug: 00-start",
        "twice",
        "",
    ),
    "no yaml": ("modules", "tracks:", "tracks: [", "not YAML", "colon"),
    "another file's id": (
        "modules",
        "id: modules\n",
        "id: other\n",
        'id is "other"',
        "id: modules",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_names_the_file_the_place_and_the_mend(case):
    name, good, bad, said, mend = BROKEN[case]
    text = text_of(name)
    assert text.count(good), "the case no longer finds what it breaks"
    broken = text.replace(good, bad, 1)
    with pytest.raises(DataError) as wrong:
        catalog_schema.check(broken, name)
    error = wrong.value
    assert error.file == f"content/{name}.yaml" and error.mend
    assert re.search(said, error.message) and mend in error.mend
    if "id is" not in error.message:
        first = next(
            number
            for number, (a, b) in enumerate(zip(text.split("\n"), broken.split("\n"), strict=False))
            if a != b
        )
        assert abs(error.row - 1 - first) <= 8  # near enough to find it


def test_a_list_that_lost_its_entries_is_refused():
    broken = re.sub(r"(?m)^rules: \[.*\]$", "rules: []", text_of("reflection_prompts"))
    with pytest.raises(DataError, match="rules is empty") as wrong:
        catalog_schema.check(broken, "reflection_prompts")
    assert broken.split("\n")[wrong.value.row - 1] == "rules: []"


def test_content_that_does_not_exist_is_said():
    with pytest.raises(DataError, match="no such content"):
        catalog.content("nothing")


# ---------------------------------------------------------------- files about each other


def test_modules_name_what_exists():
    artifacts = catalog.content("modules")["artifact_types"]
    wrong = [
        (module["id"], name)
        for module in MODULES.values()
        for field, known in [("requires", MODULES), ("instruments", NAMES), ("produces", artifacts)]
        for name in module[field]
        if name not in known
    ]
    assert wrong == []
    for name, artifact in artifacts.items():
        assert name in MODULES[artifact["made_in"]]["produces"]
    assert not set(artifacts) & set(ALSO)
    order = list(MODULES)
    assert all(
        order.index(r) < order.index(m["id"]) for m in MODULES.values() for r in m["requires"]
    )
    for module in MODULES.values():
        assert re.fullmatch(rf"{module['id'][1:]}-[a-z-]+", module["slug"])


def test_pathways_fit_their_time():
    for path in catalog.content("modules")["pathways"]:
        assert path["modules"][0] == "m00" and set(path["modules"]) <= set(MODULES)
        minutes = sum(MODULES[module]["minutes"] for module in path["modules"])
        assert minutes <= path["sessions"] * path["hours_each"] * 60, path["id"]


@pytest.mark.parametrize("name", NAMES)
def test_used_in_names_modules(name):
    assert set(catalog.content(name).get("used_in", [])) <= set(MODULES)


@pytest.mark.parametrize("name", NAMES + FORMS)
def test_ids_are_unique_where_they_stand_together(name):
    def look(value: object, place: str):
        if isinstance(value, dict):
            for key, one in value.items():
                yield from look(one, f"{place}.{key}")
        elif isinstance(value, list):
            ids = [one["id"] for one in value if isinstance(one, dict) and "id" in one]
            yield from [(place, id) for id, n in collections.Counter(ids).items() if n > 1]
            for one in value:
                yield from look(one, place)

    assert list(look(catalog.content(name), name)) == []


def test_measures_that_files_name_are_in_the_catalogue():
    rubric = catalog.content("equity_audit_rubric")["dimensions"]
    named = [k for d in rubric for one in d["indicators"] for k in one["metrics"]]
    named += catalog.content("coaching_log")["indicators"]
    named += catalog.content("family_community_engagement")["indicators"]
    named += [one.kpi for one in catalog.indicators().values()]
    rows = catalog.content("source_coverage")["rows"]
    named += [k for row in rows for k in re.findall(r"\bk_[a-z_]+", row["does"])]
    assert set(named) - KPIS == set()


@pytest.mark.parametrize("name", ["survey_student", "survey_family", "survey_staff"])
def test_a_survey_scores_each_item_once(name):
    survey = catalog.content(name)
    ids = [item["id"] for item in survey["items"]]
    assert sorted(x for scale in survey["scales"] for x in scale["items"]) == sorted(ids)
    assert {scale["kpi"] for scale in survey["scales"]} <= KPIS
    assert {item["set"] for item in survey["items"]} <= set(survey["response_sets"])
    assert {len(words) for words in survey["response_sets"].values()} == {5}
    assert 8 <= len(ids) <= 12
    assert survey["reporting"]["minimum_n"] >= 10
    assert survey["reporting"]["open_text_minimum"] >= 15


def test_the_five_documents_are_covered_row_by_row():
    rows = catalog.content("source_coverage")["rows"]
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)) == 105
    assert {id.partition("-")[0] for id in ids} == set(catalog.content("source_coverage")["files"])
    assert {module for row in rows for module in row["modules"]} == set(MODULES)
    pairs = [(row["id"], module) for row in rows for module in row["modules"]]
    assert len(pairs) == len(set(pairs))


def test_minutes_add_up():
    guide = {
        module["id"]: sum(step["m"] for step in module["timeline"])
        for module in catalog.content("facilitator_guide")["modules"]
    }
    assert guide == {id: module["minutes"] for id, module in MODULES.items()}
    session = catalog.content("coaching_log")["session"]
    assert sum(stage["minutes"] for stage in session["stages"]) == session["minutes"]
    assert sum(step["min"] for step in catalog.content("plc_protocol")["agenda_60"]) == 60


def test_each_module_has_prompts_and_checks():
    assert list(catalog.content("reflection_prompts")["prompts"]) == list(MODULES)
    checks = {c["id"]: c["questions"] for c in catalog.content("knowledge_checks")["checks"]}
    assert list(checks) == list(MODULES)
    for module, questions in checks.items():
        assert 4 <= len(questions) <= 6, module
        for one in questions:
            answers = one["answer"] if one["type"] == "multi" else [one["answer"]]
            assert max(answers) < len(one["options"]) == len(set(one["options"])), one["id"]
            assert len(one.get("reasons", one["options"])) == len(one["options"]), one["id"]


def test_rules_name_what_exists():
    rules = catalog.content("reporting_rules")
    assert set(rules["language"]["required_caution_ids"]) <= set(catalog.cautions())
    comparisons = {row["id"] for row in catalog.content("kpi_catalog")["comparison_rules"]}
    assert {
        rules["comparison"]["default"],
        *rules["comparison"]["require_reason_for"],
    } <= comparisons
    assert rules["privacy"]["floor_n"] <= rules["privacy"]["minimum_n"]
    bands = rules["privacy"]["bands"]
    for one, after in zip(bands, bands[1:], strict=False):
        assert after["n_from"] == one["n_to"] + 1
    assert [one["n_to"] is None for one in bands] == [False] * (len(bands) - 1) + [True]


# ---------------------------------------------------------------- our own words

# Where words stand because they are to be recognised, and not to be said.
EXAMPLES = [
    r"language_guide:rules\[\d+\]\.pattern",
    r"reporting_rules:language\.causal_words_blocked_without_design",
    r"action_plan:smartie_goal\.weak_and_stronger\[\d+\]\.weak",
    r"challenges:objections_rehearsal\[\d+\]\.(says|weaker)",
    r"root_cause:five_whys\.deficit_patterns",
]


@pytest.mark.parametrize("name", NAMES)
def test_our_own_text_passes_our_own_rules(name):
    rules = [
        re.compile(rule["pattern"], re.I)
        for rule in catalog.content("language_guide")["rules"]
        if rule["severity"] == "block_in_reports"
    ]
    wrong = [
        (place, rule.search(text).group(0))
        for place, text in walk(catalog.content(name))
        for rule in rules
        if rule.search(text) and not any(re.match(e, f"{name}:{place}") for e in EXAMPLES)
    ]
    assert wrong == []


# ---------------------------------------------------------------- instruments and their versions

# What a person answers: the words that a score or a rating rests on.
ITEMS = {
    "survey_student": ["intro", "items", "open_items"],
    "survey_family": ["intro", "items", "open_items"],
    "survey_staff": ["intro", "items", "open_items"],
    "leader_self_assessment": ["scale", "sections"],
    "equity_audit_rubric": ["scale", "special_ratings", "dimensions"],
    "inclusive_pedagogy_checklist": ["scale", "areas"],
    "policy_equity_review": ["answer_options", "quick_screen", "stages"],
    "hiring_retention_review": ["rating", "stages"],
}


def digests() -> dict[str, dict[str, str]]:
    """Return the digest of each instrument's items, under its version."""
    found = {}
    for name, parts in ITEMS.items():
        said = catalog.content(name)
        asked = [said[part] for part in parts]
        sets = said.get("response_sets", {})  # of a survey: the words to choose from, where used
        asked += [sets[item["set"]] for item in said.get("items", [])]
        words = json.dumps(asked, sort_keys=True, ensure_ascii=False)
        found[name] = {said["version"]: hashlib.sha256(words.encode()).hexdigest()[:16]}
    return found


def test_items_change_only_with_a_new_version():
    """Answers to one wording are not answers to another; so a new wording is a new version.

    When items change: raise `version` in the file, run this file, and add the new line to the
    digests. The lines of older versions stay: portfolios hold answers to them.
    """
    kept = json.loads(DIGESTS.read_text("utf-8"))
    assert set(kept) == set(ITEMS)
    for name, now in digests().items():
        ((version, digest),) = now.items()
        assert version in kept[name], f"{name}: add version {version} to {DIGESTS.name}"
        assert kept[name][version] == digest, f"{name}: items changed; raise version {version}"


def test_the_digest_sees_a_changed_word(monkeypatch):
    before = digests()["survey_staff"]
    changed = yaml.safe_load(text_of("survey_staff"))
    changed["items"][0]["text"] += "!"
    original = catalog.content
    monkeypatch.setattr(
        catalog, "content", lambda name: changed if name == "survey_staff" else original(name)
    )
    assert digests()["survey_staff"] != before


@pytest.mark.parametrize("name", [name for name in ITEMS if "review" not in name])
def test_an_instrument_says_that_it_is_a_draft(name):
    notice = catalog.content(name)["notice"]
    assert "draft" in notice and "version" in notice
    assert re.search(r"not been tested|Nobody has yet tested", notice)


if __name__ == "__main__":
    json.dump(digests(), sys.stdout, indent=1)

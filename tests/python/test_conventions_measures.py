"""Measures of gold say whether they add up, in words and for tools alike."""

import re
from pathlib import Path
from typing import Any

from test_conventions import YAML, entries, expect_none, text_of

ADDITIVE, SEMI_ADDITIVE, NON_ADDITIVE = "additive", "semi-additive", "non-additive"
NUMERIC = re.compile(r"(integer|bigint|numeric|double precision)\b")
# Groups of columns that hold no measures, whatever their types.
NO_MEASURES = {"keys", "audit"}
GROUP = re.compile(r"^      # (.+)$|^      - name: (\w+)$", re.MULTILINE)
DOC = re.compile(r"\{\{ doc\('(\w+)'\) \}\}")
NEGATION = re.compile(r"\bnot additive\b", re.IGNORECASE)
WORD = re.compile(r"\b(additive|adds? up)\b", re.IGNORECASE)
GLOSSARY = dict(
    re.findall(
        r"\{% docs (\w+) %\}(.*?)\{% enddocs %\}",
        text_of(Path("models/docs/glossary.md")),
        re.DOTALL,
    )
)
Column = dict[str, Any]


def groups_of(path: Path) -> dict[tuple[str, str], str]:
    """Group of each column of a file, by its model: the comment that it is under."""
    found = {}
    for part in re.split(r"^  - name: ", text_of(path), flags=re.MULTILINE)[1:]:
        model, group = part.split("\n", maxsplit=1)[0], ""
        for comment, column in GROUP.findall(part):
            group = comment or group
            if column:
                found[model, column] = group
    return found


GROUPS = {
    key: group
    for path in YAML
    if "gold" in path.parts and path.stem.endswith("__models")
    for key, group in groups_of(path).items()
}
COLUMNS: list[tuple[str, Column]] = [
    (model["name"], column)
    for path, model in entries("models")
    if "gold" in path.parts
    for column in model["columns"]
]
MEASURES = [
    (model, column)
    for model, column in COLUMNS
    if NUMERIC.match(column["data_type"])
    and GROUPS[model, column["name"]] not in NO_MEASURES
]


def meta_of(column: Column) -> dict[str, Any]:
    """What a column says for tools."""
    meta: dict[str, Any] = column.get("config", {}).get("meta", {})
    return meta


def says(column: Column) -> str:
    """A column's description, with the glossary's texts in it."""
    return DOC.sub(lambda found: GLOSSARY[found[1]], column["description"])


def test_measures_say_whether_they_add_up() -> None:
    allowed = {ADDITIVE, SEMI_ADDITIVE, NON_ADDITIVE}
    assert len(MEASURES) > 100
    expect_none(
        [
            f"{model}.{column['name']}: meta.additive is none of {sorted(allowed)}"
            for model, column in MEASURES
            if meta_of(column).get("additive") not in allowed
        ]
    )


def test_nothing_else_does() -> None:
    measures = {(model, column["name"]) for model, column in MEASURES}
    expect_none(
        [
            f"{model}.{column['name']} is no measure"
            for model, column in COLUMNS
            if "additive" in meta_of(column) and (model, column["name"]) not in measures
        ]
    )


def test_semi_additive_measures_say_across_which_keys() -> None:
    wrong = []
    for model, column in COLUMNS:
        meta = meta_of(column)
        across = meta.get("additive_across", [])
        keys = {
            name
            for (table, name), group in GROUPS.items()
            if (table, group) == (model, "keys")
        }
        is_semi = meta.get("additive") == SEMI_ADDITIVE
        if bool(across) != is_semi or not set(across) <= keys:
            wrong.append(f"{model}.{column['name']}: {across} of {sorted(keys)}")
    expect_none(wrong)


def test_descriptions_say_the_same() -> None:
    """Semi-additive ones say it either way, and over what."""
    wrong = []
    for model, column in MEASURES:
        text = says(column)
        additive = meta_of(column).get("additive", "")
        is_denied = bool(NEGATION.search(text))
        is_said = bool(WORD.search(NEGATION.sub("", text)))
        expected = {
            ADDITIVE: is_said and not is_denied,
            NON_ADDITIVE: is_denied and not is_said,
            SEMI_ADDITIVE: re.search(r"\b(over|within|up)\b", text) is not None
            and (is_said or is_denied),
        }
        if not expected.get(additive, True):
            wrong.append(f"{model}.{column['name']} is {additive}: {text.strip()}")
    expect_none(wrong)

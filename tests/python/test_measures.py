"""Sums of measures that add up are the totals of tables of another grain."""

import pytest

from measure_totals import PARTIAL_TOTALS, TOTALS
from shop import Shop
from test_conventions_measures import (
    ADDITIVE,
    GROUPS,
    MEASURES,
    SEMI_ADDITIVE,
    meta_of,
)


def named(additive: str) -> set[tuple[str, str]]:
    """Measures of a kind, by table and column."""
    return {
        (table, column["name"])
        for table, column in MEASURES
        if meta_of(column).get("additive") == additive
    }


def columns_of(totals: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    """Tables and columns that have totals."""
    return {(table, column) for table, sums in totals.items() for column in sums}


def keys_left(table: str, column: str) -> list[str]:
    """Keys of a table that a measure may not be summed over, quoted."""
    (across,) = (
        meta_of(measure)["additive_across"]
        for model, measure in MEASURES
        if (model, measure["name"]) == (table, column)
    )
    keys = [
        name
        for (model, name), group in GROUPS.items()
        if model == table and group == "keys"
    ]
    return [f'"{name}"' for name in keys if name not in across]


def test_every_measure_that_adds_up_has_a_total() -> None:
    assert named(ADDITIVE) == columns_of(TOTALS)
    assert named(SEMI_ADDITIVE) == columns_of(PARTIAL_TOTALS)


@pytest.mark.parametrize("table", TOTALS)
def test_additive_measures_sum_to_their_totals(table: str, demo_shop: Shop) -> None:
    columns = TOTALS[table]
    sums = ", ".join(f'coalesce(sum("{name}"), 0)' for name in columns)
    totals = ", ".join(f"coalesce((select {sql}), 0)" for sql in columns.values())
    (found,) = demo_shop.rows(f"select {sums} from gold.{table}")
    (expected,) = demo_shop.rows(f"select {totals}")
    assert dict(zip(columns, map(float, found), strict=True)) == pytest.approx(
        dict(zip(columns, map(float, expected), strict=True)), rel=1e-9
    )


@pytest.mark.parametrize(("table", "column"), sorted(columns_of(PARTIAL_TOTALS)))
def test_semi_additive_measures_sum_to_theirs(
    table: str, column: str, demo_shop: Shop
) -> None:
    keys = ", ".join(keys_left(table, column))
    found = {
        tuple(key): float(value)
        for *key, value in demo_shop.rows(
            f'select {keys}, sum("{column}") from gold.{table} group by {keys}'
        )
    }
    totals = {
        tuple(key): float(value)
        for *key, value in demo_shop.rows(f"select {PARTIAL_TOTALS[table][column]}")
    }
    assert found
    assert found == pytest.approx({key: totals[key] for key in found}, rel=1e-9)

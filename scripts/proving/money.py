"""Whether the money of a warehouse is what the generator says that it earned."""

from decimal import Decimal
from typing import Any

from proving.asking import Query

TRUTH = "select measure, amount from truth.truth_totals"
SCORECARD = """
    select subject, check_name, expected, actual from gold.scorecard
    where not is_passed order by subject, check_name
"""
RECONCILIATION = """
    select layer_from, layer_to, check_name, expected, actual
    from audit.reconciliation where status = 'FAIL' order by check_name
"""


def wrong_figures(query: Query) -> list[str]:
    """Totals, scores and reconciliations that do not hold, one a line."""
    wrong = []
    truth: dict[str, Any] = dict(query(TRUTH))
    if not truth:
        wrong.append("truth.truth_totals is empty: there is nothing to compare with")
    for measure, amount in sorted(truth.items()):
        total = f"select coalesce(sum({measure}), 0) from gold.sales_summary_daily"
        ((actual,),) = query(total)
        if Decimal(amount) != actual:
            wrong.append(f"money: {measure} is {actual}, the truth is {amount}")
    wrong += [
        f"scorecard: {subject}, {name}: {actual}, expected {expected}"
        for subject, name, expected, actual in query(SCORECARD)
    ]
    wrong += [
        f"reconciliation: {layer_from} to {layer_to}, {name}: {actual} of {expected}"
        for layer_from, layer_to, name, expected, actual in query(RECONCILIATION)
    ]
    return wrong

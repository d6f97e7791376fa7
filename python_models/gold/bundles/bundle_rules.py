"""Association rules between products bought together (Agrawal & Srikant, 1994).

Made of the frequent itemsets in `bundle_itemsets`. The smallest confidence is the dbt
variable `bundle_min_confidence`, handed over in the model's `meta`.

exception: longer than other models, because dbt runs a Python model as one file.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

Itemset = tuple[str, ...]

COLUMNS: dict[str, str] = {
    "rule_id": "str",
    "rule_rank": "int64",
    "antecedents": "str",
    "consequents": "str",
    "antecedents_names": "str",
    "consequents_names": "str",
    "support": "float64",
    "confidence": "float64",
    "lift": "float64",
    "leverage": "float64",
    "conviction": "float64",
    "count_a": "int64",
    "count_b": "int64",
    "count_ab": "int64",
    "basket_count": "int64",
    "window_start": "datetime64[us]",
    "window_end": "datetime64[us]",
}


def rule_metrics(
    count_a: int, count_b: int, count_ab: int, baskets: int
) -> dict[str, float | int]:
    """Measures of the rule A -> B from exact counts (Tan, Kumar & Srivastava, 2004).

    support = P(AB), confidence = P(B|A), lift = P(AB) / P(A)P(B),
    leverage = P(AB) - P(A)P(B), conviction = (1 - P(B)) / (1 - confidence), which is
    null (NaN) for a rule that never fails.
    """
    confidence = count_ab / count_a
    fails = count_a != count_ab
    return {
        "support": count_ab / baskets,
        "confidence": confidence,
        "lift": (count_ab * baskets) / (count_a * count_b),
        "leverage": count_ab / baskets - (count_a / baskets) * (count_b / baskets),
        "conviction": (1 - count_b / baskets) / (1 - confidence) if fails else math.nan,
        "count_a": count_a,
        "count_b": count_b,
        "count_ab": count_ab,
        "basket_count": baskets,
    }


def association_rules(
    itemsets: Mapping[Itemset, int], baskets: int, min_confidence: float
) -> list[dict[str, Any]]:
    """Every rule A -> B within the frequent itemsets that is confident enough.

    Parameters
    ----------
    itemsets
        Sorted itemset to count; every subset of an itemset must be present too.
    baskets
        Number of all baskets, those without a frequent item included.
    min_confidence
        Smallest share of the baskets with A that hold B as well, in [0, 1].

    Returns
    -------
    list of dict
        `antecedents` and `consequents` as sorted tuples beside `rule_metrics`, most
        confident first, then by lift, support and products: a total order. Empty when
        no itemset has two products.
    """
    rules = []
    for itemset, count_ab in itemsets.items():
        for size in range(1, len(itemset)):
            for antecedents in itertools.combinations(itemset, size):
                consequents = tuple(i for i in itemset if i not in antecedents)
                count_a = itemsets[antecedents]
                if count_ab < min_confidence * count_a * (1 - 1e-12):
                    continue
                metrics = rule_metrics(
                    count_a, itemsets[consequents], count_ab, baskets
                )
                rules.append(
                    {"antecedents": antecedents, "consequents": consequents} | metrics
                )
    return sorted(
        rules,
        key=lambda rule: (
            -rule["confidence"],
            -rule["lift"],
            -rule["support"],
            rule["antecedents"],
            rule["consequents"],
        ),
    )


def rules_table(
    rules: list[dict[str, Any]],
    names: Mapping[str, str],
    window: tuple[pd.Timestamp, pd.Timestamp],
) -> pd.DataFrame:
    """Rules as the rows of `bundle_rules`, types fixed even without a row.

    `rule_id` is the MD5 of the two lists, so that a rule keeps its id from build to
    build; `names` maps SKU to product name.
    """
    rows = []
    for rank, rule in enumerate(rules, start=1):
        sides = {
            side: json.dumps(rule[side], ensure_ascii=False)
            for side in ("antecedents", "consequents")
        }
        side_names = {
            f"{side}_names": json.dumps(
                [names.get(sku, sku) for sku in rule[side]], ensure_ascii=False
            )
            for side in sides
        }
        key = f"{sides['antecedents']} => {sides['consequents']}"
        rows.append(
            rule
            | sides
            | side_names
            | {"rule_id": hashlib.md5(key.encode()).hexdigest(), "rule_rank": rank}
            | {"window_start": window[0], "window_end": window[1]}
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def check_confidence(min_confidence: float) -> None:
    """Refuse a smallest confidence that means nothing.

    Raises
    ------
    ValueError
        If `min_confidence` lies outside [0, 1]; the message names the variable and
        its value.
    """
    if not 0 <= min_confidence <= 1:
        raise ValueError(
            f"bundle_min_confidence must lie in [0, 1], not {min_confidence}"
        )


def model(dbt: Any, session: Any) -> pd.DataFrame:  # noqa: ARG001
    """Rules within `bundle_itemsets`; one row per rule, see `_bundles__models.yml`."""
    dbt.config(materialized="table_on_change")
    meta = dbt.config.get("meta")
    min_confidence = float(meta["min_confidence"])
    check_confidence(min_confidence)
    found = dbt.ref("bundle_itemsets").df()
    products = dbt.ref("dim_products").project("product_sku, product_name").fetchall()
    itemsets = {
        tuple(json.loads(itemset)): count
        for itemset, count in zip(
            found["itemset"], found["itemset_count"].tolist(), strict=True
        )
    }
    baskets = int(found["basket_count"].max()) if len(found) else 0
    rules = association_rules(itemsets, baskets, min_confidence)
    window = (found["window_start"].min(), found["window_end"].max())
    return rules_table(rules, dict(products), window)

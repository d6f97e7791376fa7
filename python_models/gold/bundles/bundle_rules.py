"""Association rules between products bought together (Agrawal & Srikant, 1994).

Thresholds come from the dbt variables `bundle_min_support`, `bundle_min_confidence`
and `bundle_max_length`, handed over in the model's `meta`.

exception: longer than other models, because dbt runs a Python model as one file.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import apriori

Itemset = tuple[str, ...]

# Baskets per block of the pair count; below 2 ** 24, up to which float32 is exact.
BLOCK_BASKETS = 1_000_000

COLUMNS: dict[str, str] = {
    "rule_id": "str",
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

FREQUENT_ITEMS_SQL = """
    select basket_items.product_sku, count(*) as basket_count
    from basket_items
    group by basket_items.product_sku
    having count(*) >= ?
    order by count(*) desc, basket_items.product_sku
"""


def check_thresholds(
    min_support: float, min_confidence: float, max_length: int
) -> None:
    """Refuse thresholds that mean nothing.

    Raises
    ------
    ValueError
        If `min_support` lies outside (0, 1], `min_confidence` outside [0, 1], or
        `max_length` is below 1; the message names the variable and its value.
    """
    if not 0 < min_support <= 1:
        raise ValueError(f"bundle_min_support must lie in (0, 1], not {min_support}")
    if not 0 <= min_confidence <= 1:
        raise ValueError(
            f"bundle_min_confidence must lie in [0, 1], not {min_confidence}"
        )
    if max_length < 1:
        raise ValueError(f"bundle_max_length must be at least 1, not {max_length}")


def smallest_count(min_support: float, basket_count: int) -> int:
    """Fewest baskets that reach a support: ceil(min_support * basket_count).

    The product is taken a hair low, because 0.07 * 100 is above 7 in floating point;
    never below 1.
    """
    return max(1, math.ceil(min_support * basket_count * (1 - 1e-12)))


def pair_counts(cells: np.ndarray) -> np.ndarray:
    """Baskets holding each pair of items, the item alone on the diagonal.

    `cells` is boolean of shape (baskets, items); the result is int64 of shape (items,
    items). Counted as a matrix product in blocks small enough for exact float32.
    """
    counts = np.zeros((cells.shape[1], cells.shape[1]), dtype=np.int64)
    for start in range(0, len(cells), BLOCK_BASKETS):
        block = cells[start : start + BLOCK_BASKETS].astype(np.float32)
        counts += (block.T @ block).astype(np.int64)
    return counts


def frequent_itemsets(
    one_hot: pd.DataFrame, min_count: int, max_length: int
) -> dict[Itemset, int]:
    """Count every itemset found in enough baskets, by Apriori.

    Items and pairs are counted at once. Larger sets are found item by item: Apriori
    runs on the baskets with the item, over its frequent partners only, which keeps the
    candidates and the memory small and the counts the same.

    Parameters
    ----------
    one_hot
        Booleans, one row per basket and one column per product; shape (n, items).
    min_count
        Fewest baskets that must contain an itemset; at least 1.
    max_length
        Largest itemset to look for; at least 1.

    Returns
    -------
    dict
        Sorted itemset to the number of baskets containing it, exact. Empty when
        there are no baskets or no products.
    """
    cells = one_hot.to_numpy(dtype=bool)
    items = one_hot.columns.tolist()
    counts = pair_counts(cells)
    found: dict[Itemset, int] = {
        (items[i],): int(counts[i, i])
        for i in np.flatnonzero(counts.diagonal() >= min_count).tolist()
    }
    if max_length < 2:
        return found
    frequent_pairs = np.triu(counts >= min_count, k=1)
    for first in np.flatnonzero(frequent_pairs.any(axis=1)).tolist():
        partners = np.flatnonzero(frequent_pairs[first]).tolist()
        for partner in partners:
            pair = tuple(sorted((items[first], items[partner])))
            found[pair] = int(counts[first, partner])
        if max_length > 2 and len(partners) > 1:
            found |= _larger_itemsets(
                one_hot.iloc[np.flatnonzero(cells[:, first]), partners],
                items[first],
                min_count,
                max_length,
            )
    return found


def _larger_itemsets(
    projected: pd.DataFrame, first: str, min_count: int, max_length: int
) -> dict[Itemset, int]:
    """Itemsets of three and more that hold `first`, from the baskets holding it."""
    found = apriori(
        projected,
        min_support=min_count / len(projected),
        use_colnames=True,
        max_len=max_length - 1,
    )
    return {
        tuple(sorted({first, *items})): round(support * len(projected))
        for items, support in zip(found["itemsets"], found["support"], strict=True)
        if len(items) > 1
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
    for rule in rules:
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
            | {"rule_id": hashlib.md5(key.encode()).hexdigest()}
            | {"window_start": window[0], "window_end": window[1]}
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def one_hot_baskets(
    baskets: np.ndarray, items: np.ndarray, item_names: list[str]
) -> pd.DataFrame:
    """Boolean table of baskets by items from parallel arrays of their codes.

    `baskets` and `items` hold one pair per product in a basket, codes from 0 up; a
    repeated pair counts once. Shape of the result: (largest basket code + 1, items).
    """
    basket_count = int(baskets.max()) + 1 if len(baskets) else 0
    cells = np.zeros((basket_count, len(item_names)), dtype=bool)
    cells[baskets, items] = True
    return pd.DataFrame(cells, columns=item_names)


def mine(
    lines: Any, session: Any, min_support: float, min_confidence: float, max_length: int
) -> tuple[list[dict[str, Any]], int]:
    """Rules of the order lines in the DuckDB relation `lines`, and the basket count.

    DuckDB drops products below the support first, so that the table handed to mlxtend
    has one column per frequent product and no row without any.
    """
    lines.create_view("basket_items", replace=True)
    (basket_count,) = session.execute(
        "select count(distinct basket_items.order_id) from basket_items"
    ).fetchone()
    min_count = smallest_count(min_support, basket_count)
    frequent = session.execute(FREQUENT_ITEMS_SQL, [min_count]).df()
    frequent["item_code"] = np.arange(len(frequent))
    session.register("frequent_items", frequent)
    coded = session.execute("""
        select
            dense_rank() over (order by basket_items.order_id) - 1 as basket_code,
            frequent_items.item_code
        from basket_items
        inner join frequent_items using (product_sku)
    """).fetchnumpy()
    session.unregister("frequent_items")
    session.execute("drop view basket_items")
    table = one_hot_baskets(
        coded["basket_code"], coded["item_code"], frequent["product_sku"].tolist()
    )
    itemsets = frequent_itemsets(table, min_count, max_length)
    return association_rules(itemsets, basket_count, min_confidence), basket_count


def model(dbt: Any, session: Any) -> pd.DataFrame:
    """Mine `fact_order_lines`; one row per rule, see `_bundles__models.yml`."""
    dbt.config(materialized="table_on_change")
    meta = dbt.config.get("meta")
    thresholds = (
        float(meta["min_support"]),
        float(meta["min_confidence"]),
        int(meta["max_length"]),
    )
    check_thresholds(*thresholds)
    lines = dbt.ref("fact_order_lines").filter("is_sale")
    products = dbt.ref("dim_products").project("product_sku, product_name").fetchall()
    window = lines.aggregate("min(order_date), max(order_date)").fetchall()[0]
    basket_items = lines.project("order_id, product_sku").distinct()
    rules, _ = mine(basket_items, session, *thresholds)
    return rules_table(
        rules, dict(products), (pd.Timestamp(window[0]), pd.Timestamp(window[1]))
    )

"""Itemsets that may be frequent, found by Apriori (Agrawal & Srikant, 1994).

Mined at a support somewhat below the one asked for, and kept for as long as they can be
shown to miss nothing: the pre-large itemsets of Hong, Wang & Tao (2001). How often they
occur on which day is `int_bundle_daily_counts`. The support and the largest itemset are
the dbt variables `bundle_min_support` and `bundle_max_length`, handed over in `meta`.

exception: longer than other models, because dbt runs a Python model as one file.
"""

import json
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import apriori

Itemset = tuple[str, ...]

# Baskets per block of the pair count; below 2 ** 24, up to which float32 is exact.
BLOCK_BASKETS = 1_000_000

COLUMNS: dict[str, str] = {
    "load_id": "int64",
    "itemset_id": "int64",
    "parent_id": "Int64",
    "product_sku": "str",
    "itemset": "str",
    "item_count": "int64",
    "basket_count": "int64",
    "lines_load_id": "int64",
    "smallest_count": "int64",
    "max_length": "int64",
}

FREQUENT_ITEMS_SQL = """
    select basket_items.product_sku, count(*) as basket_count
    from basket_items
    group by basket_items.product_sku
    having count(*) >= ?
    order by count(*) desc, basket_items.product_sku
"""


def check_thresholds(min_support: float, max_length: int) -> None:
    """Refuse thresholds that mean nothing.

    Raises
    ------
    ValueError
        If `min_support` lies outside (0, 1] or `max_length` is below 1; the message
        names the variable and its value.
    """
    if not 0 < min_support <= 1:
        raise ValueError(f"bundle_min_support must lie in (0, 1], not {min_support}")
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
    basket_items: Any, session: Any, min_count: int, max_length: int
) -> dict[Itemset, int]:
    """Frequent itemsets of the DuckDB relation `basket_items` (order_id, product_sku).

    DuckDB drops products below `min_count` first, so that the table handed to mlxtend
    has one column per frequent product and no row without any. Result as of
    `frequent_itemsets`.
    """
    basket_items.create_view("basket_items", replace=True)
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
    return frequent_itemsets(table, min_count, max_length)


def candidates_table(itemsets: Iterable[Itemset], **mining: Any) -> pd.DataFrame:
    """Itemsets as rows of `int_bundle_candidates`, the empty one first, as number 0.

    The parent of a set is the set without its last product; it is always there, because
    every subset of a frequent set is frequent. `mining` are the columns that say how
    they were found, the same on all rows.
    """
    ordered = [(), *sorted(itemsets, key=lambda itemset: (len(itemset), itemset))]
    ids = {itemset: number for number, itemset in enumerate(ordered)}
    rows = [
        mining
        | {
            "itemset_id": number,
            "parent_id": ids[itemset[:-1]] if itemset else None,
            "product_sku": itemset[-1] if itemset else None,
            "itemset": json.dumps(itemset, ensure_ascii=False),
            "item_count": len(itemset),
        }
        for itemset, number in ids.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def baskets_of(lines: Any) -> Any:
    """Relation of distinct (order_id, product_sku) of the lines that are sales."""
    return lines.filter("is_sale").project("order_id, product_sku").distinct()


def orders_of(lines: Any) -> int:
    """Number of orders in a relation that has their order_id."""
    ((count,),) = lines.aggregate("count(distinct order_id)").fetchall()
    return int(count)


def are_complete(
    candidates: pd.DataFrame,
    lines: Any,
    session: Any,
    min_support: float,
    max_length: int,
) -> bool:
    """Whether no itemset but the candidates can have become frequent since.

    Any other set was in fewer baskets than `smallest_count` when they were mined, and
    baskets of orders that no later build touched are what they were. So it is frequent
    now only if enough of the touched baskets hold it, which Apriori over these alone
    tells (FUP: Cheung, Han, Ng & Wong, 1996), one size at a time up to the first such.
    """
    mined = candidates.iloc[0]
    is_touched = f"load_id > {mined['lines_load_id']}"
    touched_count = orders_of(lines.filter(is_touched))
    frequent_count = smallest_count(
        min_support, max(0, int(mined["basket_count"]) - touched_count)
    )
    enough = frequent_count - int(mined["smallest_count"]) + 1
    if enough < 1 or max_length > mined["max_length"]:
        return False
    if enough > touched_count:
        return True
    touched = lines.filter(is_touched).project("order_id").set_alias("touched")
    baskets = baskets_of(lines.join(touched, "order_id", how="semi"))
    known = {tuple(json.loads(itemset)) for itemset in candidates["itemset"]}
    for size in range(1, max_length + 1):
        found = mine(baskets, session, enough, size)
        if not known.issuperset(found):
            return False
        if not any(len(itemset) == size for itemset in found):
            break
    return True


def earlier_candidates(this: Any, session: Any) -> pd.DataFrame | None:
    """What the model made before; None if nothing, or with other columns than now."""
    columns = session.execute(
        "select column_name from duckdb_columns()"
        " where schema_name = ? and table_name = ? order by column_index",
        [this.schema, this.identifier],
    ).fetchall()
    if [name for (name,) in columns] != list(COLUMNS):
        return None
    earlier = session.table(f"{this.schema}.{this.identifier}")
    candidates = earlier.order("itemset_id").df().astype(COLUMNS)
    return candidates if len(candidates) else None


def model(dbt: Any, session: Any) -> pd.DataFrame:
    """Candidates of before while complete, else mined from `fact_order_lines`."""
    dbt.config(materialized="table_on_change")
    meta = dbt.config.get("meta")
    min_support, max_length = float(meta["min_support"]), int(meta["max_length"])
    check_thresholds(min_support, max_length)
    lines = dbt.ref("fact_order_lines")
    candidates = earlier_candidates(dbt.this, session)
    if candidates is not None and are_complete(
        candidates, lines, session, min_support, max_length
    ):
        return candidates
    baskets = baskets_of(lines)
    basket_count = orders_of(baskets)
    mined_count = smallest_count(float(meta["mined_share"]) * min_support, basket_count)
    ((lines_load_id,),) = lines.aggregate("coalesce(max(load_id), 0)").fetchall()
    ((load_id,),) = session.execute(
        "select max(batch_id) from audit.pipeline_execution_log"
    ).fetchall()
    return candidates_table(
        mine(baskets, session, mined_count, max_length),
        load_id=load_id,
        lines_load_id=lines_load_id,
        basket_count=basket_count,
        smallest_count=mined_count,
        max_length=max_length,
    )

"""Itemsets that may be frequent (Agrawal & Srikant, 1994), counted exactly.

Mined at a support somewhat below the one asked for, and kept for as long as they can be
shown to miss nothing: the pre-large itemsets of Hong, Wang & Tao (2001). How often they
occur on which day is `int_bundle_daily_counts`. The smallest support, the largest
itemset and how many there may be are dbt variables, handed over in `meta`.

exception: longer than other models, because dbt runs a Python model as one file.
"""

import json
import math
from collections.abc import Iterable
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

Itemset = tuple[str, ...]
Codes = tuple[int, ...]

# Cells of a block of the pair count, some hundred megabytes.
BLOCK_CELLS = 16_000_000
# Fewest items of a long basket, or an eighth of all items if that is more.
SHORTEST_LONG = 64
# Candidates of a size that are counted for each itemset that may be found.
CANDIDATES_PER_ITEMSET = 100

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

PRODUCTS_SQL = """
    select product_sku from basket_lines
    group by product_sku
    having count(*) >= ?
    order by product_sku
"""
BASKETS_SQL = f"""
    with products as (
        select product_sku, row_number() over (order by product_sku) - 1 as item
        from ({PRODUCTS_SQL}) as names
    ),
    coded_lines as (
        select distinct basket_lines.order_id, products.item
        from basket_lines
        inner join products on basket_lines.product_sku = products.product_sku
    )
    select dense_rank() over (order by order_id) - 1 as basket, item
    from coded_lines
"""


class Limits(NamedTuple):
    """What to look for: sets in so many baskets, so large, and no more than so many.

    `min_support` is what `min_count` was worked out from, to name one that would do.
    """

    min_count: int
    max_length: int
    max_itemsets: int
    min_support: float


def check_thresholds(min_support: float, max_length: int, max_itemsets: int) -> None:
    """Refuse thresholds that mean nothing.

    Raises
    ------
    ValueError
        If `min_support` lies outside (0, 1] or one of the others is below 1; the
        message names the variable and its value.
    """
    if not 0 < min_support <= 1:
        raise ValueError(f"bundle_min_support must lie in (0, 1], not {min_support}")
    if max_length < 1:
        raise ValueError(f"bundle_max_length must be at least 1, not {max_length}")
    if max_itemsets < 1:
        raise ValueError(f"bundle_max_itemsets must be at least 1, not {max_itemsets}")


def smallest_count(min_support: float, basket_count: int) -> int:
    """Fewest baskets that reach a support: ceil(min_support * basket_count).

    The product is taken a hair low, because 0.07 * 100 is above 7 in floating point;
    never below 1.
    """
    return max(1, math.ceil(min_support * basket_count * (1 - 1e-12)))


class TooManyItemsetsError(ValueError):
    """A support at which there is more to find than was allowed."""


class Baskets(NamedTuple):
    """Which basket holds which product, as parallel arrays of codes from 0 up.

    No pair of codes comes twice; `names` are the products by their codes.
    """

    baskets: np.ndarray
    items: np.ndarray
    names: list[str]


class Pairs(NamedTuple):
    """The frequent pairs, by the rarer item and then by the other.

    Those of the item with code `j` are at `starts[j]` up to `starts[j + 1]`; codes
    rise from the most frequent item on, so `others` are below it.
    """

    starts: np.ndarray
    others: np.ndarray
    counts: np.ndarray


def read_baskets(lines: Any, session: Any, min_count: int) -> Baskets:
    """Baskets of a DuckDB relation with order_id and product_sku, repeats allowed.

    Products on fewer than `min_count` lines are left out: no basket set needs them.
    """
    lines.create_view("basket_lines", replace=True)
    names = session.execute(PRODUCTS_SQL, [min_count]).fetchall()
    coded = session.execute(BASKETS_SQL, [min_count]).fetchnumpy()
    session.execute("drop view basket_lines")
    return Baskets(coded["basket"], coded["item"], [name for (name,) in names])


class Mining:
    """One search for the itemsets that are in enough of the baskets.

    Pairs are counted as a product of sparse matrices. Larger sets are found under their
    rarest item, depth first: the baskets that hold it become the bits of words, a row
    for each of its frequent partners, and what two rows share is counted for all of
    them at once (Eclat: Zaki, 2000). Baskets of very many items would make the sparse
    product quadratic in them; they are bits from the start.
    """

    def __init__(self, found: Baskets, limits: Limits) -> None:
        counts = np.bincount(found.items, minlength=len(found.names))
        by_count = np.argsort(-counts, kind="stable")
        by_count = by_count[counts[by_count] >= limits.min_count]
        ranks = np.full(len(found.names), -1)
        ranks[by_count] = np.arange(len(by_count))
        items = ranks[found.items]
        self.limits = limits
        self.names = [found.names[item] for item in by_count.tolist()]
        self.item_counts = counts[by_count]
        self.itemsets: dict[Itemset, int] = {}
        # nothing, items, pairs; then what is counted
        width = len(by_count)
        self.counted = [0, width, width * (width - 1) // 2] + [0] * limits.max_length
        self._part(found.baskets[items >= 0], items[items >= 0])

    def _part(self, baskets: np.ndarray, items: np.ndarray) -> None:
        """Set the short baskets of two items or more, and the bits of the long ones."""
        width = len(self.names)
        sizes = np.bincount(baskets)
        longest = max(SHORTEST_LONG, width // 8)
        is_short, is_long = (sizes > 1) & (sizes <= longest), sizes > longest
        numbers = np.where(is_long, np.cumsum(is_long), np.cumsum(is_short)) - 1
        kept = is_short[baskets]
        rows, columns = numbers[baskets[kept]], items[kept]
        shape = (int(is_short.sum()), width)
        ones = np.ones(len(rows), dtype=np.int32)
        self.by_basket = csr_array((ones, (rows, columns)), shape=shape)
        self.by_item = self.by_basket.tocsc()
        kept = is_long[baskets]
        self.long_bits = pack_bits(
            items[kept], numbers[baskets[kept]], width, int(is_long.sum())
        )

    def run(self) -> dict[Itemset, int]:
        """The itemsets, sorted by product within, and in how many baskets each is."""
        items = np.arange(len(self.names))
        self._note((), items[:, np.newaxis], self.item_counts)
        if len(items) and self.limits.max_length > 1:
            self.pairs = self._frequent_pairs()
            for item in items.tolist():
                self._sets_with(item)
        return self.itemsets

    def _note(self, prefix: Codes, sets: np.ndarray, counts: np.ndarray) -> None:
        """Keep the sets of a prefix and each row of codes, shape (sets, more items).

        Raises
        ------
        TooManyItemsetsError
            If these are too many.
        """
        for added, count in zip(sets.tolist(), counts.tolist(), strict=True):
            names = [self.names[code] for code in (*prefix, *added)]
            self.itemsets[tuple(sorted(names))] = count
        if len(self.itemsets) > self.limits.max_itemsets:
            size = len(prefix) + sets.shape[1]
            self._stop(size, f"{self.limits.max_itemsets:,} itemsets")

    def _count(self, size: int, candidates: int) -> None:
        """Note how many candidates of a size were counted.

        Raises
        ------
        TooManyItemsetsError
            If these are too many for the number of itemsets that are asked for.
        """
        self.counted[size] += candidates
        most = CANDIDATES_PER_ITEMSET * self.limits.max_itemsets
        if self.counted[size] > most:
            self._stop(size, f"{most:,} candidates")

    def _stop(self, size: int, most: str) -> NoReturn:
        """Refuse a support at which there is more to find than the limit."""
        limits, counts = self.limits, sorted(self.itemsets.values(), reverse=True)
        enough = counts[min(len(counts), limits.max_itemsets) // 4] + 1
        raise TooManyItemsetsError(
            f"bundle_min_support = {limits.min_support:g} gives more than {most}, of"
            f" {size} products after {self.counted[size]:,} candidates of that size;"
            f" try {min(1, limits.min_support * enough / limits.min_count):.2g},"
            " or raise bundle_max_itemsets"
        )

    def _frequent_pairs(self) -> Pairs:
        """Count all pairs, a block of items at a time, and keep the frequent ones."""
        width = len(self.names)
        step = max(1, BLOCK_CELLS // max(1, width))
        rarer, others, counts = [], [], []
        for start in range(0, width, step):
            block = self.by_item[:, start : start + step].T.tocsr() @ self.by_basket
            if self.long_bits.size:
                long_pairs = joint_counts(
                    self.long_bits[start : start + step], self.long_bits
                )
                block = block + csr_array(long_pairs)
            block = block.tocoo()
            is_frequent = (block.data >= self.limits.min_count) & (
                block.col < block.row + start
            )
            rarer.append(block.row[is_frequent] + start)
            others.append(block.col[is_frequent])
            counts.append(block.data[is_frequent])
        order = np.lexsort((np.concatenate(others), np.concatenate(rarer)))
        starts = np.zeros(width + 1, dtype=np.int64)
        np.cumsum(np.bincount(np.concatenate(rarer), minlength=width), out=starts[1:])
        return Pairs(
            starts, np.concatenate(others)[order], np.concatenate(counts)[order]
        )

    def _sets_with(self, item: int) -> None:
        """Find the sets whose rarest item is this one."""
        span = slice(self.pairs.starts[item], self.pairs.starts[item + 1])
        members = self.pairs.others[span]
        self._note((item,), members[:, np.newaxis], self.pairs.counts[span])
        if self.limits.max_length > 2 and len(members) > 1:
            self._extend((item,), members, self._bits_of(item, members))

    def _bits_of(self, item: int, members: np.ndarray) -> np.ndarray:
        """Which baskets with an item hold each member: a row of words for each."""
        first, last = self.by_item.indptr[item : item + 2]
        rows = self.by_item.indices[first:last]
        begins = self.by_basket.indptr[rows]
        lengths = self.by_basket.indptr[rows + 1] - begins
        # positions of all entries of these rows, one row after the other
        shifts = np.repeat(begins - np.cumsum(lengths) + lengths, lengths)
        held = self.by_basket.indices[shifts + np.arange(len(shifts))]
        places = np.searchsorted(members, held)
        places[places == len(members)] = 0
        is_member = members[places] == held
        numbers = np.repeat(np.arange(len(rows)), lengths)
        short = pack_bits(
            places[is_member], numbers[is_member], len(members), len(rows)
        )
        return np.hstack([short, self.long_bits[members] & self.long_bits[item]])

    def _extend(self, prefix: Codes, members: np.ndarray, bits: np.ndarray) -> None:
        """Find the sets of a prefix and two or more members; `bits` are of prefix."""
        size = len(prefix) + 2
        self._count(size, len(members) * (len(members) - 1) // 2)
        counts = joint_counts(bits, bits)
        rarer, others = np.nonzero(np.tril(counts >= self.limits.min_count, k=-1))
        sets = np.column_stack([members[rarer], members[others]])
        self._note(prefix, sets, counts[rarer, others])
        if size == self.limits.max_length:
            return
        places, starts, lengths = np.unique(
            rarer, return_index=True, return_counts=True
        )
        for place, start, length in zip(places, starts, lengths, strict=True):
            if length > 1:
                found = others[start : start + length]
                self._extend(
                    (*prefix, int(members[place])),
                    members[found],
                    bits[found] & bits[place],
                )


def pack_bits(
    rows: np.ndarray, columns: np.ndarray, height: int, width: int
) -> np.ndarray:
    """Bits of these cells as words: uint64 of shape (height, ceil(width / 64))."""
    words = np.zeros((height, -(-width // 64)), dtype=np.uint64)
    bits = np.uint64(1) << (columns % 64).astype(np.uint64)
    np.bitwise_or.at(words, (rows, columns // 64), bits)
    return words


def joint_counts(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Bits that two rows of words have both: int32 of shape (left rows, right rows).

    Counted as a product of matrices, in blocks of words with far fewer bits than
    float32 has whole numbers.
    """
    counts = np.zeros((len(left), len(right)), dtype=np.int32)
    words = max(1, BLOCK_CELLS // max(1, 64 * len(right)))
    for start in range(0, left.shape[1], words):
        cells = [
            np.unpackbits(rows[:, start : start + words].view(np.uint8), axis=1)
            for rows in (left, right)
        ]
        product = cells[0].astype(np.float32) @ cells[1].astype(np.float32).T
        counts += product.astype(np.int32)
    return counts


def frequent_itemsets(found: Baskets, limits: Limits) -> dict[Itemset, int]:
    """Count every itemset found in enough baskets, exactly.

    Returns
    -------
    dict
        Sorted itemset to the number of baskets containing it. Empty when there are no
        baskets or no products.

    Raises
    ------
    TooManyItemsetsError
        If there are more of them than the limit; the message names their size, the
        number of candidates and a support to try.
    """
    return Mining(found, limits).run()


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


def sales_of(lines: Any) -> Any:
    """Relation of order_id and product_sku of the lines that are sales."""
    return lines.filter("is_sale").project("order_id, product_sku")


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
    now only if enough of the touched baskets hold it, which mining these alone tells
    (FUP: Cheung, Han, Ng & Wong, 1996).
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
    sales = sales_of(lines.join(touched, "order_id", how="semi"))
    baskets = read_baskets(sales, session, enough)
    known = {tuple(json.loads(itemset)) for itemset in candidates["itemset"]}
    # more sets than are known cannot all be among them
    limits = Limits(enough, max_length, len(known), min_support)
    try:
        return known.issuperset(frequent_itemsets(baskets, limits))
    except TooManyItemsetsError:
        return False


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
    max_itemsets = int(meta["max_itemsets"])
    check_thresholds(min_support, max_length, max_itemsets)
    lines = dbt.ref("fact_order_lines")
    candidates = earlier_candidates(dbt.this, session)
    if candidates is not None and are_complete(
        candidates, lines, session, min_support, max_length
    ):
        return candidates
    sales = sales_of(lines)
    basket_count = orders_of(sales)
    mined_count = smallest_count(float(meta["mined_share"]) * min_support, basket_count)
    limits = Limits(mined_count, max_length, max_itemsets, min_support)
    ((lines_load_id,),) = lines.aggregate("coalesce(max(load_id), 0)").fetchall()
    ((load_id,),) = session.execute(
        "select max(batch_id) from audit.pipeline_execution_log"
    ).fetchall()
    return candidates_table(
        frequent_itemsets(read_baskets(sales, session, mined_count), limits),
        load_id=load_id,
        lines_load_id=lines_load_id,
        basket_count=basket_count,
        smallest_count=mined_count,
        max_length=max_length,
    )

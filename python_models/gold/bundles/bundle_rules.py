"""Association rules between products bought together (Agrawal & Srikant, 1994).

Made of the frequent itemsets in `bundle_itemsets`. The smallest confidence is the dbt
variable `bundle_min_confidence`, handed over in the model's `meta`.

exception: longer than other models, because dbt runs a Python model as one file.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Itemset = tuple[str, ...]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
# Standard normal quantile of a two-sided interval that holds 95 %.
Z_95 = 1.959963984540054
# Logarithm below which a probability is called 0, as no engine tells them apart there.
LOG_OF_ZERO = -690.0
# Share of a tail below which the next term is no longer added.
LAST_TERM = 1e-15
# Terms of Loader's series, enough for the largest |deviation| he uses it for.
DEVIANCE_TERMS = 9

# Rules whose p-values are worked out together: what lies about for them is bounded.
TESTS_AT_ONCE = 2**18
# Above every branch of the tree of itemsets, so that each search ends within it.
LAST_BRANCH = np.iinfo(np.int64).max
NO_BRANCH = np.array([LAST_BRANCH]), np.array([], dtype=np.int64)

# The products of a rule, in tables of rules: A, B and both.
SIDES = ("antecedents", "consequents", "itemset")

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
    "jaccard": "float64",
    "zhang": "float64",
    "p_value": "float64",
    "q_value": "float64",
    "lift_low": "float64",
    "lift_high": "float64",
    "count_a": "int64",
    "count_b": "int64",
    "count_ab": "int64",
    "basket_count": "int64",
    "holdout_count": "int64",
    "holdout_lift": "float64",
    "is_redundant": "bool",
    "window_start": "datetime64[us]",
    "window_end": "datetime64[us]",
    "holdout_start": "datetime64[us]",
}


class Counts(NamedTuple):
    """In how many of the baskets are A, B and both, a place for each rule A -> B.

    Arrays of shape (rules,), int64, up to 10^8 or so: products of two must fit.
    """

    a: Ints
    b: Ints
    ab: Ints
    baskets: int

    @property
    def a_only(self) -> Ints:
        """Baskets with A and without B."""
        return self.a - self.ab

    @property
    def b_only(self) -> Ints:
        """Baskets with B and without A."""
        return self.b - self.ab

    @property
    def neither(self) -> Ints:
        """Baskets with neither."""
        return self.baskets - self.a - self.b + self.ab

    @property
    def surplus(self) -> Ints:
        """How many more baskets have both than by chance, times all baskets; exact."""
        return self.ab * self.baskets - self.a * self.b

    def take(self, places: Ints | slice) -> "Counts":
        """The counts of some of the rules."""
        return Counts(self.a[places], self.b[places], self.ab[places], self.baskets)


def rule_metrics(counts: Counts) -> dict[str, npt.NDArray[Any]]:
    """Measures of rules A -> B from exact counts, each of shape (rules,).

    support = P(AB), confidence = P(B|A), lift = P(AB) / P(A)P(B), leverage = P(AB) -
    P(A)P(B), conviction = (1 - P(B)) / (1 - confidence), which is null (NaN) for a rule
    that never fails, jaccard = P(AB) / P(A or B) (Tan, Kumar & Srivastava, 2004).

    zhang, -1 to 1, is leverage over the most that it could be, and 0 where it could be
    nothing else (Yan, Zhang & Zhang, 2009, equation 9, as in mlxtend).
    """
    a, b, ab, baskets = counts
    support, confidence = ab / baskets, ab / a
    most = np.maximum(ab * (baskets - a), a * counts.b_only)
    with np.errstate(divide="ignore", invalid="ignore"):
        conviction = (1 - b / baskets) / (1 - confidence)
        zhang = np.where(most == 0, 0.0, counts.surplus / most)
    low, high = lift_interval(counts)
    return {
        "support": support,
        "confidence": confidence,
        "lift": (ab * baskets) / (a * b),
        "leverage": support - (a / baskets) * (b / baskets),
        "conviction": np.where(counts.a_only == 0, np.nan, conviction),
        "jaccard": ab / (a + b - ab),
        "zhang": zhang,
        "lift_low": low,
        "lift_high": high,
    }


def lift_interval(counts: Counts) -> tuple[Floats, Floats]:
    """Ends of the 95 % confidence interval of lift, each of shape (rules,).

    lift x exp(-+ 1.96 s), where s is the standard error of log(lift) by the delta
    method over the four cells of a multinomial (Agresti, Categorical Data Analysis,
    2013, section 16.1; Katz et al., 1978, did so for the ratio of two proportions):

        s^2 = 1/n_ab - 1/n_a - 1/n_b + 2 n_ab / (n_a n_b) - 1/N

    written here as a sum of what is never negative, so that nothing cancels.
    """
    a, b, ab, baskets = counts
    only = counts.a_only.astype(float) * counts.b_only
    top = ab.astype(float) * counts.neither + only * (baskets - ab) / ab
    spread = Z_95 * np.sqrt(top / (float(baskets) * a * b))
    lift = (ab * baskets) / (a * b)
    return lift * np.exp(-spread), lift * np.exp(spread)


def factorial_remainder(count: Ints) -> Floats:
    """log(n!) - n log(n) + n, 0 for n = 0: Stirling's formula tells the rest.

    From 16 on half the logarithm of 2 pi n and Stirling's series, whose first term left
    out is below 10^-16 (Loader, Fast and accurate computation of binomial
    probabilities, 2000).
    """
    small = [0.0] + [math.lgamma(n + 1) - n * math.log(n) + n for n in range(1, 16)]
    n = np.maximum(count, 1).astype(float)
    square = 1 / (n * n)
    series = 1 / 1188
    for term in (-1 / 1680, 1 / 1260, -1 / 360, 1 / 12):
        series = series * square + term
    large = 0.5 * np.log(2 * math.pi * n) + series / n
    return np.where(count < len(small), np.array(small)[np.minimum(count, 15)], large)


def deviance(count: Ints, expected: Floats, difference: Floats) -> Floats:
    """Count log(count / expected) - difference, at least 0 (`bd0` of Loader, 2000).

    `difference` is count - expected, known better than by subtraction. Where it is
    small beside them a series takes over, because the other two terms would cancel.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        direct = count * np.log(count / expected) - difference
        share = difference / (count + expected)
    square = share * share
    series = np.zeros_like(square)
    for term in range(DEVIANCE_TERMS, 0, -1):
        series = (series + 1 / (2 * term + 1)) * square
    near = difference * share + 2 * count * share * series
    return np.where(count == 0, expected, np.where(np.abs(share) < 0.1, near, direct))


def log_probability(counts: Counts) -> Floats:
    """Logarithm of the hypergeometric probability of exactly these counts.

    By Loader's saddle-point form, as R's dhyper, over the four cells of the table: a
    difference of log-gammas would lose eight digits at 10^8 baskets.
    """
    a, b, ab, baskets = counts
    not_a, not_b = baskets - a, baskets - b
    off = counts.surplus / baskets
    deviances = (
        deviance(ab, a * b / baskets, off)
        + deviance(counts.neither, not_a * not_b / baskets, off)
        + (
            deviance(counts.a_only, a * not_b / baskets, -off)
            + deviance(counts.b_only, not_a * b / baskets, -off)
        )
    )
    margins = (factorial_remainder(a) + factorial_remainder(b)) + (
        factorial_remainder(not_a) + factorial_remainder(not_b)
    )
    cells = (factorial_remainder(ab) + factorial_remainder(counts.neither)) + (
        factorial_remainder(counts.a_only) + factorial_remainder(counts.b_only)
    )
    return margins - factorial_remainder(np.array(baskets)) - cells - deviances


def tail_over_start(falling: Ints, rising: Ints) -> Floats:
    """Sum of the probabilities beyond the counts, as a multiple of that of the counts.

    Going on by one basket takes one from each of two cells and gives one to each of the
    others; `falling` and `rising` are these pairs of cells, shape (2, rules).
    """
    total = np.zeros(falling.shape[1])
    places, term, step = np.arange(len(total)), np.ones(len(total)), 0
    while len(places):
        less, more = falling[:, places] - step, rising[:, places] + (step + 1)
        term = term * (less[0] / more[0]) * (less[1] / more[1])
        total[places] += term
        goes_on = term > LAST_TERM * total[places]
        places, term, step = places[goes_on], term[goes_on], step + 1
    return total


def p_values(counts: Counts) -> Floats:
    """Chance of at least `ab` baskets with both, were A and B independent.

    One-sided test of Fisher: the upper tail of the hypergeometric distribution given
    the counts of A, of B and of all baskets. Shape (rules,), 0 to 1, exactly 0 below
    10^-299; relative error below 10^-11 up to 10^8 baskets. Where fewer have both than
    by chance, the lower tail is summed and taken from 1.
    """
    together = np.stack([counts.ab, counts.neither])
    apart = np.stack([counts.a_only, counts.b_only])
    is_above = counts.surplus >= 0
    tail = tail_over_start(
        np.where(is_above, apart, together), np.where(is_above, together, apart)
    )
    sums = np.where(is_above, 1 + tail, tail)
    with np.errstate(divide="ignore"):
        logarithm = np.minimum(0, log_probability(counts) + np.log(sums))
    chance = np.where(logarithm < LOG_OF_ZERO, 0, np.exp(logarithm))
    return np.where(is_above, chance, 1 - chance)


def parts_of(row: int) -> Iterator[int]:
    """Rows of what is left of a row's products without some, but not all, of them."""
    part = (row - 1) & row
    while part:
        yield part
        part = (part - 1) & row


def subsets_by_size(itemsets: Sequence[Itemset]) -> list[Ints]:
    """Find every subset of every itemset among the itemsets, for each size of them.

    An array of places in `itemsets` for each size, shape (2^size, itemsets of it): row
    m is the subset with the products whose bits are set in m, bit 0 the first product;
    0 in the first row, of the empty set. The last row is the itemsets themselves.

    `itemsets` are sorted, each itself as well. They are a tree in which a set hangs
    below the one without its last product (Borgelt, Frequent item set mining, 2012), so
    a subset is found product by product. The number of a branch is made of the place
    that it starts from and of its product; sorted sets have sorted branches.

    Raises
    ------
    ValueError
        If a subset of an itemset is missing; the message names the itemset.
    """
    products = [itemset[0] for itemset in itemsets if len(itemset) == 1]
    numbers = {product: number for number, product in enumerate(products)}
    unknown, radix = len(products), len(products) + 1
    branches = dict.fromkeys(range(1 + max(map(len, itemsets), default=0)), NO_BRANCH)
    by_size = sorted(range(len(itemsets)), key=lambda place: len(itemsets[place]))
    found = []
    for size, group in groupby(by_size, key=lambda place: len(itemsets[place])):
        own = list(group)
        rows = [[numbers.get(item, unknown) for item in itemsets[at]] for at in own]
        items = np.array(rows, dtype=np.int64).T
        places = np.zeros((2**size, len(own)), dtype=np.int64)
        for row in range(1, len(places)):
            depth, last = row.bit_count(), row.bit_length() - 1
            branch = places[row ^ (1 << last)] * radix + items[last]
            if depth == size:
                branches[size] = np.append(branch, LAST_BRANCH), np.array(own)
            known, place_of = branches[depth]
            at = np.searchsorted(known, branch)
            is_missing = known[at] != branch
            if is_missing.any():
                itemset = itemsets[own[int(np.argmax(is_missing))]]
                raise ValueError(f"a subset of {itemset} is not among the itemsets")
            places[row] = place_of[at]
        found.append(places)
    return found


def family_size(subsets: Sequence[Ints], itemsets: int, max_length: int) -> int:
    """Number of rules that could have been found, given how often their sides occur.

    All A -> B of two of the `itemsets` frequent sets without a common product and with
    at most `max_length` together, whether or not they occur together often enough:
    choosing by that would be choosing by what is tested. Pairs of sets without a common
    product are all pairs, less those that share one, plus those that share two, and so
    on; those are counted from the sets that hold a shared set, by their size.
    """
    total = 0
    for shared_size in range(max_length // 2 + 1):
        holders = np.zeros((max_length + 1, itemsets), dtype=np.int64)
        for places in subsets:
            size = (len(places) - 1).bit_length()
            for row, shared in enumerate(places):
                if row.bit_count() == shared_size:
                    holders[size] += np.bincount(shared, minlength=itemsets)
        for size in range(1, max_length):
            others = holders[1 : max_length - size + 1].sum(axis=0)
            total += (-1) ** shared_size * int(holders[size] @ others)
    return total


def q_values(p: Floats, family: int) -> Floats:
    """Smallest false-discovery rate at which each test is a discovery, 0 to 1.

    Benjamini & Hochberg (1995) over a family of `family` tests, of which `p` has the
    values of shape (rules,); the others count as less significant than all of these.
    """
    order = np.argsort(p)
    scaled = p[order] * (family / np.arange(1, len(p) + 1))
    smallest = np.minimum.accumulate(scaled[::-1])[::-1]
    values = np.empty(len(p))
    values[order] = np.minimum(1, smallest)
    return values


def is_redundant(counts: Ints, antecedents: int) -> npt.NDArray[np.bool_]:
    """Whether some of the antecedents alone imply the consequents as confidently.

    `counts` are those of all subsets of some itemsets, in rows as in
    `subsets_by_size`; the antecedents are the products of one of these rows.
    Shape (itemsets,).
    """
    whole = len(counts) - 1
    consequents = whole ^ antecedents
    found = np.zeros(counts.shape[1], dtype=bool)
    for fewer in parts_of(antecedents):
        found |= (
            counts[fewer | consequents] * counts[antecedents]
            >= counts[whole] * counts[fewer]
        )
    return found


def splits(places: Ints, itemset_counts: Ints) -> Ints:
    """Every way to part the itemsets of one size in two, no part empty.

    `places` are those of all their subsets, see `subsets_by_size`. Shape (4, splits):
    the places of the two sides and of the itemset, and 1 where the rule is redundant,
    else 0.
    """
    counts, whole = itemset_counts[places], len(places) - 1
    found = [np.empty((4, 0), dtype=np.int64)]
    for row in parts_of(whole):
        sides = places[[row, whole ^ row, whole]]
        found.append(np.vstack([sides, is_redundant(counts, row)]))
    return np.hstack(found)


def association_rules(
    itemsets: Mapping[Itemset, int],
    baskets: int,
    min_confidence: float,
    max_length: int,
) -> pd.DataFrame:
    """Every rule A -> B within the frequent itemsets that is confident enough.

    Parameters
    ----------
    itemsets
        Sorted itemset to count; every subset of an itemset must be present too.
    baskets
        Number of all baskets, those without a frequent item included.
    min_confidence
        Smallest share of the baskets with A that hold B as well, in [0, 1].
    max_length
        Most products that an itemset could have.

    Returns
    -------
    DataFrame
        A row for each rule: `antecedents`, `consequents` and `itemset`, which is both,
        as sorted tuples, their counts, the measures of `rule_metrics`, `p_value`,
        `q_value` and `is_redundant`; most confident first, then by lift, support and
        products: a total order. Empty when no itemset has two products.

    Raises
    ------
    ValueError
        If a subset of an itemset is missing; the message names the itemset.
    """
    names = sorted(itemsets)
    held = np.array([itemsets[name] for name in names], dtype=np.int64)
    found = subsets_by_size(names)
    parted = [splits(places, held) for places in found]
    tests = np.hstack([np.empty((4, 0), dtype=np.int64), *parted])
    count_a, count_b, count_ab = held[tests[:3]]
    counts = Counts(count_a, count_b, count_ab, baskets)
    starts = range(0, tests.shape[1], TESTS_AT_ONCE)
    pieces = (counts.take(slice(at, at + TESTS_AT_ONCE)) for at in starts)
    p = np.concatenate([np.empty(0), *map(p_values, pieces)])
    q = q_values(p, family_size(found, len(names), max_length))
    kept = np.flatnonzero(counts.ab >= min_confidence * counts.a * (1 - 1e-12))
    counts, (a, b, both, redundant) = counts.take(kept), tests[:, kept]
    measures = rule_metrics(counts) | {"p_value": p[kept], "q_value": q[kept]}
    measures |= {"count_a": counts.a, "count_b": counts.b, "count_ab": counts.ab}
    measures |= {"is_redundant": redundant.astype(bool)}
    falling = [-measures[name] for name in ("support", "lift", "confidence")]
    order = np.lexsort((b, a, *falling))
    products = {
        name: [names[place] for place in side[order].tolist()]
        for name, side in zip(SIDES, (a, b, both), strict=True)
    }
    values = {name: value[order] for name, value in measures.items()}
    return pd.DataFrame(products | values).assign(basket_count=baskets)


def held_out(
    rules: pd.DataFrame, itemsets: Mapping[Itemset, int], baskets: int
) -> dict[str, npt.NDArray[Any]]:
    """Count and lift of rules in baskets that they were not found in.

    `itemsets` and `baskets` are the counts of these. Lift is null (NaN) where one of
    the sides is in none of them. Arrays of shape (rules,).
    """
    a, b, ab = (
        np.array([itemsets[products] for products in rules[side]], dtype=np.int64)
        for side in SIDES
    )
    # without A or B there are not both either: 0 / 0, which is NaN
    with np.errstate(invalid="ignore"):
        lift = ab * baskets / (a * b)
    return {"holdout_count": ab, "holdout_lift": lift}


def rules_table(
    rules: pd.DataFrame, names: Mapping[str, str], window: Mapping[str, Any]
) -> pd.DataFrame:
    """Rules as the rows of `bundle_rules`, types fixed even without a row.

    `rule_id` is the MD5 of the two lists, so that a rule keeps its id from build to
    build; `names` maps SKU to product name, `window` the columns of days to the same
    day for all.
    """
    written: dict[Itemset, list[str]] = {}
    columns: dict[str, list[str]] = {}
    for side in ("antecedents", "consequents"):
        for itemset in set(rules[side]) - written.keys():
            titles = [names.get(sku, sku) for sku in itemset]
            written[itemset] = [
                json.dumps(words, ensure_ascii=False) for words in (itemset, titles)
            ]
        columns[side] = [written[itemset][0] for itemset in rules[side]]
        columns[f"{side}_names"] = [written[itemset][1] for itemset in rules[side]]
    rule_ids = [
        hashlib.md5(f"{a} => {b}".encode()).hexdigest()
        for a, b in zip(columns["antecedents"], columns["consequents"], strict=True)
    ]
    ranks = np.arange(1, len(rules) + 1)
    table = rules.assign(**columns, rule_id=rule_ids, rule_rank=ranks, **window)
    return table[list(COLUMNS)].astype(COLUMNS)


def smallest_confidence(value: Any) -> float:
    """The smallest confidence as a number; refuses one that means nothing.

    Raises
    ------
    ValueError
        If `value` is no number in [0, 1]; the message names the variable and the value.
    """
    try:
        confidence = float(value)
    except (TypeError, ValueError):
        confidence = math.nan
    if not 0 <= confidence <= 1:
        raise ValueError(f"bundle_min_confidence must lie in [0, 1], not {value}")
    return confidence


def model(dbt: Any, session: Any) -> pd.DataFrame:  # noqa: ARG001
    """Rules within `bundle_itemsets`; one row per rule, see `_bundles__models.yml`."""
    dbt.config(materialized="table_on_change")
    meta = dbt.config.get("meta")
    min_confidence = smallest_confidence(meta["min_confidence"])
    max_length = int(meta["max_length"])
    found = dbt.ref("bundle_itemsets").df()
    products = dbt.ref("dim_products").project("product_sku, product_name").fetchall()
    itemsets = {
        tuple(json.loads(itemset)): count
        for itemset, count in zip(
            found["itemset"], found["itemset_count"].tolist(), strict=True
        )
    }
    held_out_counts = dict(zip(itemsets, found["holdout_count"].tolist(), strict=True))
    baskets, held_out_baskets = (
        int(found[count].max()) if len(found) else 0
        for count in ("basket_count", "holdout_basket_count")
    )
    rules = association_rules(itemsets, baskets, min_confidence, max_length)
    rules = rules.assign(**held_out(rules, held_out_counts, held_out_baskets))
    days = ("window_start", "window_end", "holdout_start")
    window = {day: found[day].max() for day in days}
    return rules_table(rules, dict(products), window)

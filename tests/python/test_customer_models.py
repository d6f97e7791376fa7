"""BG/NBD and Gamma-Gamma in SQL, against published results, SciPy and what came after.

On CDNOW, the sample that the papers use: its first 39 weeks are the calibration period.
"""

import csv
import gzip
import math
from typing import Any

import numpy as np
import pytest
from scipy import optimize, special

from postgres_shop import PostgresShop
from shop import SHARED_DATA, Shop

CDNOW = SHARED_DATA / "cdnow"
WEEKS = 39
VARIABLES = ("--vars", f"customer_holdout_days: {7 * WEEKS}")
MODELS = (
    "--select", "+customer_model_calibration", "+customer_model_parameters",
    "int_customer_predictions",
)  # fmt: skip
PARAMETERS = """
    select
        fit_period, model_name, parameter, estimate, log_likelihood, customers,
        is_converged
    from gold.customer_model_parameters
"""
HISTORIES = """
    select
        repeats.repeat_days, repeats.days_to_last, repeats.days_known,
        repeats.repeat_value, repeats.holdout_days, found.p_alive,
        found.predicted_holdout_orders, found.predicted_order_value
    from intermediate.int_customer_repeats as repeats
    inner join intermediate.int_customer_predictions as found
        on
            repeats.fit_period = found.fit_period
            and repeats.customer_key = found.customer_key
    where repeats.fit_period = 'calibration'
    order by repeats.customer_key
"""


def delivered(shop: Shop, target: str) -> None:
    """Land the sample as web orders, one a purchase."""
    with gzip.open(CDNOW / "CDNOW_sample.txt.gz", "rt", encoding="utf-8") as file:
        bought = [line.split() for line in file]
    orders, lines = [], []
    for place, (_, customer, day, _, amount) in enumerate(bought):
        date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        orders.append(f"{place},{customer},{date},{amount},WEB,PAID,1999-01-01")
        lines.append(f"{place},{place},P1,1,{amount},0.00")
    customers = sorted({f"{customer},1999-01-01" for _, customer, *_ in bought})
    delivery = shop.delivery(
        customers="customer_id,updated_at\n" + "\n".join(customers),
        products="product_sku,price,updated_at\nP1,1.00,1999-01-01",
        orders="order_id,customer_id,order_date,total_amount,channel,status,"
        "updated_at\n" + "\n".join(orders),
        order_lines="order_line_id,order_id,product_sku,quantity,unit_price,"
        "discount_amount\n" + "\n".join(lines),
    )
    landed = shop.script("land.py", "--target", target, delivery)
    assert landed.returncode == 0, landed.stderr


@pytest.fixture(
    scope="module",
    params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def cdnow(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Shop:
    if not CDNOW.exists():
        pytest.skip(f"{CDNOW} is not here: real data for developers only")
    folder = tmp_path_factory.mktemp("cdnow")
    if request.param == "postgres":
        shop: Shop = PostgresShop(folder, request.getfixturevalue("postgres_server"))
    else:
        shop = Shop(folder)
    delivered(shop, request.param)
    shop.build(*MODELS, *VARIABLES)
    return shop


def parameters(shop: Shop, model: str, fit_period: str = "calibration") -> Any:
    """Values by name of a fit that converged, and its log-likelihood."""
    rows = [row for row in shop.rows(PARAMETERS) if row[:2] == (fit_period, model)]
    assert all(row[-1] for row in rows), rows
    return {row[2]: row[3] for row in rows}, rows[0][4]


def histories(shop: Shop) -> list[np.ndarray[Any, Any]]:
    """Columns of HISTORIES."""
    return list(np.array(shop.rows(HISTORIES), dtype=float).T)


def test_histories_are_those_of_the_published_summary(cdnow: Shop) -> None:
    found = sorted(
        (x, round(t / 7, 2), round(known / 7, 2))
        for x, t, known, *_ in cdnow.rows(HISTORIES)
    )
    with (CDNOW / "cdnow_customers_summary.csv").open() as file:
        published = sorted(
            (int(row["frequency"]), float(row["recency"]), float(row["T"]))
            for row in csv.DictReader(file)
        )
    assert len(found) == len(published) == 2357
    assert np.allclose(found, published, atol=0.006)


def test_bg_nbd_is_the_published_fit(cdnow: Shop) -> None:
    values, log_likelihood = parameters(cdnow, "bg_nbd")
    assert round(values["r"], 3) == 0.243
    assert round(values["alpha"] / 7, 3) == 4.414
    assert round(values["a"], 3) == 0.793
    assert round(values["b"], 3) == 2.426
    # a density by days is one by weeks, divided by 7 for each repeat
    repeats = histories(cdnow)[0].sum()
    assert round(log_likelihood + repeats * math.log(7), 1) == -9582.4


def test_gamma_gamma_is_the_published_fit(cdnow: Shop) -> None:
    values, _ = parameters(cdnow, "gamma_gamma")
    assert round(values["p"], 2) == 6.25
    assert round(values["q"], 2) == 3.74
    assert round(values["gamma"], 2) == 15.44


def gamma_gamma_loss(logs: Any, x: Any, z: Any) -> float:
    p, q, gamma = np.exp(logs)
    return -float(
        np.sum(
            special.gammaln(p * x + q) - special.gammaln(p * x) - special.gammaln(q)
            + q * np.log(gamma) + (p * x - 1) * np.log(z) + p * x * np.log(x)
            - (p * x + q) * np.log(gamma + x * z)
        )
    )  # fmt: skip


def bg_nbd_loss(logs: Any, x: Any, t: Any, known: Any) -> float:
    r, alpha, a, b = np.exp(logs)
    alive = special.betaln(a, b + x) - (r + x) * np.log(alpha + known)
    left = special.betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t)
    both = np.where(x > 0, np.logaddexp(alive, left), alive)
    rest = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    return -float(np.sum(rest + both - special.betaln(a, b)))


def best(loss: Any, start: list[float], *data: Any) -> tuple[list[float], float]:
    """Parameters at SciPy's least loss, and the log-likelihood there."""
    found = optimize.minimize(
        loss, np.log(start), args=data, method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 5000, "maxfev": 5000},
    )  # fmt: skip
    return list(np.exp(found.x)), -float(found.fun)


def test_fits_are_those_of_scipy(cdnow: Shop) -> None:
    x, t, known, z = histories(cdnow)[:4]
    values, log_likelihood = parameters(cdnow, "bg_nbd")
    expected, highest = best(bg_nbd_loss, [1, 30, 1, 1], x, t, known)
    assert log_likelihood == pytest.approx(highest, abs=1e-6)
    assert [values[name] for name in ("r", "alpha", "a", "b")] == pytest.approx(
        expected, rel=1e-4
    )
    values, log_likelihood = parameters(cdnow, "gamma_gamma")
    expected, highest = best(gamma_gamma_loss, [2, 3, 30], x[x > 0], z[x > 0])
    assert log_likelihood == pytest.approx(highest, abs=1e-6)
    assert [values[name] for name in ("p", "q", "gamma")] == pytest.approx(
        expected, rel=1e-4
    )


def test_expectation_is_the_published_one(cdnow: Shop) -> None:
    x, t, known, _, days, _, expected, _ = histories(cdnow)
    (place,) = np.flatnonzero((x == 2) & (t == 213) & (known == 272))[:1]
    assert days[place] == 7 * WEEKS
    assert round(expected[place], 3) == 1.226


def test_expectations_are_those_of_scipy(cdnow: Shop) -> None:
    x, t, known, z, days, p_alive, expected, value = histories(cdnow)
    buying, _ = parameters(cdnow, "bg_nbd")
    r, alpha, a, b = (buying[name] for name in ("r", "alpha", "a", "b"))
    ratio = ((alpha + known) / (alpha + t)) ** (r + x) * a / (b + np.maximum(x, 1) - 1)
    alive = 1 / (1 + np.where(x > 0, ratio, 0))
    assert p_alive == pytest.approx(alive, rel=1e-9)
    series = special.hyp2f1(r + x, b + x, a + b + x - 1, days / (alpha + known + days))
    growth = ((alpha + known) / (alpha + known + days)) ** (r + x)
    rate = (a + b + x - 1) / (a - 1) * (1 - growth * series)
    assert expected == pytest.approx(rate * alive, rel=1e-8)
    spending, _ = parameters(cdnow, "gamma_gamma")
    p, q, gamma = (spending[name] for name in ("p", "q", "gamma"))
    mean = p * (gamma + x * np.nan_to_num(z)) / (p * x + q - 1)
    assert value == pytest.approx(mean, rel=1e-9)


def test_what_was_expected_is_held_against_what_came(cdnow: Shop) -> None:
    rows = cdnow.rows(
        "select repeat_days, customers, predicted_orders, actual_orders, holdout_days"
        " from gold.customer_model_calibration order by repeat_days"
    )
    assert [row[0] for row in rows] == list(range(8))
    assert sum(row[1] for row in rows) == 2357
    assert {row[4] for row in rows} == {7 * WEEKS}
    predicted, actual = (sum(row[place] for row in rows) for place in (2, 3))
    # Fader, Hardie & Lee (2005), figure 3: BG/NBD forecasts a little too little
    assert actual == sum(row[0] for row in cdnow.rows(
        "select sum(order_days) from intermediate.int_customer_months"
        " where activity_month >= date '1997-10-01'"
    ))  # fmt: skip
    assert 0.85 < predicted / actual < 1


# Builds the fits anew, so it comes after what reads them.
def test_a_sample_fitted_first_changes_nothing(cdnow: Shop) -> None:
    fits = "select * from intermediate.int_customer_fits order by 1, 2"
    before = cdnow.rows(fits)
    both = f"{{customer_holdout_days: {7 * WEEKS}, customer_first_fit: 300}}"
    cdnow.build("--full-refresh", "--select", "int_customer_fits", "--vars", both)
    after = cdnow.rows(fits)
    names = [row[:2] for row in before]
    assert [row[:2] for row in after] == names
    for name, old, new in zip(names, before, after, strict=True):
        estimates = [cell for cell in old[3:7] if cell is not None]
        assert [cell for cell in new[3:7] if cell is not None] == pytest.approx(
            estimates, rel=1e-9
        )
        assert old[-2:] == new[-2:] == (True, True)
        if name[1] == "bg_nbd":
            # close from the start
            assert new[-3] < old[-3]


def test_without_repeats_nothing_is_predicted(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    shop = Shop(tmp_path_factory.mktemp("no_repeats"))
    shop.take(
        customers="customer_id\nC1\nC2",
        orders="order_id,customer_id,order_date,total_amount,channel,status\n"
        "O1,C1,2025-01-01,5.00,WEB,PAID\nO2,C2,2025-03-01,5.00,WEB,PAID",
        order_lines="order_line_id,order_id,product_sku,quantity,unit_price\n"
        "L1,O1,P1,1,5.00\nL2,O2,P1,1,5.00",
    )
    assert shop.rows(
        "select distinct model_name, is_converged, estimate"
        " from gold.customer_model_parameters"
        " order by model_name"
    ) == [("bg_nbd", False, None), ("nbd", False, None)]
    assert shop.rows(
        "select count(*), count(p_alive), count(ltv_predicted)"
        " from gold.reporting_customer_stats"
    ) == [(2, 0, 0)]


@pytest.fixture(scope="module")
def nobody_leaves(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A hundred customers who all order on the last day of either period."""
    rng = np.random.default_rng(4)
    days = [
        sorted({0, 273, 365, *rng.integers(1, 365, rng.poisson(rate))})
        for rate in rng.gamma(2, 3, 100)
    ]
    orders = [
        (customer, np.datetime64("2024-01-01") + day)
        for customer, of_customer in enumerate(days)
        for day in of_customer
    ]
    shop = Shop(tmp_path_factory.mktemp("nobody_leaves"))
    shop.land(
        shop.delivery(
            customers="customer_id\n" + "\n".join(map(str, range(len(days)))),
            orders="order_id,customer_id,order_date,total_amount,channel,status\n"
            + "\n".join(
                f"{place},{customer},{date},5.00,WEB,PAID"
                for place, (customer, date) in enumerate(orders)
            ),
            order_lines="order_line_id,order_id,product_sku,quantity,unit_price\n"
            + "\n".join(f"{place},{place},P1,1,5.00" for place in range(len(orders))),
        )
    )
    shop.build(*MODELS, "--vars", "customer_holdout_days: 90")
    return shop


def nbd_loss(logs: Any, x: Any, known: Any) -> float:
    r, alpha = np.exp(logs)
    gammas = special.gammaln(r + x) - special.gammaln(r)
    return -float(np.sum(gammas + r * np.log(alpha) - (r + x) * np.log(alpha + known)))


def test_where_nobody_leaves_customers_go_on(nobody_leaves: Shop) -> None:
    x, _, known, *_, p_alive, expected, _ = histories(nobody_leaves)
    days = nobody_leaves.rows(
        "select distinct holdout_days from gold.customer_model_calibration"
    )[0][0]
    fits = nobody_leaves.rows(PARAMETERS + " where fit_period = 'calibration'")
    assert {row[-1] for row in fits if row[1] == "bg_nbd"} == {False}
    values, log_likelihood = parameters(nobody_leaves, "nbd")
    (r, alpha), highest = best(nbd_loss, [1, 30], x, known)
    assert log_likelihood == pytest.approx(highest, abs=1e-6)
    assert (values["r"], values["alpha"]) == pytest.approx((r, alpha), rel=1e-4)
    assert (p_alive == 1).all()
    rate = (values["r"] + x) / (values["alpha"] + known)
    assert expected == pytest.approx(rate * days, rel=1e-12)

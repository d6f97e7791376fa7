"""DuckDB and PostgreSQL hold the same, row for row, and parity.py sees it if not."""

import os
import random
from itertools import combinations
from pathlib import Path

import duckdb
import pytest

import parity
from asked_metrics import DuckDb, Metrics, Postgres
from handwritten_metrics import HANDWRITTEN
from postgres_shop import PostgresShop, Server
from shop import ONLINE_RETAIL, Shop
from state import feed
from test_deliveries import DAY_ONE
from test_faults_increments import DAY_FIVE, DAY_FOUR, DAY_THREE, DAY_TWO
from test_metrics import ASKED, comparable

# Over all seasons: of one season's baskets, too many sets are frequent to be mined.
EVERY_TENTH = "InvoiceNo like '%7'"
# Bought together so often that all of them are one frequent set.
TOGETHER = [f"T{number}" for number in range(1, 7)]
ORDERS = 60


def baskets() -> dict[str, str]:
    """Orders of few products, a third of them with all that go together."""
    drawn = random.Random(7)
    orders, lines = [], []
    for number in range(1, ORDERS + 1):
        bought = drawn.sample(["P1", "P2", "a-small", "Z-large", '"quoted"'], 2)
        if number % 3 == 0:
            bought += TOGETHER
        day = f"2025-03-{1 + number % 28:02}"
        orders.append(f"B{number},C{1 + number % 3},{day},WEB,9.00,PAID,{day}")
        for place, sku in enumerate(bought):
            written = '"' + sku.replace('"', '""') + '"'
            lines.append(f"B{number}-{place},B{number},{written},1,4.50,0.00")
    return {
        "orders": feed("orders", *orders),
        "order_lines": feed("order_lines", *lines),
    }


@pytest.fixture(scope="module")
def shops(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Server
) -> tuple[Shop, PostgresShop]:
    """One shop on each engine after the same days, dirty ones among them."""
    pair = (
        Shop(tmp_path_factory.mktemp("parity_duckdb")),
        PostgresShop(tmp_path_factory.mktemp("parity_postgres"), postgres_server),
    )
    for shop in pair:
        for day in (DAY_ONE, DAY_TWO, DAY_THREE):
            shop.land(shop.delivery(**day))
        shop.build()
        for day in (DAY_FOUR, DAY_FIVE, baskets()):
            shop.land(shop.delivery(**day))
        shop.build()
    return pair


@pytest.fixture
def compared(
    shops: tuple[Shop, PostgresShop], monkeypatch: pytest.MonkeyPatch
) -> PostgresShop:
    """The shop on PostgreSQL, both being what parity.py compares."""
    lead_to(shops, monkeypatch)
    return shops[1]


def lead_to(shops: tuple[Shop, PostgresShop], patch: pytest.MonkeyPatch) -> None:
    """Have parity.py find the two shops."""
    prefixes: list[tuple[str, ...]] = [("CLUSTR_",), ("PG", "DATABASE_URL")]
    for shop, own in zip(shops, prefixes, strict=True):
        for name, value in shop.environment().items():
            if name.startswith(own):
                patch.setenv(name, value)


def test_engines_agree_after_dirty_days(
    compared: PostgresShop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert parity.main(["duckdb", "postgres"]) == 0, capsys.readouterr()
    assert capsys.readouterr().out == "verdict: EQUAL\n"


def test_engines_agree_on_a_real_shop(
    tmp_path: Path,
    postgres_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A tenth of Online Retail; all of it with CLUSTR_WHOLE_RETAIL=1."""
    if not ONLINE_RETAIL.exists():
        pytest.skip(f"{ONLINE_RETAIL} is not here: real data for developers only")
    lines = tmp_path / "online_retail.parquet"
    part = "true" if os.environ.get("CLUSTR_WHOLE_RETAIL") else EVERY_TENTH
    duckdb.sql(f"copy (from read_parquet('{ONLINE_RETAIL}') where {part}) to '{lines}'")
    delivery = tmp_path / "delivery"
    for name in ("real_duckdb", "real_postgres"):
        (tmp_path / name).mkdir()
    pair = (
        Shop(tmp_path / "real_duckdb"),
        PostgresShop(tmp_path / "real_postgres", postgres_server),
    )
    adapted = pair[0].script("adapters/online_retail.py", lines, delivery)
    assert adapted.returncode == 0, adapted.stderr
    for shop in pair:
        shop.land(delivery)
        shop.build()
    lead_to(pair, monkeypatch)
    assert parity.main(["duckdb", "postgres"]) == 0, capsys.readouterr()
    ((rules,),) = pair[1].rows("select count(*) from gold.bundle_rules")
    assert rules > 0


def test_sets_of_six_are_mined_alike_and_in_the_same_order(
    compared: PostgresShop, shops: tuple[Shop, PostgresShop]
) -> None:
    rules = (
        "select antecedents, consequents, count_ab from gold.bundle_rules"
        " order by rule_rank"
    )
    mined = [shop.rows(rules) for shop in shops]
    assert mined[0] == mined[1]
    sides = {(a, b) for a, b, _ in mined[0]}
    for size in range(1, len(TOGETHER)):
        for left in combinations(TOGETHER, size):
            right = [sku for sku in TOGETHER if sku not in left]
            assert (listed(left), listed(right)) in sides


def test_metrics_agree_with_each_other_and_with_those_by_hand(
    shops: tuple[Shop, PostgresShop],
) -> None:
    shops[0].writes_json = True
    assert shops[0].dbt("parse").returncode == 0
    target = shops[0].folder / "target"
    pair = Metrics(target, DuckDb), Metrics(target, Postgres)
    differing = []
    for name, by in ASKED:
        by_hand = comparable(HANDWRITTEN[name].figures(shops[1], by))
        for metrics, shop in zip(pair, shops, strict=True):
            figures = comparable(metrics.figures(shop, name, by))
            if figures != pytest.approx(by_hand, rel=1e-9):
                differing.append((name, by, type(shop).__name__, figures, by_hand))
    assert differing == []


def listed(skus: list[str] | tuple[str, ...]) -> str:
    """A list of SKUs as the rules write it."""
    return "[" + ", ".join(f'"{sku}"' for sku in skus) + "]"


@pytest.mark.parametrize(
    ("break_it", "mend_it", "said"),
    [
        (
            "update gold.sales_summary_daily set gross = gross + 0.01 where gross > 0",
            "update gold.sales_summary_daily set gross = gross - 0.01 where gross > 0",
            "gold.sales_summary_daily: ",
        ),
        (
            "update gold.bundle_rules set lift = lift * (1 + 1e-8)",
            "update gold.bundle_rules set lift = lift / (1 + 1e-8)",
            "gold.bundle_rules: ",
        ),
        (
            "alter table gold.top_products rename to hidden",
            "alter table gold.hidden rename to top_products",
            "gold.top_products: only in duckdb",
        ),
    ],
)
def test_what_differs_is_named(
    compared: PostgresShop,
    capsys: pytest.CaptureFixture[str],
    break_it: str,
    mend_it: str,
    said: str,
) -> None:
    compared.rows(break_it)
    assert parity.main(["duckdb", "postgres"]) == 1
    assert said in capsys.readouterr().out
    compared.rows(mend_it)
    assert parity.main(["duckdb", "postgres"]) == 0


def test_a_difference_of_a_billionth_is_none(
    compared: PostgresShop, capsys: pytest.CaptureFixture[str]
) -> None:
    compared.rows("update gold.bundle_rules set lift = lift * (1 + 1e-11)")
    assert parity.main(["duckdb", "postgres"]) == 0, capsys.readouterr()


def test_a_target_without_tables_is_refused(
    tmp_path: Path,
    compared: PostgresShop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    assert parity.main(["duckdb", "postgres"]) == 2
    assert "no warehouse here" in capsys.readouterr().err

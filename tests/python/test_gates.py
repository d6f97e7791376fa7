"""Gold is replaced only once all that it is built on has been built and tested."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from state import State, WatchedShop, differences, feed, gold_of, state

DAY_TWO = {
    "orders": feed("orders", "O5,C1,2025-03-04,WEB,4.00,PAID,2025-03-04"),
    "order_lines": feed("order_lines", "L9,O5,P1,1,4.00,0.00"),
    "payments": feed("payments", "Y9,O5,2025-03-04,CARD,SUCCESS,4.00"),
}
DAY_THREE = {
    "orders": feed("orders", "O6,C2,2025-03-05,WEB,20.00,PAID,2025-03-05"),
    "order_lines": feed("order_lines", "L10,O6,P2,1,20.00,0.00"),
}
# One of two rows cannot be used.
DAY_FOUR = {
    "payments": feed(
        "payments",
        "Y10,O6,2025-03-05,CARD,SUCCESS,20.00",
        "Y11,O6,2025-03-05,CARD,SUCCESS,2o.00",
    )
}
LAST_RUN = """(
    select execution_id from audit.pipeline_execution_log
    order by batch_id desc limit 1
)"""
PROCESSES = f"""
    select process_name, status, error_message from audit.pipeline_execution_log
    where status != 'STARTED' and execution_id = {LAST_RUN} order by 1
"""
GOLD_MARKS = """
    select * from audit.pipeline_watermark where process_name = 'Aggregate_Gold'
        or process_name in (
            select table_name from information_schema.tables
            where table_schema = 'gold'
        )
    order by 1
"""


@pytest.fixture(scope="module")
def plain(watched_shop: tuple[WatchedShop, Path]) -> State:
    """What one build makes of all days, when nothing goes wrong."""
    shop, day_one = watched_shop
    shop.go_back(day_one)
    for day in (DAY_TWO, DAY_THREE, DAY_FOUR):
        shop.deliver(**day)
    shop.build()
    return state(shop, own_times=False)


@pytest.fixture(scope="module")
def shop(watched_shop: tuple[WatchedShop, Path], plain: State) -> Iterator[WatchedShop]:
    """A shop after its first day; the tests below break and mend it in order."""
    shop, day_one = watched_shop
    shop.go_back(day_one)
    with pytest.MonkeyPatch.context() as patch:
        # `dbt retry` reads there what was left undone
        patch.setattr(shop, "writes_json", True)
        yield shop


def fail_before_gold(shop: WatchedShop, *arguments: str, tests: bool) -> str:
    """Build, which must fail and leave gold as it was; what Aggregate_Gold says."""
    gold, marks = gold_of(state(shop)), shop.rows(GOLD_MARKS)
    printed = shop.failed_build(*arguments, tests=tests)
    assert differences(gold, gold_of(state(shop))) == []
    assert shop.rows(GOLD_MARKS) == marks
    ends = {name: (status, why) for name, status, why in shop.rows(PROCESSES)}
    status, why = ends["Aggregate_Gold"]
    assert status == "FAILED"
    assert "gold stays as it was" in printed
    return str(why)


def test_a_model_that_fails_stops_what_is_built_on_it(shop: WatchedShop) -> None:
    shop.execute("alter table curated.fact_payments add column surprise integer")
    shop.deliver(**DAY_TWO)
    mark = "select * from audit.pipeline_watermark where process_name = 'fact_payments'"
    before = shop.rows(mark)
    why = fail_before_gold(shop, tests=False)
    assert "skipped because of fact_payments" in why
    assert [(name, status) for name, status, _ in shop.rows(PROCESSES)] == [
        ("Aggregate_Gold", "FAILED"),
        ("Extract_Source_to_Raw", "SUCCESS"),
        ("Load_Dimensions", "SUCCESS"),
        ("Load_Facts", "FAILED"),
    ]
    assert shop.rows(mark) == before
    failed = dict(
        shop.rows(
            "select node_name, status from audit.pipeline_node_log"
            f" where execution_id = {LAST_RUN} and status != 'SUCCESS'"
        )
    )
    assert failed.pop("fact_payments") == "ERROR"
    assert "reporting_sales_wide" in failed
    assert set(failed.values()) == {"SKIPPED"}


def test_a_retry_runs_what_was_left_undone_only(shop: WatchedShop) -> None:
    shop.execute("alter table curated.fact_payments drop column surprise")
    shop.retry()
    assert [(name, status) for name, status, _ in shop.rows(PROCESSES)] == [
        ("Aggregate_Gold", "SUCCESS"),
        ("Load_Facts", "SUCCESS"),
    ]
    assert shop.value('select max("date") from gold.sales_summary_daily').day == 5
    collected = "select cast(sum(collected) as varchar) from gold.sales_summary_daily"
    assert shop.value(collected) == "28.00"


def test_a_failing_test_on_curated_leaves_gold(shop: WatchedShop) -> None:
    shop.execute(
        "update curated.fact_payments set payment_status = 'LOST'"
        " where payment_id = 'WEB-Y3'"
    )
    shop.deliver(**DAY_THREE)
    why = fail_before_gold(shop, tests=True)
    assert "accepted_values_fact_payments_payment_status" in why
    assert [(name, status) for name, status, _ in shop.rows(PROCESSES)] == [
        ("Aggregate_Gold", "FAILED"),
        ("Extract_Source_to_Raw", "SUCCESS"),
        ("Load_Dimensions", "SUCCESS"),
        ("Load_Facts", "SUCCESS"),
    ]
    orders = "select count(*) from curated.fact_orders where order_id = 'WEB-O6'"
    assert shop.value(orders) == 1


def test_a_test_that_failed_is_asked_again_before_gold(shop: WatchedShop) -> None:
    shop.execute(
        "update curated.fact_payments set payment_status = 'PENDING'"
        " where payment_id = 'WEB-Y3'"
    )
    shop.retry()
    assert [(name, status) for name, status, _ in shop.rows(PROCESSES)] == [
        ("Aggregate_Gold", "SUCCESS")
    ]
    sold = "select cast(sum(total_sales) as varchar) from gold.sales_summary_daily"
    assert shop.value(sold) == "52.00"


def test_too_many_rejects_stop_before_gold(shop: WatchedShop, plain: State) -> None:
    shop.deliver(**DAY_FOUR)
    limit = ("--vars", "{max_reject_share: 0.49}")
    why = fail_before_gold(shop, *limit, tests=True)
    assert "assert_rejects_are_few_enough" in why
    shop.build("--vars", "{max_reject_share: 0.5}", tests=True)
    assert differences(plain, state(shop, own_times=False)) == []

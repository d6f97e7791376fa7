"""What deliveries do to the warehouse: each promise on a shop of a few rows."""

from pathlib import Path

import pytest

from shop import Shop

CUSTOMERS = """customer_id,first_name,last_name,email,customer_segment,updated_at
    C1,Ann,Lee,ann@example.com,Gold,2025-01-01
    C2,Bob,Ray,bob@example.com,Basic,2025-01-01"""
PRODUCTS = """product_sku,product_name,category,sub_category,price,updated_at
    P1,Cup,Kitchen,Cups,4.00,2025-01-01
    P2,Pan,Kitchen,Pans,20.00,2025-01-01"""
ORDERS = """order_id,customer_id,order_date,channel,total_amount,status,updated_at
    O1,C1,2025-03-01,WEB,24.00,PAID,2025-03-01
    O2,C2,2025-03-03,WEB,8.00,CANCELLED,2025-03-03
    O3,C9,2025-03-03,app,4.00,PAID,2025-03-03"""
ORDER_LINES = """order_line_id,order_id,product_sku,quantity,unit_price,discount_amount
    L1,O1,P1,1,4.00,0.00
    L2,O1,P2,1,20.00,0.00
    L3,O2,P1,2,4.00,0.00
    L4,O3,P9,1,4.00,0.00"""
PAYMENTS_HEADER = (
    "payment_id,order_id,payment_date,payment_method,payment_status,payment_amount"
)
PAYMENTS = f"""{PAYMENTS_HEADER}
    Y1,O1,2025-03-01,CARD,FAILED,24.00
    Y2,O1,2025-03-02,CARD,SUCCESS,24.00
    Y3,O2,2025-03-03,CARD,PENDING,8.00"""
REFUNDS = """refund_id,order_line_id,refund_date,quantity,refund_amount,reason
    R1,L1,2025-03-05,1,1.50,chipped"""

DAY_ONE = {
    "customers": CUSTOMERS,
    "products": PRODUCTS,
    "orders": ORDERS,
    "order_lines": ORDER_LINES,
    "payments": PAYMENTS,
    "refunds": REFUNDS,
}
DAILY = """
    select cast("date" as varchar), total_orders, cancelled_orders,
        cast(total_sales as varchar), cast(refunds as varchar),
        cast(collected as varchar)
    from gold.sales_summary_daily order by 1
"""
FAILURES = "select * from audit.reconciliation where status = 'FAIL'"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop after its first delivery; the tests below add to it in order."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.take(**DAY_ONE)
    return shop


def test_money_counts_on_its_own_day(shop: Shop) -> None:
    assert shop.rows(DAILY) == [
        ("2025-03-01", 1, 0, "24.00", "0.00", "0.00"),
        ("2025-03-02", 0, 0, "0.00", "0.00", "24.00"),
        ("2025-03-03", 1, 1, "4.00", "0.00", "0.00"),
        ("2025-03-04", 0, 0, "0.00", "0.00", "0.00"),
        ("2025-03-05", 0, 0, "0.00", "1.50", "0.00"),
    ]
    assert shop.rows(FAILURES) == []


def test_unknown_customer_and_product_are_money_all_the_same(shop: Shop) -> None:
    assert shop.rows(
        "select customer_key, is_unknown_customer, channel from curated.fact_orders"
        " where order_id = 'WEB-O3'"
    ) == [("-1", True, "MOBILE")]
    assert shop.rows(
        "select product_key, product_sku, is_sale from curated.fact_order_lines"
        " where order_line_id = 'WEB-L4'"
    ) == [("-1", "P9", True)]


def test_same_delivery_again_adds_nothing(shop: Shop) -> None:
    before = shop.content_hashes()
    shop.take(**DAY_ONE)
    after = shop.content_hashes()
    changed = {name for name in before if before[name] != after[name]}
    # landing holds the new delivery, and the reconciliation counts what is there
    views = {"audit.reconciliation", "audit.reconciliation_landing"}
    assert {
        name for name in changed - views if not name.startswith("landing.")
    } == set()


def test_late_customer_and_product_are_repointed(shop: Shop) -> None:
    shop.take(
        customers="customer_id,first_name\nC9,Zoe",
        products="product_sku,product_name\nP9,Jug",
    )
    assert shop.rows(
        "select customer_key, is_unknown_customer from curated.fact_orders"
        " where order_id = 'WEB-O3'"
    ) == [("C9", False)]
    assert shop.rows(
        "select product_name, first_name from gold.reporting_sales_wide"
        " where order_line_id = 'WEB-L4'"
    ) == [("Jug", "Zoe")]
    assert shop.rows(FAILURES) == []


def test_correction_replaces_the_order_once_and_raw_keeps_both(shop: Shop) -> None:
    header = ORDERS.splitlines()[0]
    shop.take(
        orders=f"{header}\nO1,C1,2025-03-01,WEB,44.00,PAID,2025-03-06",
        order_lines=ORDER_LINES.splitlines()[0] + "\nL2,O1,P2,2,20.00,0.00",
    )
    assert shop.rows(
        "select cast(total_amount as varchar), cast(lines_amount as varchar)"
        " from curated.fact_orders where order_id = 'WEB-O1'"
    ) == [("44.00", "44.00")]
    assert shop.value("select count(*) from raw.raw_orders where order_id = 'O1'") == 2
    assert shop.rows(DAILY)[0] == ("2025-03-01", 1, 0, "44.00", "0.00", "0.00")
    assert shop.rows(FAILURES) == []


def test_line_before_its_header_counts_once_the_header_comes(shop: Shop) -> None:
    shop.take(
        order_lines=ORDER_LINES.splitlines()[0] + "\nL8,O8,P1,3,4.00,0.00",
    )
    line = "from curated.fact_order_lines where order_line_id = 'WEB-L8'"
    assert shop.rows(f"select has_order, is_sale, order_date {line}") == [
        (False, False, None)
    ]
    shop.take(
        orders=ORDERS.splitlines()[0] + "\nO8,C1,2025-01-20,WEB,12.00,PAID,2025-03-07",
    )
    assert shop.rows(
        f"select has_order, is_sale, cast(order_date as varchar) {line}"
    ) == [(True, True, "2025-01-20")]
    assert shop.rows(DAILY)[0] == ("2025-01-20", 1, 0, "12.00", "0.00", "0.00")
    assert shop.rows(FAILURES) == []


def test_cancelled_later_is_no_sale_and_its_refund_no_loss(shop: Shop) -> None:
    header = ORDERS.splitlines()[0]
    shop.take(
        orders=f"{header}\nO1,C1,2025-03-01,WEB,44.00,canceled,2025-03-08",
    )
    totals = (
        "select cast(sum(total_sales) as varchar), cast(sum(refunds) as varchar),"
        " cast(sum(cancelled_refunds) as varchar) from gold.sales_summary_daily"
    )
    assert shop.rows(totals) == [("16.00", "0.00", "1.50")]
    assert shop.rows(FAILURES) == []


def test_changed_and_changed_back_gives_three_versions(shop: Shop) -> None:
    header = ORDERS.splitlines()[0]
    for amount in ("5.00", "6.00", "5.00"):
        folder = shop.delivery(
            orders=f"{header}\nO7,C1,2025-03-01,WEB,{amount},PAID,2025-03-09"
        )
        shop.land(folder)
    shop.build()
    assert shop.rows(
        "select total_amount from raw.raw_orders where order_id = 'O7'"
        " order by batch_id"
    ) == [("5.00",), ("6.00",), ("5.00",)]
    assert (
        str(
            shop.value(
                "select total_amount from curated.fact_orders where order_id = 'WEB-O7'"
            )
        )
        == "5.00"
    )


def test_conflicting_rows_have_one_winner_and_stay_settled(shop: Shop) -> None:
    header = PAYMENTS.splitlines()[0]
    conflict = f"""{header}
        Y9,O8,2025-03-09,CARD,SUCCESS,12.00
        Y9,O8,2025-03-09,CARD,SUCCESS,13.00"""
    shop.take(payments=conflict)
    state = (
        "select (select payment_amount from curated.fact_payments"
        " where payment_id = 'WEB-Y9'), count(*) from audit.rejected_rows"
        " where source_table = 'payments' and rule = 'duplicate_key'"
    )
    before = shop.rows(state)
    assert before[0][1] == 1
    shuffled = conflict.splitlines()
    shop.take(payments="\n".join([shuffled[0], shuffled[2], shuffled[1]]))
    assert shop.rows(state) == before
    assert shop.rows(FAILURES) == []


def test_rejected_row_is_resolved_by_its_correction(shop: Shop) -> None:
    header = PAYMENTS.splitlines()[0]
    shop.take(payments=f"{header}\nY5,O8,2025-03-10,CARD,SUCCESS,12x")
    reject = (
        "select rule, source_filename, line_number, resolved_at is not null"
        " from audit.rejected_rows where record_key = 'Y5'"
    )
    assert shop.rows(reject) == [("unparsable_amount", "payments.csv", 2, False)]
    shop.take(payments=f"{header}\nY5,O8,2025-03-10,CARD,SUCCESS,12.00")
    assert shop.rows(reject) == [("unparsable_amount", "payments.csv", 2, True)]
    assert shop.rows(FAILURES) == []


def test_till_return_is_a_refund_until_it_is_corrected_to_a_sale(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path)
    sale = "sale_id,transaction_id,product_sku,quantity,unit_price,line_total\n"
    receipts = (
        "transaction_id,customer_id,time_id,transaction_amount,channel,payment_type\n"
    )
    shop.take(
        timeframe="time_id,date\n7,2025-03-01",
        transactions=receipts + "T1,,7,3.00,,CASH\nT2,,8,5.00,,CASH",
        sales=sale
        + "S1,T1,P1,2,2.00,4.00\nS2,T1,P2,-1,1.00,-1.00\nS3,T2,P1,1,5.00,5.00",
    )
    assert shop.rows(DAILY) == [("2025-03-01", 1, 0, "4.00", "1.00", "3.00")]
    assert shop.rows(FAILURES) == []
    shop.take(sales=sale + "S2,T1,P2,1,1.00,1.00")
    assert shop.rows(DAILY) == [("2025-03-01", 1, 0, "5.00", "0.00", "3.00")]
    shop.take(timeframe="time_id,date\n8,2025-03-02")
    assert shop.rows(DAILY)[1] == ("2025-03-02", 1, 0, "5.00", "0.00", "5.00")
    assert shop.rows(FAILURES) == []


def test_rows_in_are_rows_kept_rejected_or_repeated(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    folder = shop.delivery(
        orders=f"""{ORDERS}
            O3,C9,2025-03-03,app,4.00,PAID,2025-03-03
            ,C1,2025-03-03,WEB,1.00,PAID,
            ,C1,2025-03-03,WEB,1.00,PAID,
            O4,C1,2025-02-30,WEB,4.00,PAID,
            O5,C1,2999-01-01,WEB,x,PAID,
            O1,C1,2025-03-01,WEB,25.00,PAID,2025-02-01"""
    )
    with (folder / "orders.csv").open("a") as file:
        file.write("O6,too,few\nO7,C1,2025-03-03,WEB,4.00,PAID,2025-03-03,too many\n")
    shop.land(folder)
    shop.build(tests=True)
    assert shop.rows("select order_id from curated.fact_orders order by 1") == [
        ("WEB-O1",),
        ("WEB-O2",),
        ("WEB-O3",),
    ]
    assert shop.rows(
        "select rule, count(*) from audit.rejected_rows group by 1 order by 1"
    ) == [
        ("duplicate_key", 1),
        ("field_count", 2),
        ("future_date", 1),
        ("null_key", 1),
        ("unparsable_amount", 1),
        ("unparsable_date", 1),
    ]
    (rows_in,) = shop.rows("select rows_read from landing.delivered_files")[0]
    kept = shop.value("select count(*) from staging.stg_web__orders")
    rejected = shop.value("select count(distinct row_hash) from audit.rejected_rows")
    repeats = shop.value(
        "select count(*) - count(distinct (order_id, customer_id, order_date,"
        " total_amount)) from landing.orders"
    )
    assert rows_in == kept + rejected + repeats == 11

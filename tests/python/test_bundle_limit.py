"""A support that gives too many itemsets stops the build and leaves the last rules."""

import re

from shop import Shop

RULES = "select antecedents, consequents, count_ab from gold.bundle_rules order by 1, 2"
MINING = (
    "--select=+bundle_rules",
    *(f"--exclude-resource-type={kind}" for kind in ("seed", "test", "unit_test")),
)


def deliver(shop: Shop, first_order: int, orders: int, products: int) -> None:
    """Land orders that hold all of so many products each."""
    numbers = range(first_order, first_order + orders)
    shop.land(
        shop.delivery(
            orders="order_id,customer_id,order_date,total_amount,channel,status\n"
            + "\n".join(f"{o},C1,2025-01-01,{products}.00,WEB,PAID" for o in numbers),
            order_lines="order_line_id,order_id,product_sku,quantity,unit_price\n"
            + "\n".join(
                f"{order}-{product},{order},P{product},1,1.00"
                for order in numbers
                for product in range(products)
            ),
        )
    )


def test_too_many_itemsets_stop_the_build_and_leave_the_rules(new_shop: Shop) -> None:
    deliver(new_shop, 0, 4, 3)
    assert new_shop.dbt("build", *MINING).returncode == 0
    before = new_shop.rows(RULES)
    assert len(before) == 12
    deliver(new_shop, 4, 40, 8)
    result = new_shop.dbt("build", *MINING, "--vars", "bundle_max_itemsets: 80")
    assert result.returncode != 0
    # 8 products and 28 pairs, before 56 sets of three
    refusal = re.compile(
        r"bundle_min_support = 0\.01 gives more than 80 itemsets, of 3 products after"
        r" 56 candidates of that size; try (\S+), or raise bundle_max_itemsets"
    )
    assert refusal.search(result.stdout), result.stdout
    assert new_shop.rows(RULES) == before
    assert new_shop.dbt("build", *MINING).returncode == 0
    assert len(new_shop.rows(RULES)) > len(before)

"""A build before anything has landed says what to do, and the next one works."""

from shop import Shop


def test_a_build_of_nothing_landed_says_what_to_do(new_shop: Shop) -> None:
    build = ("run", "--select", "raw_users")
    before = new_shop.dbt(*build)
    assert before.returncode != 0
    assert (
        "nothing has landed, not even an empty table of users."
        " Run `python scripts/land.py FOLDER` first"
    ) in before.stdout
    # the feeds that it does not bring have empty tables then
    new_shop.land(new_shop.delivery(customers="customer_id,first_name\n7,Ada"))
    after = new_shop.dbt(*build)
    assert after.returncode == 0, after.stdout
    assert new_shop.value("select count(*) from raw.raw_users") == 0

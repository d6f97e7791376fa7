"""Complete files: said so, recorded, and refused when they would delete too much."""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest

from test_land_shop import ORDERS, ROW, Shop, make_shop

COMPLETE = ("--complete", "users")
FLAGS = """select delivery_id, source_table, is_complete from landing.delivered_files
    order by 1, 2"""
QUEUE = "select distinct delivery_id from landing.users order by 1"


@pytest.fixture
def shop(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    return make_shop(tmp_path, monkeypatch, capsys)


def users(*keys: object) -> str:
    """A file of app users with these keys."""
    return "customer_id,email,name\n" + "".join(f"{key},,Ann\n" for key in keys)


def raw(
    shop: Shop, versions: Iterable[tuple[object, int]], deleted: Iterable[int] = ()
) -> None:
    """Give the shop a raw table: keys and their batch, and which batches delete.

    The number of a batch is that of its delivery too.
    """
    deletions = set(deleted)
    shop.run(
        [
            "create schema if not exists raw",
            "drop table if exists raw.raw_users",
            """create table raw.raw_users (record_key varchar,
            batch_id bigint, delivery_id bigint, is_deleted boolean)""",
            *(
                f"""insert into raw.raw_users
                values ('{key}', {batch}, {batch}, {batch in deletions})"""
                for key, batch in versions
            ),
        ]
    )


def refusal(shop: Shop, text: str | bytes, *arguments: str) -> str:
    """Land a complete file that must be refused, and change nothing; the line."""
    shop.deliver(users_csv=text)
    before = shop.everything()
    assert shop.land(*COMPLETE, *arguments) == 2
    assert shop.out == "" and shop.error.count("\n") == 1
    assert shop.everything() == before
    return shop.error.removeprefix("error: ").strip()


def counts(shop: Shop, *keys: object) -> str:
    """The words that say how many known keys a complete file of `keys` deletes."""
    shop.deliver(users_csv=users(*keys))
    assert shop.land(*COMPLETE, "--max-deleted-share", "1") == 0
    ((_, words),) = (
        line.split(" is complete: the next build deletes ")
        for line in shop.out.splitlines()
        if "is complete" in line
    )
    return words


def test_what_is_complete_is_recorded(shop: Shop) -> None:
    shop.deliver(users_csv=users(1), orders_csv=ORDERS + ROW)
    assert shop.land() == 0 and "is complete" not in shop.out
    assert shop.land(*COMPLETE, "--complete", "orders") == 0
    assert shop.land(*COMPLETE) == 0
    flags = [(1, False, False), (2, True, True), (3, False, True)]
    feeds = ("orders", "users")
    assert shop.query(FLAGS) == [
        (delivery, feed, is_complete)
        for delivery, *of_feeds in flags
        for feed, is_complete in zip(feeds, of_feeds, strict=True)
    ]


def test_files_landed_before_there_was_a_flag_are_not_complete(shop: Shop) -> None:
    shop.land_file(users_csv=users(1))
    shop.run(["alter table landing.delivered_files drop column is_complete"])
    assert shop.land(*COMPLETE) == 0
    assert shop.query(FLAGS) == [(1, "users", False), (2, "users", True)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--complete", "invoices"], "--complete invoices: no such feed; known are"),
        (["--complete", "users,orders"], "--complete users,orders: no such feed;"),
        (["--complete", "truth_bundles"], "--complete truth_bundles: no such feed;"),
        ([*COMPLETE, "--complete", "orders"], "--complete orders: {folder} holds no"),
        (["--max-deleted-share", "30"], "argument --max-deleted-share: must be from"),
        (["--max-deleted-share", "-0.1"], "argument --max-deleted-share: must be from"),
        (["--max-deleted-share", "1/0"], "argument --max-deleted-share: must be from"),
        (["--max-deleted-share", "nan"], "argument --max-deleted-share: must be from"),
    ],
)
def test_wrong_options_are_refused_in_one_line(
    shop: Shop, arguments: list[str], message: str
) -> None:
    shop.deliver(users_csv=users(1))
    assert shop.land(*arguments) == 2
    assert shop.error.startswith("error: " + message.format(folder=shop.folder))
    assert shop.error.count("\n") == 1 and not shop.exists()


def test_a_first_complete_delivery_is_fine(shop: Shop) -> None:
    assert counts(shop, 1, 2) == "0 of the 0 known keys"


def test_a_file_may_delete_the_set_share_and_no_more(shop: Shop) -> None:
    raw(shop, [(n, 1) for n in range(10)])
    assert refusal(shop, users(*range(6))) == (
        "users.csv: lacks 4 of the 10 known keys of users, a share of 0.4 where 0.3 is"
        " allowed; if they are all gone, land it with --max-deleted-share 0.4"
    )
    assert shop.land(*COMPLETE, "--max-deleted-share", "0.4") == 0
    shop.deliver(users_csv=users(*range(4)))
    assert shop.land(*COMPLETE, "--max-deleted-share", "0.3") == 2  # 2 of the 6 left


def test_a_share_is_exact_and_the_one_it_suggests_is_enough(shop: Shop) -> None:
    raw(shop, [(n, 1) for n in range(100)])
    shop.deliver(users_csv=users(*range(71)))  # 0.29 * 100 is less than 29 in floats
    assert shop.land(*COMPLETE, "--max-deleted-share", "0.29") == 0
    raw(shop, [(n, 2) for n in range(3)])
    line = refusal(shop, users(0))
    assert line.endswith(
        "a share of 0.667 where 0.3 is allowed; if they are all gone,"
        " land it with --max-deleted-share 0.667"
    )
    assert shop.land(*COMPLETE, "--max-deleted-share", "0.667") == 0


def test_a_header_alone_would_delete_all(shop: Shop) -> None:
    raw(shop, [(1, 1), (2, 1)])
    assert "lacks 2 of the 2 known keys of users, a share of 1 " in refusal(
        shop, users()
    )
    assert shop.land(*COMPLETE, "--max-deleted-share", "1") == 0
    assert counts(shop, 1) == "0 of the 0 known keys"  # all are deleted by now
    shop.land_file(users_csv=users())  # not said to be complete: nothing new


def test_one_refused_feed_keeps_out_the_whole_delivery(shop: Shop) -> None:
    raw(shop, [(1, 1), (2, 1)])
    shop.deliver(orders_csv=ORDERS + ROW, users_csv=users(3))
    assert shop.land(*COMPLETE, "--complete", "orders") == 2
    assert shop.tables() == ["raw.raw_users"]


def test_keys_are_counted_once_without_blanks_around_them(shop: Shop) -> None:
    shop.land_file(users_csv=users("A", " A ", "B", "", " "))
    raw(shop, [("A", 1), ("no key: 1f", 1), ("B", 0)])
    words = counts(shop, " A", "", "C", "C")
    assert words == "1 of the 2 known keys (1 of its rows have no key)"


def test_deleted_keys_are_not_known_until_they_come_back(shop: Shop) -> None:
    history = [("kept", 1), ("gone", 1), ("gone", 2), ("back", 1), ("back", 3)]
    raw(shop, [*history, ("back", 4)], deleted=[2, 3])
    assert counts(shop) == "2 of the 2 known keys"


def test_a_raw_table_without_deletions_knows_all_its_keys(shop: Shop) -> None:
    raw(shop, [("A", 1), ("A", 2), ("B", 1)])
    shop.run(["alter table raw.raw_users drop column is_deleted"])
    assert counts(shop) == "2 of the 2 known keys"


def test_versions_of_before_there_were_deletions_are_known(shop: Shop) -> None:
    raw(shop, [("A", 1), ("B", 1)])
    shop.run(["update raw.raw_users set is_deleted = null"])
    assert counts(shop) == "2 of the 2 known keys"


def test_keys_that_wait_for_raw_are_known(shop: Shop) -> None:
    shop.land_file(users_csv=users("A", "B"))
    raw(shop, [("A", 1), ("B", 1)])
    shop.land_file(users_csv=users("B", "C"))
    shop.land_file(users_csv=users("D"))
    assert counts(shop, "A", "C") == "2 of the 4 known keys"


def test_a_complete_delivery_that_waits_replaces_what_was_before(shop: Shop) -> None:
    shop.land_file(users_csv=users("A", "B", "C", "D"))
    raw(shop, [(key, 1) for key in "ABCD"])
    shop.land_file(users_csv=users("E"))
    assert counts(shop, "A", "B") == "3 of the 5 known keys"
    shop.land_file(users_csv=users("F"))
    assert counts(shop, "A") == "2 of the 3 known keys"


def test_a_complete_delivery_that_raw_has_taken_waits_no_more(shop: Shop) -> None:
    shop.land_file(users_csv=users("A", "B"))
    assert counts(shop, "A") == "1 of the 2 known keys"
    raw(shop, [("A", 1), ("B", 1), ("B", 2), ("C", 3)], deleted=[2])
    assert counts(shop, "A") == "1 of the 2 known keys"


def test_other_feeds_do_not_matter(shop: Shop) -> None:
    shop.land_file(users_csv=users("A"), orders_csv=ORDERS + ROW)
    shop.deliver(orders_csv=ORDERS)
    assert shop.land("--complete", "orders", "--max-deleted-share", "1") == 0
    assert counts(shop, "A") == "0 of the 1 known keys"


def test_a_complete_file_may_have_no_broken_line(shop: Shop) -> None:
    """A broken line hides its key, and is where a file that was cut off ends."""
    text = users("A", "B")
    shop.land_file(users_csv=text)
    whole = refusal(shop, text + "C,,Zoe,5\nD,\n")
    assert whole == (
        "users.csv: 2 lines, the first of them line 4, have a wrong number of fields;"
        " a complete file may have none, since the rows they hold would be deleted;"
        " mend it or land users as partial"
    )
    assert "line 3, have a wrong" in refusal(
        shop, text.removesuffix(",Ann\n"), "--max-deleted-share", "1"
    )
    assert shop.land() == 0  # as partial


def test_a_complete_parquet_file_is_held_to_the_same(shop: Shop) -> None:
    raw(shop, [(n, 1) for n in range(4)])
    query = "select range as customer_id, '' as email, '' as name from range({})"
    for rows, code in ((2, 2), (3, 0)):
        relation = duckdb.connect().sql(query.format(rows))
        relation.write_parquet(str(shop.folder / "users.parquet"))
        assert shop.land(*COMPLETE) == code
    assert "users.parquet is complete: the next build deletes 1 of the 4" in shop.out


def test_nothing_is_purged_before_raw_has_taken_it(shop: Shop) -> None:
    """A complete delivery that changes nothing leaves no trace in raw."""
    shop.land_file(users_csv=users("A", "B"))
    raw(shop, [("A", 1), ("B", 1)])
    assert counts(shop, "A", "B") == "0 of the 2 known keys"
    assert counts(shop, "B") == "1 of the 2 known keys"
    assert shop.query(QUEUE) == [1, 2, 3]
    shop.land_file(users_csv=users("C"))
    assert shop.query(QUEUE) == [1, 2, 3, 4]
    raw(shop, [("A", 1), ("B", 1), ("A", 3)], deleted=[3])
    shop.land_file(users_csv=users("B"))
    assert shop.query(QUEUE) == [3, 4, 5]
    assert shop.query("select count(*) from landing.delivered_files") == [5]

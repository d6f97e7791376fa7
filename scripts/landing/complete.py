"""Hold a file that is said to hold all rows there are to what is known of its feed.

The keys such a file lacks are deleted by the next build. A file that was cut off on
its way lacks keys too, and must not empty a feed: so one with broken lines is refused,
and so is one that lacks more than a set share of the keys.
"""

import math
from fractions import Fraction

from clustr.console import ClustrError
from clustr.feeds import Feed
from landing.delivery import DeliveredFile
from landing.report import FileReport
from landing.tables import raw_table
from landing.warehouse import Warehouse, number

# A row's key without the blanks around it, as raw has it.
KEY = "nullif(trim({key}), '')"


def check_complete(
    warehouse: Warehouse,
    delivery_id: int,
    file: DeliveredFile,
    feed: Feed,
    taken: dict[str, int | None],
    report: FileReport,
    max_deleted_share: Fraction,
) -> str:
    """See that a complete file, landed in this transaction, deletes few keys.

    Parameters
    ----------
    delivery_id
        The delivery that the file is part of.
    taken
        The newest delivery in each raw table, None while there is none.
    report
        What became of the file's rows.
    max_deleted_share
        Largest share of the feed's known keys that it may lack, in [0, 1].

    Returns
    -------
    str
        One line that says how many known keys the file deletes.

    Raises
    ------
    ClustrError
        If the file has broken lines, or lacks more keys than allowed.
    """
    if report.rejected:
        # a broken line hides its key, and is where a file that was cut off ends
        first = number(
            warehouse,
            """select min(line_number) from landing.rejected_lines
            where delivery_id = ? and source_table = ?""",
            [delivery_id, feed.name],
        )
        raise ClustrError(
            f"{file.label}: {report.rejected:,} lines, the first of them line {first},"
            " have a wrong number of fields; a complete file may have none, since the"
            f" rows they hold would be deleted; mend it or land {feed.name} as partial"
        )
    known, lacking = _count_keys(warehouse, delivery_id, feed, taken)
    keyless = _count_keyless(warehouse, delivery_id, feed)
    hint = f" ({keyless:,} of its rows have no key)" if keyless else ""
    if lacking > known * max_deleted_share:
        # rounded up, so that the share it names is one that lets the file in
        share = math.ceil(Fraction(lacking * 1000, known)) / 1000
        raise ClustrError(
            f"{file.label}: lacks {lacking:,} of the {known:,} known keys of"
            f" {feed.name}{hint}, a share of {share:g} where"
            f" {float(max_deleted_share):g} is allowed; if they are all gone, land it"
            f" with --max-deleted-share {share:g}"
        )
    return (
        f"{file.label} is complete: the next build deletes {lacking:,} of the"
        f" {known:,} known keys{hint}"
    )


def _count_keys(
    warehouse: Warehouse,
    delivery_id: int,
    feed: Feed,
    taken: dict[str, int | None],
) -> tuple[int, int]:
    """Keys of a feed known before a delivery, and how many of them it lacks.

    Known are the keys that raw holds and has not deleted, and those of the deliveries
    that wait for it. Is one of those complete, it replaces all there was before it.
    """
    newest = taken.get(feed.name) or 0
    last_complete = number(
        warehouse,
        """select max(delivery_id) from landing.delivered_files
        where source_table = ? and is_complete
            and delivery_id > ? and delivery_id < ?""",
        [feed.name, newest, delivery_id],
    )
    first = newest + 1 if last_complete is None else last_complete
    known = f"""select {KEY} as record_key from {{landed}}
        where delivery_id between ? and ? and {KEY} is not null"""
    if last_complete is None and feed.name in taken:
        known += f" union all {_keys_in_raw(warehouse, feed)}"
    rows = warehouse.ask(
        f"""with known as (select distinct record_key from ({known}) as keys),

        delivered as (
            select distinct {KEY} as record_key from {{landed}} where delivery_id = ?
        )

        select count(*), count(*) - count(delivered.record_key)
        from known
        left join delivered on known.record_key = delivered.record_key""",
        [first, delivery_id - 1, delivery_id],
        key=feed.key,
        landed=("landing", feed.name),
        raw=raw_table(feed.name),
    )
    return int(rows[0][0]), int(rows[0][1])


def _keys_in_raw(warehouse: Warehouse, feed: Feed) -> str:
    """Query of the keys whose newest version in raw is not a deletion."""
    keys = "select record_key from {raw} where record_key not like 'no key: %'"
    if "is_deleted" not in warehouse.columns(raw_table(feed.name)):
        return keys
    return f"""{keys} group by record_key
        having max(batch_id)
        = max(batch_id) filter (where not coalesce(is_deleted, false))"""


def _count_keyless(warehouse: Warehouse, delivery_id: int, feed: Feed) -> int | None:
    """Rows of a delivery whose key is blank."""
    return number(
        warehouse,
        f"select count(*) from {{landed}} where delivery_id = ? and {KEY} is null",
        [delivery_id],
        key=feed.key,
        landed=("landing", feed.name),
    )

"""Which files a data set consists of: its feeds, clean and dirty, and the truth."""

import json
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from clustr.feeds import Feed
from generator.dirt import add_dirt
from generator.layouts import Batch
from generator.settings import Settings
from generator.totals import true_totals
from generator.world import World, build_world
from generator.writer import (
    Table,
    feed_table,
    frame_table,
    label_table,
    text_table,
)

# Kinds of dirt that are real business, and so count in the totals.
KEPT_KINDS = frozenset({"late", "orphaned", "drifted"})
FORMATS = ("csv", "parquet")


def truth_path(name: str) -> str:
    """Path of a truth table below the output folder."""
    return f"truth/{name}.csv"


def all_paths(feeds: Mapping[str, Feed], truth: Mapping[str, object]) -> set[str]:
    """Every path that any run of the generator may write."""
    paths = {f"{feed}.{form}" for feed in feeds for form in FORMATS}
    return paths | {truth_path(name) for name in truth}


def build_tables(
    settings: Settings,
    feeds: Mapping[str, Feed],
    truth: Mapping[str, tuple[str, ...]],
) -> Iterator[Table]:
    """Make the data set, table by table, in the order in which it is written."""
    world = build_world(settings)
    dirt = add_dirt(world)
    for name in settings.files:
        batches = [Batch(name, world.clean[name])]
        batches += [batch for batch in dirt if batch.feed == name]
        yield feed_table(
            name, feeds[name].columns, batches, settings.format, settings.seed
        )
    keys = {name: feed.key for name, feed in feeds.items()}
    yield label_table(truth_path("truth_dirt"), dirt, keys)
    yield from _answers(world, dirt, truth)


def _answers(
    world: World, dirt: list[Batch], truth: Mapping[str, Sequence[str]]
) -> Iterator[Table]:
    bundles, totals = bundle_rows(world), true_totals(_kept(world, dirt))
    columns = truth["truth_bundles"]
    yield text_table(truth_path("truth_bundles"), columns, bundles)
    yield text_table(truth_path("truth_totals"), truth["truth_totals"], totals)
    people = world.people
    customers = people.frame[["number"]].assign(
        is_dropped_out=people.is_dropped_out,
        last_day=people.last_day + world.days.first,
    )
    yield frame_table(truth_path("truth_customers"), "truth_customers", customers)
    if "bandits" in world.clean:
        arms = world.clean["bandits"]
        yield frame_table(truth_path("truth_arms"), "truth_arms", arms)
    else:
        yield text_table(truth_path("truth_arms"), truth["truth_arms"], [])


def bundle_rows(world: World) -> list[tuple[str, str, str, str]]:
    """Rows of truth_bundles: every planted group."""
    return [
        (
            group.name,
            group.kind,
            json.dumps([f"SKU-{product + 1:05d}" for product in group.products]),
            f"{group.per_thousand / 1000:.3f}" if group.per_thousand else "",
        )
        for group in world.groups
    ]


def _kept(world: World, dirt: list[Batch]) -> dict[str, list[pd.DataFrame]]:
    kept = {name: [frame] for name, frame in world.clean.items()}
    for batch in dirt:
        if batch.kind in KEPT_KINDS:
            kept[batch.feed].append(batch.frame)
    return kept

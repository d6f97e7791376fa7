"""The clean shop: every table that a preset has, before any dirt is added."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from generator.catalog import Catalog, build_catalog
from generator.days import Days, build_days
from generator.deals import build_deals
from generator.groups import Group, plant_groups
from generator.people import People, build_people
from generator.pools import build_pools
from generator.settings import Settings
from generator.till import build_till
from generator.web import build_web


@dataclass(frozen=True)
class World:
    """What was made up: the clean tables by feed, and what they were made from.

    `catalog` is None in a shop without products.
    """

    settings: Settings
    days: Days
    people: People
    catalog: Catalog | None
    groups: list[Group]
    clean: Mapping[str, pd.DataFrame]


def build_world(settings: Settings) -> World:
    """Make the clean tables of the settings' files."""
    days, pools = build_days(settings.start, settings.days), build_pools()
    people = build_people(settings, days, pools)
    clean, catalog, groups = {"customers": people.frame}, None, []
    if "products" in settings.files:
        catalog = build_catalog(settings, days, pools)
        groups = plant_groups(settings, catalog)
        clean["products"] = catalog.frame
        if "orders" in settings.files:
            web = build_web(settings, days, people, catalog, groups)
            clean |= vars(web)
        if "transactions" in settings.files:
            till = build_till(settings, days, people, catalog, groups)
            clean |= vars(till)
    if "users" in settings.files:
        deals = build_deals(settings, days, people, groups)
        clean |= {
            "users": deals.users,
            "projects": deals.projects,
            "bandits": deals.arms,
            "bandit_transactions": deals.showings,
        }
    return World(settings, days, people, catalog, groups, clean)

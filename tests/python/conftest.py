"""Warehouses that several test files ask; each is built once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shop import FEEDS, Shop
from state import WatchedShop
from test_deliveries import DAY_ONE
from with_postgres import running_server


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The demo, built from its seeds; not to be changed, so copy its file first."""
    shop = Shop(tmp_path_factory.mktemp("demo_shop"))
    left_out = ("--exclude-resource-types", "test", "unit_test")
    result = shop.dbt("build", *left_out)
    assert result.returncode == 0, result.stdout
    return shop


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop whose feeds are all empty, built; not to be changed."""
    shop = Shop(tmp_path_factory.mktemp("empty_shop"))
    shop.land(shop.delivery(**dict.fromkeys(FEEDS, "")))
    shop.build()
    return shop


@pytest.fixture(scope="session")
def watched_shop(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[WatchedShop, Path]:
    """A shop to be changed, and its warehouse after DAY_ONE, to go back to."""
    shop = WatchedShop(tmp_path_factory.mktemp("watched_shop"))
    shop.deliver(**DAY_ONE)
    shop.build()
    return shop, shop.keep()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[dict[str, str]]:
    """A throwaway server, as the variables that lead to it; has no warehouse."""
    with running_server() as variables:
        yield variables

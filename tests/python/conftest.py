"""Warehouses that several test files ask; each is built once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from postgres_shop import PostgresShop, server_of_tests
from shop import FEEDS, Shop
from state import WatchedShop
from test_deliveries import DAY_ONE
from watched_postgres_shop import WatchedPostgresShop


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The demo, built from its seeds; not to be changed, so copy its file first."""
    shop = Shop(tmp_path_factory.mktemp("demo_shop"))
    shop.writes_json = True
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


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Shop:
    """A shop without a warehouse yet, once on each engine."""
    folder = tmp_path_factory.mktemp("new_shop")
    if request.param == "postgres":
        return PostgresShop(folder, request.getfixturevalue("postgres_server"))
    return Shop(folder)


@pytest.fixture(scope="session")
def watched_shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[WatchedShop, Path]]:
    """A shop to be changed, and its warehouse after DAY_ONE, to go back to.

    On DuckDB, or on PostgreSQL with CLUSTR_TEST_TARGET=postgres.
    """
    folder = tmp_path_factory.mktemp("watched_shop")
    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("CLUSTR_TEST_TARGET") == "postgres":
            server = request.getfixturevalue("postgres_server")
            for name, value in server.items():
                patch.setenv(name, value)
            shop: WatchedShop = WatchedPostgresShop(folder, server)
        else:
            shop = WatchedShop(folder)
        shop.deliver(**DAY_ONE)
        shop.build()
        yield shop, shop.keep()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[dict[str, str]]:
    """A server to make databases on, as the variables that lead to it."""
    with server_of_tests() as variables:
        yield variables

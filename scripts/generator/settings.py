"""The knobs of the generator, the presets, and what values they may take."""

from dataclasses import dataclass
from datetime import date, timedelta

from clustr.console import ClustrError

DEFAULT_START = date(2025, 1, 1)
EARLIEST_START, LATEST_END = date(1990, 1, 1), date(2100, 12, 31)
MAX_DIRT = 0.5
MAX_SEED = 2**63 - 1
# Late rows need a day 40 days before their neighbours, and days to choose from.
MIN_DIRTY_DAYS = 45
MIN_DIRTY_ORDERS = 20
SHOWINGS_PER_CUSTOMER = 5
SHOWINGS_PER_EXPERIMENT = 3_000
LINES_PER_ORDER = 2.6

TILL_FILES = ("timeframe", "transactions", "sales")
WEB_FILES = ("orders", "order_lines", "payments", "refunds")
DEALS_FILES = ("users", "projects", "bandits", "bandit_transactions")


@dataclass(frozen=True)
class Preset:
    """Shape of a data set before any knob is turned."""

    files: tuple[str, ...]
    customers: int
    products: int
    orders: int
    days: int
    dirt: float = 0.0
    lines_per_order: float = LINES_PER_ORDER
    is_plain: bool = False
    experiments: int = 0


PRESETS = {
    "enterprise": Preset(
        files=("customers", "products", *WEB_FILES),
        customers=500,
        products=100,
        orders=1_000,
        days=60,
        lines_per_order=3.064,
        is_plain=True,
    ),
    "clustr": Preset(("customers", "products", *TILL_FILES), 500, 100, 1_000, 180),
    "hotdeals": Preset(("customers", *DEALS_FILES), 800, 0, 0, 60),
    "experiments": Preset(
        ("customers", *DEALS_FILES), 20_000, 0, 0, 60, experiments=200
    ),
    "demo": Preset(
        files=("customers", "products", *TILL_FILES, *WEB_FILES, *DEALS_FILES),
        customers=800,
        products=120,
        orders=1_000,
        days=180,
        dirt=0.01,
    ),
}


@dataclass(frozen=True)
class Knobs:
    """What the user asked for; None where the preset decides."""

    preset: str = "demo"
    seed: int = 42
    customers: int | None = None
    products: int | None = None
    orders: int | None = None
    days: int | None = None
    start_date: date = DEFAULT_START
    dirt: float | None = None
    format: str | None = None
    scale: int | None = None


@dataclass(frozen=True)
class Settings:
    """Every decision made: what the data are a function of.

    `orders` counts the orders of each sales feed; `web_lines` and `till_lines` are
    exact. `is_plain` means one payment per order and no guests. `experiments` is the
    number of deal experiments, 0 for the demo's four.
    """

    preset: str
    seed: int
    files: tuple[str, ...]
    customers: int
    products: int
    orders: int
    web_lines: int
    till_lines: int
    days: int
    start: date
    dirt: float
    format: str
    is_plain: bool
    experiments: int

    @property
    def showings(self) -> int:
        """Number of deals shown in the app."""
        if self.experiments:
            return SHOWINGS_PER_EXPERIMENT * self.experiments
        return SHOWINGS_PER_CUSTOMER * self.customers


LIMITS = {
    "seed": (0, MAX_SEED),
    "customers": (1, 10_000_000),
    "products": (40, 100_000),
    "orders": (1, 20_000_000),
    "days": (2, 3_650),
    "scale": (1_000, 50_000_000),
    "dirt": (0.0, MAX_DIRT),
}


def settle(knobs: Knobs) -> Settings:
    """Fill the knobs left alone from the preset and check all of them.

    Raises
    ------
    ClustrError
        If a value is out of range or does not go with another; names both.
    """
    _check_ranges(knobs)
    _check_company(knobs)
    shape = PRESETS[knobs.preset]
    customers, products, orders = _counts(knobs, shape)
    lines = knobs.scale or 2 * round(orders * shape.lines_per_order)
    settings = Settings(
        preset=knobs.preset,
        seed=knobs.seed,
        files=shape.files,
        customers=customers,
        products=products,
        orders=orders,
        web_lines=lines // 2,
        till_lines=lines - lines // 2,
        days=shape.days if knobs.days is None else knobs.days,
        start=knobs.start_date,
        dirt=_dirt(knobs, shape),
        format=knobs.format or ("parquet" if knobs.scale else "csv"),
        is_plain=shape.is_plain,
        experiments=shape.experiments,
    )
    _check_window(settings)
    return settings


def _check_ranges(knobs: Knobs) -> None:
    for name, (low, high) in LIMITS.items():
        value = getattr(knobs, name)
        # Written this way round so that nan is refused too.
        if value is not None and not low <= value <= high:
            raise ClustrError(f"--{name} {value}: must be from {low} to {high}")


def _check_company(knobs: Knobs) -> None:
    if knobs.scale is not None and knobs.preset != "demo":
        raise ClustrError(
            f"--scale {knobs.scale}: goes with --preset demo only, "
            f"not with --preset {knobs.preset}"
        )
    if knobs.scale is not None and knobs.orders is not None:
        raise ClustrError(
            f"--orders {knobs.orders}: cannot be combined with --scale {knobs.scale}, "
            "which decides the number of orders"
        )
    if "products" in PRESETS[knobs.preset].files:
        return
    for name in ("products", "orders"):
        value = getattr(knobs, name)
        if value is not None:
            raise ClustrError(f"--{name} {value}: preset {knobs.preset} has no {name}")


def _counts(knobs: Knobs, shape: Preset) -> tuple[int, int, int]:
    customers, products, orders = shape.customers, shape.products, shape.orders
    if knobs.scale is not None:
        # People and products grow more slowly than sales, as they do in real shops.
        growth = knobs.scale / (2 * shape.orders * shape.lines_per_order)
        customers = max(1, round(shape.customers * growth**0.8))
        products = max(shape.products, round(shape.products * growth**0.45))
        orders = max(1, round(knobs.scale / (2 * shape.lines_per_order)))
    return (
        customers if knobs.customers is None else knobs.customers,
        products if knobs.products is None else knobs.products,
        orders if knobs.orders is None else knobs.orders,
    )


def _dirt(knobs: Knobs, shape: Preset) -> float:
    if knobs.dirt is not None:
        return knobs.dirt
    return 0.0 if knobs.scale else shape.dirt


def _check_window(settings: Settings) -> None:
    end = settings.start + timedelta(days=settings.days - 1)
    if settings.start < EARLIEST_START or end > LATEST_END:
        raise ClustrError(
            f"--start-date {settings.start}: days {settings.start} to {end} must lie "
            f"between {EARLIEST_START} and {LATEST_END}"
        )
    if not settings.dirt or not settings.orders:
        return
    if settings.days < MIN_DIRTY_DAYS:
        raise ClustrError(
            f"--days {settings.days}: dirt needs at least {MIN_DIRTY_DAYS} days, for "
            "its late rows; use --dirt 0"
        )
    if settings.orders < MIN_DIRTY_ORDERS:
        raise ClustrError(
            f"--orders {settings.orders}: dirt needs at least {MIN_DIRTY_ORDERS} "
            "orders, to have a cancelled one among them; use --dirt 0"
        )

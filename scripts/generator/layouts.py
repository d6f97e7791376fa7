"""How each table's numbers become text: one SQL expression per column of a feed.

Rows are held as integers and positions in pools; DuckDB writes them out as text, so
that no row is ever a Python object.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from clustr.sql import literal
from generator.catalog import PRODUCT_STATUSES
from generator.deals import ARM_NAMES, PROJECTS
from generator.people import GENDERS, INCOME_LEVELS, PREFERENCES, SEGMENTS
from generator.till import PAYMENT_TYPES
from generator.web import (
    PAYMENT_METHODS,
    PAYMENT_STATUSES,
    REASONS,
    STATUSES,
    WEB_CHANNELS,
)

MAIL_HOSTS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True)
class Batch:
    """Rows of one feed that are written alike.

    `overrides` replaces columns by SQL, in which `{value}` stands for what the column
    would have held. Clean rows have no `kind`; `is_last` rows go to the file's end.
    """

    feed: str
    frame: pd.DataFrame
    overrides: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    rule: str = ""
    detail: str = ""
    is_last: bool = False

    def expression(self, column: str) -> str:
        """Return the SQL of one column, its override applied."""
        value = LAYOUTS[self.feed][column]
        return self.overrides.get(column, "{value}").replace("{value}", value)


def _key(prefix: str, digits: int, column: str = "number") -> str:
    return f"printf('{prefix}%0{digits}d', {column})"


def _pick(column: str, texts: Sequence[str]) -> str:
    """Text at a position counted from 0; NULL at -1."""
    cases = " ".join(f"when {n} then {literal(text)}" for n, text in enumerate(texts))
    return f"case {column} {cases} end"


def _named(column: str, names: Sequence[str], kind: str) -> str:
    """Name of a number counted from 1; the kind and the number beyond the names."""
    return f"coalesce({_pick(f'{column} - 1', names)}, '{kind} ' || {column})"


def _text(column: str) -> str:
    return f"cast({column} as varchar)"


def _money(column: str) -> str:
    return f"cast({column} * cast(0.01 as decimal(3, 2)) as varchar)"


def _second(column: str) -> str:
    return f"cast(make_timestamp(cast({column} as bigint) * 1000000) as varchar)"


def _date(column: str) -> str:
    return f"cast(date '1970-01-01' + cast({column} as integer) as varchar)"


def _time_id(column: str) -> str:
    return f"replace({_date(column)}, '-', '')"


def _offered(expression: str) -> str:
    return f"case when rule_to >= 0 then {expression} end"


CUSTOMER = _key("C", 6)
GUEST_OR_CUSTOMER = f"case when customer > 0 then {_key('C', 6, 'customer')} end"
PROJECT = _key("D", 2, "project")
ARM = "printf('D%02d-%s', project, chr(cast(64 + arm as integer)))"
EMAIL = "first_slug || '.' || last_slug || number || '@' || " + _pick(
    "number % 3", MAIL_HOSTS
)
OFFERED_RULE = " || ' => ' || ".join(
    f"""'["' || {_key("SKU-", 5, f"{side} + 1")} || '"]'"""
    for side in ("rule_from", "rule_to")
)
PHONE = (
    "case when phone >= 0 then printf('+1-%03d-555-%04d', phone // 10000, "
    "phone % 10000) end"
)

LAYOUTS: dict[str, dict[str, str]] = {
    "customers": {
        "customer_id": CUSTOMER,
        "first_name": _text("first_name"),
        "last_name": _text("last_name"),
        "gender": _pick("gender", GENDERS),
        "age": _text("age"),
        "dob": _date("birth"),
        "email": EMAIL,
        "phone": PHONE,
        "city": _text("city"),
        "state": _text("state"),
        "country": _text("country"),
        "income_level": _pick("income", INCOME_LEVELS),
        "shopping_preference": _pick("preference", PREFERENCES),
        "customer_segment": _pick("segment", SEGMENTS),
        "updated_at": _second("updated"),
    },
    "products": {
        "product_sku": _key("SKU-", 5),
        "product_name": (
            "cast(noun as varchar) || cast(variant as varchar)"
            " || case when series > 1 then ' series ' || series else '' end"
        ),
        "category": _text("category"),
        "sub_category": _text("sub_category"),
        "brand": _text("brand"),
        "price": _money("price"),
        "status": _pick("status", PRODUCT_STATUSES),
        "updated_at": _second("updated"),
    },
    "timeframe": {
        "time_id": _time_id("day"),
        "date": _date("day"),
        "day": f"cast(cast({_date('day')}[9:10] as integer) as varchar)",
        "month": f"cast(cast({_date('day')}[6:7] as integer) as varchar)",
        "year": f"{_date('day')}[1:4]",
    },
    "transactions": {
        "transaction_id": _key("T", 7),
        "customer_id": GUEST_OR_CUSTOMER,
        "time_id": _time_id("day"),
        "transaction_amount": _money("amount"),
        "channel": "'STORE'",
        "payment_type": _pick("payment", PAYMENT_TYPES),
    },
    "sales": {
        "sale_id": _key("S", 8),
        "transaction_id": _key("T", 7, "transaction_number"),
        "product_sku": _key("SKU-", 5, "product + 1"),
        "quantity": _text("quantity"),
        "unit_price": _money("price"),
        "line_total": _money("total"),
    },
    "orders": {
        "order_id": _key("O", 7),
        "customer_id": GUEST_OR_CUSTOMER,
        "order_date": _second("ts"),
        "channel": _pick("channel", WEB_CHANNELS),
        "total_amount": _money("total"),
        "status": _pick("status", STATUSES),
        "updated_at": _second("updated"),
    },
    "order_lines": {
        "order_line_id": _key("L", 8),
        "order_id": _key("O", 7, "order_number"),
        "product_sku": _key("SKU-", 5, "product + 1"),
        "quantity": _text("quantity"),
        "unit_price": _money("price"),
        "discount_amount": _money("discount"),
    },
    "payments": {
        "payment_id": _key("P", 7),
        "order_id": _key("O", 7, "order_number"),
        "payment_date": _second("ts"),
        "payment_method": _pick("method", PAYMENT_METHODS),
        "payment_status": _pick("status", PAYMENT_STATUSES),
        "payment_amount": _money("amount"),
    },
    "refunds": {
        "refund_id": _key("R", 7),
        "order_line_id": _key("L", 8, "line_number"),
        "refund_date": _second("ts"),
        "quantity": _text("quantity"),
        "refund_amount": _money("amount"),
        "reason": _pick("reason", REASONS),
    },
    "users": {
        "customer_id": CUSTOMER,
        "email": EMAIL,
        "name": "cast(first_name as varchar) || ' ' || cast(last_name as varchar)",
    },
    "projects": {
        "project_id": _key("D", 2),
        "project_name": _named("number", [name for name, _, _ in PROJECTS], "Deal"),
        "project_description": _pick("number - 1", [text for _, text, _ in PROJECTS]),
        "number_of_bandits": _text("arms"),
    },
    "bandits": {
        "bandit_id": ARM,
        "project_id": PROJECT,
        "bandit_name": _named("arm", ARM_NAMES, "Variant"),
        "alpha": _text("prior_alpha + wins"),
        "beta": _text("prior_beta + shown - wins"),
        "n": _text("shown"),
        "number_of_success": _text("wins"),
        "number_of_failures": _text("shown - wins"),
        "prior_alpha": _text("prior_alpha"),
        "prior_beta": _text("prior_beta"),
        "product_sku": _offered(_key("SKU-", 5, "rule_to + 1")),
        "rule_id": _offered(f"md5({OFFERED_RULE})"),
        "retired_at": "null",
    },
    "bandit_transactions": {
        "transaction_id": _key("I", 7),
        "customer_id": _key("C", 6, "customer"),
        "project_id": PROJECT,
        "bandit_id": ARM,
        "timestamp": _second("ts"),
        "clicked": _text("clicked"),
        "propensity": "cast(propensity * cast(0.0001 as decimal(5, 4)) as varchar)",
        "position": _text("position"),
    },
    "truth_arms": {
        "bandit_id": ARM,
        "project_id": PROJECT,
        "click_rate": (
            "case when rate % 1000 = 0"
            " then cast(rate // 1000 * cast(0.001 as decimal(4, 3)) as varchar)"
            " else cast(rate * cast(0.000001 as decimal(7, 6)) as varchar) end"
        ),
        "is_best": _text("is_best"),
    },
    "truth_customers": {
        "customer_id": CUSTOMER,
        "is_dropped_out": _text("is_dropped_out"),
        "dropped_out_on": f"case when is_dropped_out then {_date('last_day')} end",
    },
}

"""Pools of a few hundred names and places; rows only ever hold positions in them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from faker import Faker

from generator.streams import Ints

LOCALES = {
    "en_US": ("state", "United States"),
    "de_DE": ("state", "Germany"),
    "fr_FR": ("region", "France"),
    "es_ES": ("region", "Spain"),
    "pl_PL": ("region", "Poland"),
}
NAMES_PER_LOCALE, PLACES_PER_LOCALE, BRANDS = 36, 24, 28

# Spellings that break careless parsers.
HARD_FIRST_NAMES = ('Robert "Bob"', "Zoë", "Jean-Luc", "Ana María", "Łucja")
HARD_LAST_NAMES = ("O'Brien", "Smith, Jr.", "van der Berg", "Ångström", 'Lee "K." Park')
HARD_PLACES = (
    ("Washington, D.C.", "District of Columbia", "United States"),
    ("Saint-Rémy-lès-Chevreuse", "Île-de-France", "France"),
)


@dataclass(frozen=True)
class Pools:
    """The pools; `women` first names come before `men` in `first_names`."""

    first_names: tuple[str, ...]
    women: int
    last_names: tuple[str, ...]
    places: tuple[tuple[str, str, str], ...]
    brands: tuple[str, ...]


@cache
def build_pools() -> Pools:
    """Fill the pools from Faker; the same for every seed of the generator."""
    women, men, last_names = [], [], list(HARD_LAST_NAMES)
    places, brands = list(HARD_PLACES), []
    for locale, (region, country) in LOCALES.items():
        faker = Faker(locale)
        faker.seed_instance(20_250_101)
        for _ in range(NAMES_PER_LOCALE):
            women.append(faker.first_name_female())
            men.append(faker.first_name_male())
            last_names.append(faker.last_name())
        places += [
            (faker.city(), str(getattr(faker, region)()), country)
            for _ in range(PLACES_PER_LOCALE)
        ]
        if locale == "en_US":
            brands = [faker.company() for _ in range(BRANDS)]
    first_names = (*women, *men, *HARD_FIRST_NAMES)
    return Pools(
        first_names=first_names,
        women=len(women),
        last_names=tuple(last_names),
        places=tuple(places),
        brands=tuple(brands),
    )


def slug(name: str) -> str:
    """Reduce a name to lower-case ASCII letters, as mail addresses have them."""
    plain = name.replace("ł", "l").replace("Ł", "L").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub("[^a-z]", "", plain.lower())


def text_column(pool: Sequence[str], codes: Ints) -> "pd.Categorical[str]":
    """Column of texts held as positions in the pool; -1 is NULL."""
    texts, places = np.unique(np.array(pool, dtype=np.str_), return_inverse=True)
    known = np.where(codes < 0, -1, places[codes]).astype(np.int64)
    return pd.Categorical.from_codes(known, categories=pd.Index(texts.tolist()))

"""Dirt: how much of each kind is added, and who makes it."""

from generator.dirt_orders import ORDER_RECIPES
from generator.dirt_rows import ROW_RECIPES
from generator.layouts import Batch
from generator.maker import Maker, Recipe
from generator.world import World


def add_dirt(world: World) -> list[Batch]:
    """Make the dirty rows; the clean ones stay as they are.

    Returns
    -------
    list of Batch
        Labelled rows, about `settings.dirt` times as many as there are clean rows;
        none when the rate is 0.
    """
    rows = sum(len(frame) for frame in world.clean.values())
    maker, batches = Maker(world), []
    recipes = [r for r in _one_of_each_first() if _can_be_made(r, world)]
    counts = _share_out(recipes, round(rows * world.settings.dirt))
    for recipe, count in zip(recipes, counts, strict=True):
        if count:
            batches += recipe.make(maker.named(recipe.name), count)
    return [batch for batch in batches if len(batch.frame)]


def _one_of_each_first() -> list[Recipe]:
    """All recipes, the first of every kind before the rest, for small budgets."""
    recipes = [*ORDER_RECIPES, *ROW_RECIPES]
    firsts = {recipe.kind: recipe for recipe in reversed(recipes)}
    first_names = {recipe.name for recipe in firsts.values()}
    return sorted(recipes, key=lambda recipe: recipe.name not in first_names)


def _can_be_made(recipe: Recipe, world: World) -> bool:
    return all(len(world.clean.get(feed, ())) > 0 for feed in recipe.feeds)


def _share_out(recipes: list[Recipe], budget: int) -> list[int]:
    """How often to follow each recipe so that about `budget` rows come out."""
    rounds, left = divmod(budget, sum(recipe.rows for recipe in recipes))
    counts = []
    for recipe in recipes:
        extra = recipe.rows <= left
        left -= recipe.rows * extra
        counts.append(rounds + extra)
    return counts

"""Draw how a deal experiment went: click rates and chances to be the best, by day.

    python scripts/plot_experiment.py D02 --out d02.png
    python scripts/plot_experiment.py D02 --out d02.png --target postgres

Reads gold.bandit_daily and changes nothing. Exit code 0: drawn; 2: could not.
"""

import argparse
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from clustr.console import EXIT_OK, ClustrError, fail
from clustr.contents import Ask, require_tables
from clustr.targets import add_target_argument, opened
from simulating.chart import COLOURS, FAINT, INK, LABEL_GAP, spread

TABLE = "gold.bandit_daily"
# Height of the chart of click rates, in highest ends of the last day's intervals.
FIRST_DAYS = 2.5
COLUMNS = ("bandit_id", "date", "mean", "ci_low", "ci_high", "prob_best")


def read_days(ask: Ask, project_id: str) -> pd.DataFrame:
    """Days of an experiment's arms, in order; columns as COLUMNS.

    Raises
    ------
    ClustrError
        If the project is not there or was never shown.
    """
    # compared here, because a value cannot be bound and an id may hold anything
    sql = f"""select project_id, {", ".join(f'"{c}"' for c in COLUMNS)} from {TABLE}"""
    rows = [row[1:] for row in ask(sql) if row[0] == project_id]
    if not rows:
        raise ClustrError(f"{TABLE}: there is no day of a project {project_id!r}")
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["bandit_id", "date"])


def experiment_chart(days: pd.DataFrame, project_id: str) -> bytes:
    """Two charts over days, as PNG of 1440 by 1440 dots.

    Above the posterior mean of each arm's click rate with its 95 % interval, below the
    chance to be the best. Arms beyond the sixth have the first ones' colours.
    """
    figure = Figure(figsize=(9.0, 9.0), dpi=160)
    FigureCanvasAgg(figure)
    figure.text(0.09, 0.975, f"Experiment {project_id}", size=14, color=INK, va="top")
    rates = figure.add_axes((0.09, 0.53, 0.74, 0.39))
    chances = figure.add_axes((0.09, 0.07, 0.74, 0.37))
    arms = [arm for _, arm in days.groupby("bandit_id", sort=True)]
    for colour, arm in zip(colours(len(arms)), arms, strict=True):
        dates = pd.to_datetime(arm["date"])
        rates.plot(dates, arm["mean"], color=colour, linewidth=2)
        rates.fill_between(
            dates, arm["ci_low"], arm["ci_high"], color=colour, alpha=0.14, linewidth=0
        )
        chances.plot(dates, arm["prob_best"], color=colour, linewidth=2)
    dress(rates, "Click rate, with its 95 % interval")
    dress(chances, "Chance to be the best")
    chances.set_ylim(0, 1)
    # the first days' intervals are as wide as what can be
    highest = max(float(arm["ci_high"].iloc[-1]) for arm in arms)
    rates.set_ylim(0, min(1.0, FIRST_DAYS * highest))
    label(rates, arms, "mean")
    label(chances, arms, "prob_best")
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def colours(count: int) -> list[str]:
    """One colour per arm."""
    return [COLOURS[place % len(COLOURS)] for place in range(count)]


def dress(axes: Axes, title: str) -> None:
    """Give a chart its title, its percentages and its grid."""
    axes.set_title(title, loc="left", size=11, color=INK)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.margins(x=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)


def label(axes: Axes, arms: Sequence[pd.DataFrame], column: str) -> None:
    """Name each line at its end; one that has no value there, by its last one."""
    low, high = axes.get_ylim()
    known = [arm[column].dropna() for arm in arms]
    ends = [float(values.iloc[-1]) if len(values) else 0.0 for values in known]
    heights = spread([(end - low) / (high - low) for end in ends], LABEL_GAP)
    for colour, arm, end, height in zip(
        colours(len(arms)), arms, ends, heights, strict=True
    ):
        axes.annotate(
            f"{arm['bandit_id'].iloc[0]}  {end:.1%}",
            (1.0, height),
            xycoords="axes fraction",
            xytext=(8, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            size=10,
            weight="bold",
            annotation_clip=False,
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Write the chart; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="plot_experiment.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument("project", metavar="PROJECT", help="id of the experiment")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    add_target_argument(parser)
    arguments = parser.parse_args(argv)
    try:
        with opened(arguments.target, read_only=True) as warehouse:
            require_tables(warehouse.ask, warehouse.name, [TABLE])
            days = read_days(warehouse.ask, arguments.project)
        arguments.out.write_bytes(experiment_chart(days, arguments.project))
    except (ClustrError, OSError) as error:
        return fail(error)
    print(f"wrote {arguments.out}")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

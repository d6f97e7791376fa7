"""Draw the regret of policies: a line for the mean, a band for the runs."""

import textwrap
from collections.abc import Sequence
from io import BytesIO

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

# Okabe and Ito, "Color Universal Design", 2008: told apart by the colour-blind, too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
INK, FAINT = "#222222", "#DDDDDD"
WIDTH, HEIGHT, DOTS, LEFT = 9.0, 5.4, 160, 0.09
HEADING_LETTERS = 110
# Least distance of two labels, in shares of the axis' height.
LABEL_GAP = 0.055


def regret_chart(curves: Sequence[pd.DataFrame], heading: str) -> bytes:
    """Chart of regret by showing, as PNG.

    Parameters
    ----------
    curves
        One per policy, at least one, each as `simulating.regret.curve` gives it.
    heading
        What was simulated; stands below the title, broken where it is long.

    Returns
    -------
    bytes
        1440 by 864 dots. Policies beyond the sixth have the first ones' colours.
    """
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((LEFT, 0.12, 0.66, 0.72))
    for i, curve in enumerate(curves):
        colour = COLOURS[i % len(COLOURS)]
        axes.fill_between(
            curve["showing"].to_numpy(),
            curve["regret_low"].to_numpy(),
            curve["regret_high"].to_numpy(),
            color=colour,
            alpha=0.16,
            linewidth=0,
        )
        axes.plot(
            curve["showing"].to_numpy(),
            curve["regret_mean"].to_numpy(),
            color=colour,
            linewidth=2,
        )
    _dress(axes)
    _label(axes, curves)
    title = "Clicks lost by not showing the best arm"
    figure.text(LEFT, 0.97, title, size=14, color=INK, va="top")
    below = textwrap.fill(heading, HEADING_LETTERS)
    figure.text(LEFT, 0.91, below, size=9.5, color=INK, va="top")
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def _dress(axes: Axes) -> None:
    axes.set_xlabel("Showings", color=INK)
    axes.set_ylabel("Cumulative regret (expected clicks)", color=INK)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.margins(x=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,g}"))


def _label(axes: Axes, curves: Sequence[pd.DataFrame]) -> None:
    """Name each line at its end, moved apart where lines end close together."""
    last = [curve.iloc[-1] for curve in curves]
    axes.set_xlim(right=max(float(row["showing"]) for row in last))
    top = axes.get_ylim()[1]
    wanted = [float(row["regret_mean"]) / top for row in last]
    for i, height in enumerate(spread(wanted, LABEL_GAP)):
        axes.annotate(
            f"{last[i]['policy']}  {last[i]['regret_mean']:,.0f}",
            (1.0, height),
            xycoords="axes fraction",
            xytext=(8, 0),
            textcoords="offset points",
            color=COLOURS[i % len(COLOURS)],
            va="center",
            size=10,
            weight="bold",
            annotation_clip=False,
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Heights moved up, in their order, until each is `gap` above the one below."""
    placed = [0.0] * len(heights)
    floor = 0.0
    for i in sorted(range(len(heights)), key=lambda i: heights[i]):
        placed[i] = max(heights[i], floor)
        floor = placed[i] + gap
    return placed

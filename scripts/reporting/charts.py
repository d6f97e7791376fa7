"""Charts of the page, as SVG within it."""

from collections.abc import Sequence
from io import StringIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from reporting.figures import Build, Reject
from simulating.chart import COLOURS, FAINT, INK

STATUS_COLOURS = {"SUCCESS": COLOURS[0], "FAILED": COLOURS[1], "STARTED": "#999999"}
WIDTH = 8.0
BAR = 0.34


def builds_chart(builds: Sequence[Build]) -> str:
    """Seconds of each build, coloured by how it ended; empty without any."""
    if not builds:
        return ""
    figure = Figure(figsize=(WIDTH, 2.6))
    axes = figure.add_axes((0.08, 0.2, 0.9, 0.74))
    axes.bar(
        [str(build.number) for build in builds],
        [build.seconds or 0.0 for build in builds],
        color=[STATUS_COLOURS[build.status] for build in builds],
        width=min(0.8, 0.06 * len(builds)),
    )
    axes.set_xlabel("build")
    axes.set_ylabel("seconds")
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    return as_svg(figure, axes)


def rejects_chart(rejects: Sequence[Reject]) -> str:
    """Refused rows by rule, most on top; empty without any."""
    per_rule: dict[str, int] = {}
    for reject in rejects:
        per_rule[reject.rule] = per_rule.get(reject.rule, 0) + reject.rows
    if not per_rule:
        return ""
    ordered = sorted(per_rule.items(), key=lambda item: (item[1], item[0]))
    height = 0.7 + BAR * len(ordered)
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.3, 0.5 / height, 0.66, 1 - 0.6 / height))
    bars = axes.barh(
        [rule.replace("_", " ") for rule, _ in ordered],
        [rows for _, rows in ordered],
        color=COLOURS[0],
    )
    axes.bar_label(bars, fmt="{:,.0f}", padding=4, color=INK)
    axes.set_xlabel("rows")
    axes.margins(x=0.1, y=0.02)
    return as_svg(figure, axes)


def as_svg(figure: Figure, axes: Axes) -> str:
    """The drawn figure as an element that is as wide as its place."""
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    FigureCanvasSVG(figure)
    file = StringIO()
    # texts stay texts, so that they can be selected and read aloud
    with mpl.rc_context({"svg.fonttype": "none"}):
        figure.savefig(file, format="svg", transparent=True)
    svg = file.getvalue()
    return svg[svg.index("<svg") :]

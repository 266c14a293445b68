"""The plots of the page, as SVG that is readable on a white and on a dark page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.tables import duration
from benchmarks.timelines import STABILIZATION_TIMES
from benchmarks.waiting import Row

# Of the palette that Okabe and Ito made for every kind of eyes, those that stand out from white and from black.
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#8C8C8C")
MARKS = ("o", "s", "^", "D", "v")
INK = "#808080"
# No date and no random ids: the same numbers make the same file.
SETTINGS = {
    "svg.hashsalt": "benchmarks",
    "svg.fonttype": "path",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
SHOWN_TIMES = (1, 5, 20, 60, 300, 900, 2700)


def plot(rows: list[Row], value: Callable[[Row], float], label: str, levels: dict[float, str], file: Path) -> None:
    """One line for each of those who wait.

    Args:
        rows: what they took.
        value: which number of a row.
        label: what the number is.
        levels: where the axis has a mark, and what it says.
        file: what to write.
    """
    with mpl.rc_context(SETTINGS):
        figure, axes = plt.subplots(figsize=(8, 4.6), layout="constrained")
        names = list(dict.fromkeys(row.waiter for row in rows))
        for name, colour, mark in zip(names, COLOURS, MARKS, strict=True):
            own = [row for row in rows if row.waiter == name and not row.fails]
            axes.plot(
                [row.seconds for row in own],
                [value(row) for row in own],
                color=colour,
                marker=mark,
                markersize=5,
                linewidth=3 if name == names[0] else 1.6,
                label=name,
                zorder=3 if name == names[0] else 2,
            )
        _scale(axes, label, levels)
        figure.legend(loc="outside upper center", ncols=3, frameon=False)
        figure.savefig(file, transparent=True, metadata={"Date": None})
        plt.close(figure)
    # Without blanks at the ends of lines, which no editor here would keep.
    file.write_text("".join(f"{line.rstrip()}\n" for line in file.read_text().splitlines()))


def _scale(axes: Axes, label: str, levels: dict[float, str]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(STABILIZATION_TIMES[0] * 0.9, STABILIZATION_TIMES[-1] * 1.1)
    axes.set_xticks(SHOWN_TIMES)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: duration(seconds)))
    axes.set_yticks(list(levels))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda level, _: levels.get(level, "")))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
    axes.grid(color=INK, alpha=0.25, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("the package becomes AVAILABLE after")
    axes.set_ylabel(label)

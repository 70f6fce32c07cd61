"""The figures of notebook 18: layout, colors and words; what is drawn, the notebook computes."""

from collections.abc import Mapping, Sequence

from IPython.display import display
from torch import Tensor

from cam_tutorial import metrics, plot, zoo
from cam_tutorial.course.shared import dots, several
from cam_tutorial.metrics import Interval, League
from cam_tutorial.zoo import Scene

from .photographs import PAIRS, Game, pair

FINE = 288  # pixels of a drawn scene; the network sees 96
TENTHS = [tenth / 10 for tenth in range(11)]


def family(scene: Scene, maps: Mapping[str, Tensor]) -> None:
    """A scene and seven maps of it, in two rows, each on a scale of its own."""
    names = [animal.name for animal in scene.animals]
    picture = zoo.scene(scene.seed, names, FINE).image
    shown = [map_.relu() / map_.relu().flatten().quantile(0.99) for map_ in maps.values()]
    plot.panels(
        [picture] * (1 + len(shown)),
        [None, *(map_.clamp(max=1) for map_ in shown)],
        titles=["the scene", *maps],
        alt=f"A scene with a {' and a '.join(names)}, and {len(maps)} maps of the {names[0]}. "
        f"{several(list(maps)[:4])} are wide glows on it; {several(list(maps)[4:])} are grains.",
        caption="Each map has a scale of its own: the strongest color is what one pixel in a hundred exceeds.",
    )


def leagues(*tables: League, even: float) -> None:
    """Each method's mean on each measure, with its interval over scenes, and where a map without any pattern stands.

    Args:
        tables: with the same measures; a line is drawn between two.
        even: the animals' share of the pictures, which is what such a map gets on each measure.
    """
    measures = tables[0].measures
    rows = [(table, name) for table in tables for name in table.methods]
    figure, axes = plot.figure(plot.FULL_WIDTH, 1.1 + 0.3 * len(rows), columns=len(measures), sharey=True)
    for axis, measure in zip(axes, measures, strict=True):
        axis.axvline(even, color=plot.FOR, linestyle="--", linewidth=1.2, label=f"an even map: {even:.2f}")
        _rows(axis, [table.interval(name, measure) for table, name in rows])
        for end in range(1, len(tables)):
            axis.axhline(sum(len(t.methods) for t in tables[:end]) - 0.5, color=plot.NEUTRAL, linewidth=0.8)
        axis.set(title=measure, xlim=(-0.02, 1.02), xticks=TENTHS[::5], xticklabels=("0", "0.5", "1"))
    axes[0].set(yticks=range(len(rows)), yticklabels=[name for _, name in rows])
    axes[0].invert_yaxis()
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower right", frameon=False)
    best = [f"{max(rows, key=lambda row: row[0].interval(row[1], m).mean)[1]} on {m}" for m in measures]
    plot.show(
        figure,
        alt=f"{len(rows)} methods in rows and {len(measures)} measures in columns, each mean a dot with its interval "
        f"over the scenes; a dashed line at {even:.2f}, where an even map stands. Farthest right: {several(best)}.",
    )


def game(played: Game) -> None:
    """Three of the pairs, and below each method's share on the right half: all questions, mean and an even map's."""
    plot.panels(
        [pair(which) for which in (PAIRS[0], PAIRS[5], PAIRS[8])],
        titles=[" | ".join(PAIRS[n]) for n in (0, 5, 8)],
        alt="Three of the ten pairs of photographs, glued side by side: "
        f"{several([' beside '.join(PAIRS[n]) for n in (0, 5, 8)])}.",
    )
    names = sorted(played.shares, key=lambda name: played.shares[name].mean().item(), reverse=True)
    figure, axes = plot.figure(plot.FULL_WIDTH, 1.0 + 0.34 * len(names))
    axes.axvline(0.5, color=plot.FOR, linestyle="--", linewidth=1.2, label="an even map")
    for row, name in enumerate(names):
        shares = played.shares[name]
        axes.plot(shares, [row] * len(shares), "|", color=plot.NEUTRAL, markersize=9)
    _rows(axes, [metrics.interval(played.of_photographs(name)) for name in names])
    labels = [name + (" (stored)" if name in played.stored else "") for name in names]
    axes.set(yticks=range(len(names)), yticklabels=labels, xlim=(0.29, 1.01), xticks=TENTHS[3:])
    axes.set_xlabel("share of the map on the half of its class")
    axes.invert_yaxis()
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower right", frameon=False)
    told = [f"{name} {played.shares[name].mean():.2f}" for name in names]
    plot.show(
        figure,
        alt=f"The grid pointing game, a row a method, from the highest mean to the lowest: {several(told)}; an even "
        "map gets 0.5. A thin stroke is one question, a dot the mean, and the line through it the interval over "
        "photographs.",
        caption=" ".join(
            ["A stroke is one question, a dot the mean, a line its interval.", played.missing or ""]
        ).strip(),
    )


def noise(levels: Sequence[float], gained: Sequence[Interval]) -> None:
    """How far SmoothGrad's PxAP is above the plain gradient's on the same scenes, against the level of the noise."""
    figure, axes = plot.figure(6.4, 2.8)
    axes.axhline(0, color=plot.NEUTRAL, linestyle="--", label="plain gradient")
    axes.plot(levels, [one.mean for one in gained], "o-", color=plot.AGAINST, label="SmoothGrad")
    axes.fill_between(levels, [i.low for i in gained], [i.high for i in gained], color=plot.AGAINST, alpha=0.2)
    axes.set(xlabel="level of the noise, as a share of the image's range", ylabel="PxAP, difference")
    axes.legend(loc="lower left")
    told = [f"{one.mean:+.2f} at {level:.0%}" for level, one in zip(levels, gained, strict=True)]
    plot.show(
        figure,
        alt=f"PxAP of SmoothGrad less that of the plain gradient, with the paired interval: {several(told)}.",
    )


def _rows(axis, intervals: Sequence[Interval]) -> None:
    """A row for each interval, with room above and below."""
    dots(axis, intervals)
    axis.set(ylim=(-0.6, len(intervals) - 0.4))


def choices(layers: League, pixels: League, played: Game) -> None:
    """A table: what each method was found to do, and what it costs."""
    costs = {
        "Grad-CAM": "1 pass, and back to the layer",
        "Grad-CAM++": "1 pass, and back to the layer",
        "LayerCAM": "1 pass, and back to the layer",
        "Score-CAM": "2 passes, and 1 for each map",
        "saliency": "1 pass, and back to the pixels",
        "integrated gradients": "16 passes, and back to the pixels",
        "SmoothGrad": "16 passes, and back to the pixels",
    }
    heads = ("method", "energy, zoo", "PxAP, zoo", "right half, photographs", "what it asks of the network")
    rows, lines = [], [heads]
    for table in (layers, pixels):
        for name in table.methods:
            found = [table.interval(name, measure) for measure in ("energy", "PxAP")]
            found.append(metrics.interval(played.of_photographs(name)))
            cells = "".join(
                f"<td>{one.mean:.2f}<br><small>{one.low:.2f} to {one.high:.2f}</small></td>" for one in found
            )
            rows.append(f'<tr><th scope="row">{name}</th>{cells}<td>{costs[name]}</td></tr>')
            lines.append((name, *(f"{one:.2f}" for one in found), costs[name]))
    head = "".join(f'<th scope="col">{words}</th>' for words in heads)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    plain = ("  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)
    display(
        {
            "text/html": f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
            "text/plain": "\n".join(plain),
        },
        raw=True,
    )

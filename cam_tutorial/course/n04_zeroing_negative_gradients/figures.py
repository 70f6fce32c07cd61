"""The pictures of notebook 04. Each function takes what was computed, draws it, and describes it."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from cam_tutorial import plot
from cam_tutorial.heatmap import blend
from cam_tutorial.metrics import interval

RULES = ("plain gradient", "deconvnet", "guided backprop")


def gray(gradient: Tensor) -> Tensor:
    """(3, H, W), signed -> a picture: zero is gray, the strongest half percent is drawn at full strength."""
    top = gradient.abs().flatten().float().quantile(0.995).clamp(min=1e-12)
    return (0.5 + 0.5 * gradient.detach() / top).clamp(0, 1)


def opening(image: Tensor, plain: Tensor, guided: Tensor) -> None:
    """The image and its gradient by two rules, (3, H, W) each."""
    plot.panels(
        [image, gray(plain), gray(guided)],
        titles=["the scene", "the gradient at its pixels", "one line of code later"],
        width=2.4,
        alt="A scene from the zoo, the gradient at its pixels, which is a cloud of colored dots, and what one changed "
        "line of code makes of it: a clean line drawing.",
    )


def three_rules(x: Tensor, R: Tensor, results: Sequence[Tensor]) -> None:
    """What each rule makes of R, all of them 2 × 2."""
    kept = [", ".join(f"{value:g}" for value in result.flatten().tolist() if value) for result in results]
    said = "; ".join(f"{rule} keeps {values}" for rule, values in zip(RULES, kept, strict=True))
    plot.panels(
        heatmaps=[x, R, *results],
        titles=["x, forward", "R, from above", *RULES],
        columns=5,
        signed=True,
        limit=7,
        numbers=True,
        alt=f"Five 2 × 2 grids of numbers: the ReLU's input x, the gradient R that arrives, and what each rule hands "
        f"on. {said}.",
    )


def by_rule(image: Tensor, gradients: Sequence[Tensor]) -> None:
    """A scene and its gradients by the three rules, (3, H, W) each."""
    plot.panels(
        [image, *map(gray, gradients)],
        titles=["the scene", *RULES],
        alt="A scene and its gradients by three rules, zero in gray. The plain gradient is a cloud of dots about the "
        "animal. Deconvnet draws lines on a woven ground that fills the whole picture. Guided backprop looks like an "
        "embossed pencil drawing on an empty ground.",
    )


def mechanism(
    image: Tensor, lines: Tensor, sums: Mapping[str, Tensor], rules: Mapping[str, Tensor], likeness: Mapping[str, float]
) -> None:
    """Above the lines of a scene and sums of filters, below the scene and its gradients by the three rules.

    All pictures are (3, H, W); likeness: name -> correlation with the lines, for the titles.
    """
    said = {name: f"like the lines: {_number(likeness[name])}" for name in [*sums, *rules]}
    above, below = ([f"{name}\n{said[name]}" for name in names] for names in (sums, rules))
    plot.panels(
        [gray(lines), *map(gray, sums.values()), image, *map(gray, rules.values())],
        titles=["the lines of the scene", *above, "the scene", *below],
        width=1.95,  # noise takes much room in the file
        alt="Eight pictures in two rows. Above: the lines of a scene, and three sums of the first layer's filters. "
        "Only the sum of the open filters, all with a plus, is a drawing of the scene; with signs by coin it is noise, "
        "and with all filters one flat color. Below: the scene; its plain gradient, a cloud; deconvnet and guided "
        f"backprop, both drawings. Correlations: {'; '.join(f'{name}, {text}' for name, text in said.items())}.",
    )


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def with_grad_cam(image: Tensor, rows: Mapping[str, tuple[Tensor, Tensor, Tensor]]) -> None:
    """For each class asked about: Grad-CAM's map (h, w), guided backprop and their product (3, H, W)."""
    pictures, titles = [], []
    for name, (L, drawing, product) in rows.items():
        pictures += [blend(image, L), gray(drawing), gray(product)]
        titles += [f"Grad-CAM: {name}", f"guided backprop: {name}", f"Guided Grad-CAM: {name}"]
    one, other = rows
    plot.panels(
        pictures,
        titles=titles,
        columns=3,
        width=2.2,
        alt=f"Above for the {one}, below for the {other}. Grad-CAM glows on the animal asked for. Guided backprop "
        "draws both animals each time. Their product is a line drawing of mostly the animal asked for.",
    )


def asked(image: Tensor, rows: Mapping[str, Mapping[str, Tensor]]) -> None:
    """rule -> class asked about -> the gradient (3, H, W), a row a rule."""
    pictures, titles = [], []
    for number, (rule, of_class) in enumerate(rows.items()):
        pictures += [image, *map(gray, of_class.values())]
        titles += ["the scene" if number == 0 else "", *(f"{rule}: {name}" for name in of_class)]
    *there, absent = next(iter(rows.values()))
    plot.panels(
        pictures,
        titles=titles,
        columns=4,
        alt=f"A scene with a {' and a '.join(there)}, and its gradients for “{'”, “'.join(there)}” and for “{absent}”, "
        "which is not there. The plain gradient, above, is another cloud each time, in the same region. Guided "
        "backprop, below, draws the same lines for each of the three, with other accents.",
    )


def likeness(values: Mapping[str, Mapping[str, Tensor]]) -> None:
    """title -> method -> a correlation for each scene: means with their intervals, a panel a title."""
    columns = {title: {name: interval(row) for name, row in rows.items()} for title, rows in values.items()}
    names = list(next(iter(columns.values())))
    figure, axes = plot.figure(8.6, 0.6 + 0.3 * len(names), columns=len(columns), sharey=True)
    for ax, (title, rows) in zip(axes, columns.items(), strict=True):
        for place, name in enumerate(names):
            mean, low, high = rows[name]
            color = plot.ACCENT if name == "guided backprop" else plot.NEUTRAL
            ax.plot([low, high], [place, place], color=color, linewidth=3, solid_capstyle="butt", alpha=0.6)
            ax.plot([mean], [place], "o", color=color, markersize=7)
            at, side = (low - 0.06, "right") if mean > 0.55 else (high + 0.06, "left")
            ax.text(at, place, _number(mean), va="center", ha=side)
        ax.set_title(title)
        ax.set(xlim=(-0.55, 1.05), xticks=[0, 0.5, 1], yticks=range(len(names)), yticklabels=names)
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.axvline(0, color=plot.FAINT, linewidth=0.8)
    plot.show(figure, alt=f"Dots with their intervals, a row a method; 1 means that nothing changed. {_table(columns)}")


def _table(columns: Mapping[str, Mapping[str, Any]]) -> str:
    """The numbers of a figure in words."""
    said = []
    for title, rows in columns.items():
        numbers = ", ".join(f"{name} {_number(getattr(value, 'mean', value))}" for name, value in rows.items())
        said.append(f"{' '.join(title.split())}: {numbers}.")
    return " ".join(said)


def by_network(lines: Tensor, untrained: Tensor, trained: Tensor) -> None:
    """The lines of a scene, and guided backprop through an untrained network and through the trained one."""
    plot.panels(
        [gray(lines), gray(untrained), gray(trained)],
        titles=["the lines of the scene", "guided backprop, never trained", "guided backprop, trained"],
        width=2.2,
        alt="Three pictures of one scene, zero in gray: its lines, and guided backprop through an untrained and "
        "through the trained network. All three are line drawings of the animal and of what lies around it.",
    )


def bill(found: Mapping[str, Mapping[str, Tensor]]) -> None:
    """title -> method -> values whose mean lies between −0.5 and 1: bars, guided backprop's in color."""
    columns = {title: {name: row.mean().item() for name, row in rows.items()} for title, rows in found.items()}
    names = list(next(iter(columns.values())))
    figure, axes = plot.figure(8.6, 2.6, columns=len(columns), sharey=True)
    for ax, (title, values) in zip(axes, columns.items(), strict=True):
        colors = [plot.ACCENT if name == "guided backprop" else plot.NEUTRAL for name in names]
        ax.barh(names, [values[name] for name in names], color=colors, height=0.6)
        for row, name in enumerate(names):
            ax.text(max(values[name], 0) + 0.04, row, _number(values[name]), va="center")
        ax.set_title(title)
        ax.set(xlim=(-0.35, 1.4), xticks=[0, 1])
        ax.axvline(0, color=plot.INK, linewidth=0.8)
    axes[0].invert_yaxis()
    plot.show(figure, alt=f"Bars, a row a method. {_table(columns)}")


def fading(layers: Sequence[str], curves: Mapping[str, Tensor]) -> None:
    """name -> (draws, layers): how alike a picture stays while more and more layers are random."""
    figure, ax = plot.figure(7.0, 2.8)
    for (name, values), color in zip(curves.items(), (plot.NEUTRAL, plot.ACCENT), strict=True):
        ax.plot(range(len(layers)), values.mean(dim=0), marker="o", color=color, label=name)
        ax.fill_between(range(len(layers)), values.amin(dim=0), values.amax(dim=0), color=color, alpha=0.25, lw=0)
    ax.set(xticks=range(len(layers)), xticklabels=layers, ylim=(0, 1.05))
    ax.set(xlabel="random from the top down to this layer", ylabel="correlation with\nthe trained network's")
    ax.legend()
    said = "; ".join(f"{n} from {_number(v.mean(dim=0)[0])} to {_number(v.mean(dim=0)[-1])}" for n, v in curves.items())
    plot.show(figure, alt=f"Curves that fall from left to right, each with a narrow band for its draws: {said}.")


def one(gradient: Tensor, alt: str) -> None:
    """A single signed picture (3, H, W)."""
    plot.panels([gray(gradient)], alt=alt)


def turned_around(gradient: Tensor) -> None:
    """The picture of guided backprop with its second question turned around."""
    one(gradient, "The picture that the turned-around rule draws, zero in gray: lines as sharp as guided backprop's.")


def product(gradient: Tensor) -> None:
    """Guided Grad-CAM with a layer that the reader chose."""
    one(gradient, "Guided Grad-CAM with the Grad-CAM of a layer that you chose, zero in gray.")

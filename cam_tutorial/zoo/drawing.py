"""How a scene is drawn, from the backdrop to the grain, and drawn again with one thing less."""

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from cam_tutorial.suggest import did_you_mean

from .backdrop import backdrop
from .raster import Sketch, blend, paint
from .style import styled
from .truth import Animal, Thing, seen

# Seeds are read as (stream, seed): each stream has chance of its own, so that animals change nothing behind them.
BEHIND, ANIMALS_CHANCE, NEWCOMERS_CHANCE, THINGS_CHANCE, COMPANY_CHANCE, STYLE_CHANCE, CLIP_CHANCE = range(7)


@dataclass(frozen=True, eq=False)
class Drawing:
    """All that a scene is made of: seed, size and style, the animals with their colors, and in front the things."""

    seed: int
    size: int
    style: str
    names: tuple[str, ...]
    colors: tuple[str, ...]
    sketches: tuple[Sketch, ...]
    things: tuple[str, ...] = ()
    thing_sketches: tuple[Sketch, ...] = ()


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture and what is in it.

    Attributes:
        image: float32 (3, size, size) in [0, 1].
        animals: what is known of each, in the order in which they were named.
        seed: the seed of the scene.
        size: width and height in pixels.
        things: what was put in front of the animals, in the order in which it was put there.
        style: "day", or the other world that it was drawn in.
    """

    image: Tensor
    animals: tuple[Animal, ...]
    seed: int
    size: int
    things: tuple[Thing, ...] = ()
    style: str = "day"
    drawing: Drawing | None = field(default=None, repr=False)

    def without(self, what: Animal | Thing | str) -> "Scene":
        """The same scene, drawn again without one of its animals or things.

        Every pixel that did not show it stays as it was, to the bit; where it was, one sees what it hid, and the masks
        of what it hid grow by that. (In the styles "sketch" and "chalk" each pixel knows those around it, so that
        pixels up to size / 144 away from it, or one, may change as well.)

        Args:
            what: an animal of `animals` or a thing of `things`; or its name, if no other has it.

        Raises:
            TypeError: it is none of these.
            ValueError: the scene has no such animal or thing, or several of that name.
        """
        if self.drawing is None:
            raise ValueError("this Scene was put together by hand: only one that zoo.scene drew can be drawn again.")
        k, all_ = self._place_of(what), (*self.animals, *self.things)
        kept = [i for i in range(len(all_)) if i != k]
        animals, drawn = len(self.animals), self.drawing
        sketches = (*drawn.sketches, *drawn.thing_sketches)
        return draw(
            replace(
                drawn,
                names=tuple(drawn.names[i] for i in kept if i < animals),
                colors=tuple(drawn.colors[i] for i in kept if i < animals),
                sketches=tuple(sketches[i] for i in kept if i < animals),
                things=tuple(drawn.things[i - animals] for i in kept if i >= animals),
                thing_sketches=tuple(sketches[i] for i in kept if i >= animals),
            )
        )

    def _place_of(self, what: Animal | Thing | str) -> int:
        """Its position among the animals and then the things."""
        all_: tuple[Animal | Thing, ...] = (*self.animals, *self.things)
        if not isinstance(what, Animal | Thing | str):
            raise TypeError(
                f"without takes one of the scene's animals or things, or its name, got {type(what).__name__}."
            )
        places = [i for i, one in enumerate(all_) if one is what or one.name == what]
        if len(places) == 1:
            return places[0]
        names = ", ".join(one.name for one in all_) or "nothing"
        if places:
            raise ValueError(f"the scene has {len(places)} of the name {what!r}: give the one meant, not its name.")
        if isinstance(what, str):
            hint = did_you_mean(what, [one.name for one in all_]) or "."
            raise ValueError(f"there is no {what!r} in this scene, which shows {names}{hint}")
        raise ValueError(f"this {what.name} is of another scene: this one shows {names}, each an object of its own.")


def draw(drawing: Drawing) -> Scene:
    """The scene of a drawing: backdrop, animals, things, style, and the grain over all."""
    size = drawing.size
    image, grain = backdrop(np.random.default_rng([BEHIND, drawing.seed]), size)
    layers = [paint([sketch], size) for sketch in (*drawing.sketches, *drawing.thing_sketches)]
    for layer in layers:
        blend(image, layer)
    image = styled(image, drawing.style, np.random.default_rng([STYLE_CHANCE, drawing.seed]))
    image += grain
    np.clip(image, 0, 1, out=image)
    animals, things = seen(list(zip(drawing.names, drawing.colors, strict=True)), drawing.things, layers, size)
    return Scene(torch.from_numpy(image), animals, drawing.seed, size, things, drawing.style, drawing)

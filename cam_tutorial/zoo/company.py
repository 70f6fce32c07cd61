"""Who comes with whom: scenes of chosen company, to learn from and to be misled by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arguments import MOST_ANIMALS, choice_of, whole_number
from .drawing import COMPANY_CHANCE
from .species import ANIMALS


@dataclass(frozen=True)
class Company:
    """Chooses the animals of a scene from its seed: `scene(seed, Company(most=4))`, and so in `scenes_of`.

    Each number of animals from `fewest` to `most` is as likely as the others, and so is each species. With `together`,
    the two named come both or neither in a `share` of the scenes, and independently in the rest.

    Attributes:
        fewest, most: how many animals, 0 to 6.
        together: two species; None if nobody depends on anybody.
        share: of the scenes in which the two come both or neither, 0 to 1.
        among: the species that may come.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: there is no such species, or a number is out of its range.
    """

    fewest: int = 0
    most: int = 4
    together: tuple[str, str] | None = None
    share: float = 1.0
    among: tuple[str, ...] = ANIMALS

    def __post_init__(self) -> None:
        whole_number("fewest", self.fewest, 0)
        whole_number("most", self.most, self.fewest)
        if self.most > MOST_ANIMALS:
            raise ValueError(f"most must be at most {MOST_ANIMALS}, got {self.most}.")
        choice_of(self.among, self.most)
        if isinstance(self.share, bool) or not isinstance(self.share, int | float) or not 0 <= self.share <= 1:
            raise ValueError(f"share must be a number from 0 to 1, got {self.share!r}.")
        if self.together is None:
            return
        if isinstance(self.together, str) or not isinstance(self.together, Sequence) or len(self.together) != 2:
            raise ValueError(f"together must name two species, such as ('cat', 'fish'), got {self.together!r}.")
        if not set(choice_of(self.together, 2)) <= set(self.among):
            raise ValueError(f"together must name species that among has, got {', '.join(self.together)}.")

    def __call__(self, seed: int) -> list[str]:
        """The names of the animals of the scene with this seed, in random order."""
        rng = np.random.default_rng([COMPANY_CHANCE, seed])
        count = self.fewest + int(rng.random() * (self.most - self.fewest + 1))
        order = [self.among[i] for i in rng.permutation(len(self.among)).tolist()]
        come, stay = order[:count], order[count:]
        together, coin = rng.random(2).tolist()
        pair = set(self.together or ())
        here = [name for name in come if name in pair]
        if len(here) == 1 and together < self.share:
            # Either the other comes too, in the place of somebody else, or this one stays away: as many as before.
            others = [name for name in come if name not in pair]
            if others and coin < 0.5:
                come[come.index(others[0])] = next(iter(pair - set(here)))
            else:
                substitutes = [name for name in stay if name not in pair]
                come[come.index(here[0]) : come.index(here[0]) + 1] = substitutes[:1]
        return come

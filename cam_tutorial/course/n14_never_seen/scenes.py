"""The scenes that notebook 14 measures on, and what is measured there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from cam_tutorial import metrics, record, upsample, zoo
from cam_tutorial.course import shared
from cam_tutorial.course.shared import in_words as in_words
from cam_tutorial.gap import global_average_pool
from cam_tutorial.models import IMAGE_SIZE

from .network import PAIRS, SEEN, UNSEEN, WORDS, Towers

AT_ONCE = 10  # pictures in one pass
Pair = tuple[str, str]  # a color and a species
CaptionMaps = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Role:
    """Who stands in a scene, and in which colors it can be painted.

    Attributes:
        asked, other: the species of the animal that is asked for, and of the one beside it.
        unseen, seen: a color in which training never held the first, and one in which it did.
        its_color: that of the other, another than those two; training held it so.
    """

    asked: str
    other: str
    unseen: str
    seen: str
    its_color: str


def roles(count: int) -> list[Role]:
    """All species alike, by turns; colors and the other animal by chance, always the same."""
    generator = torch.Generator().manual_seed(14)

    def one_of(options: Sequence[str]) -> str:
        return options[int(torch.randint(len(options), (1,), generator=generator))]

    found = []
    for i in range(count):
        asked = zoo.ANIMALS[i % len(zoo.ANIMALS)]
        other = one_of([name for name in zoo.ANIMALS if name != asked])
        unseen = one_of([color for color, species in UNSEEN if species == asked])
        seen = one_of([color for color, species in SEEN if species == asked])
        its = one_of([color for color, species in SEEN if species == other and color not in (unseen, seen)])
        found.append(Role(asked, other, unseen, seen, its))
    return found


@dataclass(frozen=True, eq=False)
class Lot:
    """Some scenes, each with an animal that is asked for, and its caption.

    Attributes:
        pictures: uint8 (n, 3, 96, 96).
        captions: of the animal asked for; if the colors are swapped, of what it was before.
        others_captions: of the other animal; empty words if there is none.
        masks: bool (n, 96, 96), where it is.
        others: bool (n, 96, 96), where the other animal is; all False if there is none.
    """

    pictures: Tensor
    captions: list[str]
    others_captions: list[str]
    masks: Tensor
    others: Tensor

    def batches(self) -> Iterator[Tensor]:
        """The pictures as the networks take them, ten at a time: (10, 3, 96, 96), the last perhaps with fewer."""
        return (zoo.preprocess(some.float() / 255) for some in self.pictures.split(AT_ONCE))


def alone(cast: Sequence[Role], seed: int, color: str) -> Lot:
    """Each animal that is asked for by itself, "unseen" or "seen"; all else is the same."""
    pairs = [(getattr(role, color), role.asked) for role in cast]
    return _drawn([[pair] for pair in pairs], [zoo.phrase(*pair) for pair in pairs], seed)


def two(cast: Sequence[Role], seed: int, color: str = "unseen", shared: str | None = None) -> Lot:
    """Each animal that is asked for, "unseen" or "seen", with the other beside it.

    Args:
        cast: who stands in the scenes.
        seed: of the scenes.
        color: of the animal that is asked for.
        shared: None for two animals that share no word; "color" or "species" for another animal that shares that word
            with the one asked for; "both" for the two with their colors swapped, so that each has one of the two words.
    """
    rows, captions = [], []
    for role in cast:
        first, second = (getattr(role, color), role.asked), (role.its_color, role.other)
        captions.append(zoo.phrase(*first))
        if shared == "color":
            second = (first[0], second[1])
        elif shared == "species":
            second = (second[0], first[1])
        elif shared == "both":
            first, second = (second[0], first[1]), (first[0], second[1])
        rows.append([first, second])
    return _drawn(rows, captions, seed)


def _drawn(rows: Sequence[Sequence[Pair]], captions: list[str], seed: int) -> Lot:
    count = len(rows)
    pictures = torch.empty(count, 3, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8)
    masks, others = (torch.zeros(count, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.bool) for _ in range(2))
    for i, row in enumerate(rows):
        scene = painted(seed * 2**32 + i, row)
        pictures[i] = (255 * scene.image).round()
        masks[i] = scene.animals[0].mask
        if len(row) > 1:
            others[i] = scene.animals[1].mask
    others_captions = [zoo.phrase(*row[1]) if len(row) > 1 else "" for row in rows]
    return Lot(pictures, captions, others_captions, masks, others)


def painted(seed: int, pairs: Sequence[Pair], size: int = IMAGE_SIZE) -> zoo.Scene:
    """The scene of this seed with these animals in these colors."""
    return zoo.scene(seed, [species for _, species in pairs], size, colors=[color for color, _ in pairs])


@torch.no_grad()
def vectors_of(network: Towers, lot: Lot) -> Tensor:
    """Pictures to vectors, a few at a time: (n, 32)."""
    return torch.cat([network(some) for some in lot.batches()])


@torch.no_grad()
def best_captions(network: Towers, lot: Lot) -> list[str]:
    """Of all 64 captions, the one that fits each picture best."""
    captions = [zoo.phrase(*pair) for pair in PAIRS]
    best = (vectors_of(network, lot) @ network.read(captions).T).argmax(dim=1)
    return [captions[c] for c in best.tolist()]


def right(said: Sequence[str], captions: Sequence[str]) -> Tensor:
    """Whether each caption is the true one: (n,) of ones and zeros."""
    return torch.tensor([float(one == other) for one, other in zip(said, captions, strict=True)], dtype=torch.float64)


def wrong_words(said: Sequence[str], captions: Sequence[str]) -> list[str]:
    """Of each wrong answer, what is wrong in it: "color", "species" or "both"."""
    found = []
    for one, true in zip(said, captions, strict=True):
        color, species = (a != b for a, b in zip(one.split()[1:], true.split()[1:], strict=True))
        if color or species:
            found.append("both" if color and species else "color" if color else "species")
    return found


@torch.no_grad()
def maps_of(network: Towers, lot: Lot, caption_maps: CaptionMaps, captions: list[str] | None = None) -> Tensor:
    """Each picture's map of its own caption, (n, 12, 12)."""
    t = network.read(lot.captions if captions is None else captions)
    found = []
    for some, own in zip(lot.batches(), t.split(AT_ONCE), strict=True):
        with record(network, "trunk") as recorded:
            network(some)
        M = caption_maps(recorded.output, network.to_vector.weight.detach(), own)
        found.append(M.diagonal().permute(2, 0, 1))  # picture i and caption i
    return torch.cat(found)


def points(maps: Tensor, masks: Tensor) -> Tensor:
    """Whether each map (n, h, w) is highest on its mask: (n,) of ones and zeros."""
    return metrics.pointing_game(upsample(maps, IMAGE_SIZE), masks).double()


def pointing(network: Towers, lot: Lot, caption_maps: CaptionMaps) -> Tensor:
    """Whether the map of each picture's own caption is highest on the animal asked for: (n,) of ones and zeros."""
    return points(maps_of(network, lot, caption_maps), lot.masks)


def rivals(network: Towers, lot: Lot, caption_maps: CaptionMaps) -> dict[str, Tensor]:
    """How often others point at the animal asked for: the map of the other animal's caption, and `baselines`."""
    theirs = maps_of(network, lot, caption_maps, lot.others_captions)
    return {"the other's caption": points(theirs, lot.masks), **baselines(lot)}


def baselines(lot: Lot) -> dict[str, Tensor]:
    """What pointing gives without a network: by chance, at the center, at the strongest edge; each (n,)."""
    spot = shared.spot(IMAGE_SIZE).expand(len(lot.pictures), -1, -1)
    return {
        "chance (its area)": lot.masks.double().mean(dim=(1, 2)),
        "the center": points(spot, lot.masks),
        "the strongest edge": points(shared.edges(lot.pictures.float()), lot.masks),
    }


@torch.no_grad()
def highest_on(network: Towers, scene: zoo.Scene, caption: str) -> str:
    """On which of its animals a caption's map is highest: "on the snail", "on the cat", ... or "on neither"."""
    with record(network, "trunk") as recorded:
        network(zoo.preprocess(scene.image))
    w = network.read([caption])[0] @ network.to_vector.weight
    map_ = upsample(torch.einsum("k,nkij->nij", w, recorded.output), scene.image.shape[-1])
    hit = [animal.name for animal in scene.animals if metrics.pointing_game(map_, animal.mask[None]).item()]
    return f"on the {hit[0]}" if hit else "on neither"


def word_vectors(network: Towers, caption: str) -> Tensor:
    """The vector of each word of a caption, (number of words, 32)."""
    return network.words.weight.detach()[[WORDS.index(word) for word in caption.split()]]


def cosines(network: Towers, each: int, seed: int) -> Tensor:
    """The cosine of each pair's pictures with each pair's caption, averaged over a few pictures: (64, 64)."""
    t = network.read([zoo.phrase(*pair) for pair in PAIRS]).detach()
    rows = []
    for k, pair in enumerate(PAIRS):
        lot = _drawn([[pair]] * each, [zoo.phrase(*pair)] * each, seed + k)
        rows.append((F.normalize(vectors_of(network, lot), dim=1) @ t.T).mean(dim=0))
    return torch.stack(rows)


@torch.no_grad()
def averages(network: Towers, lot: Lot) -> Tensor:
    """The averages of the 64 maps, (n, 64): what the picture's vector is made of."""
    return torch.cat([global_average_pool(network.trunk(some)) for some in lot.batches()])


def swaps(network: Towers, one: Pair, other: Pair, count: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Scenes of two animals, and the same with their colors swapped: what the averages of the 64 maps are in each.

    Returns:
        The averages (2 · count, 64), first of the scenes as they are; 0 or 1 for each, whether the colors are swapped;
        and bool (count,), whether the first animal covers more of its scene than the other.
    """
    swapped = (other[0], one[1]), (one[0], other[1])
    lots = [_drawn([list(pairs)] * count, [zoo.phrase(*one)] * count, seed) for pairs in ((one, other), swapped)]
    found = torch.cat([averages(network, lot) for lot in lots])
    return found, torch.arange(2).repeat_interleave(count), larger(lots[0])


def larger(lot: Lot) -> Tensor:
    """Whether the animal asked for covers more of its scene than the other: bool (n,)."""
    return lot.masks.sum(dim=(1, 2)) > lot.others.sum(dim=(1, 2))


def seen_when_swapped(cast: Sequence[Role]) -> Tensor:
    """Whether training held both pairs that appear when an unseen pair and the other swap colors: bool (n,)."""
    swapped = [((role.its_color, role.asked), (role.unseen, role.other)) for role in cast]
    return torch.tensor([set(pairs) <= set(SEEN) for pairs in swapped])

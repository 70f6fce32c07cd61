"""Exercise 5.1: the pointing game, with a tolerance.

More than 300 lines, because much can go wrong: where a map points, what its object is, and how far from it is near.
"""

import math

import torch
from scipy import ndimage

from cam_tutorial.practice.exercise import exercise

OBJECTS = (  # "#" lies on the object
    ("#",),
    ("####", "####", "####", "####"),
    ("#...", "#...", "####"),
    ("#####", "#...#", "#...#", "#####"),
    ("##...#",),
    ("#", "#", "#", "#"),
    ("..#", ".#.", "#.."),
)


def an_object(number, height, width, generator=None):
    """A mask (H, W) with one of the objects: anywhere in it, at its border as well, or one step from its corner."""
    pattern = torch.tensor([[letter == "#" for letter in row] for row in OBJECTS[number % len(OBJECTS)]])
    pattern = pattern[:height, :width]
    top, left = 1, 1
    if generator is not None:
        top, left = (
            int(torch.randint(0, full - part + 1, (), generator=generator))
            for full, part in zip((height, width), pattern.shape, strict=True)
        )
    mask = torch.zeros(height, width, dtype=torch.bool)
    mask[top : top + pattern.shape[0], left : left + pattern.shape[1]] = pattern
    return mask


def a_place(generator, number, mask, tolerance):
    """Where a map points: in turn just near enough to the object, just too far, on it, and anywhere."""
    squared = (distances(mask) ** 2).round()
    near = squared <= tolerance**2
    beside = near & ~mask if (near & ~mask).any() else near
    choices = (
        beside & (squared == squared[beside].max()),
        ~near & (squared == squared[~near].min()) if (~near).any() else near,
        mask,
        torch.ones_like(mask),
    )
    places = choices[number % len(choices)].nonzero()
    return places[int(torch.randint(0, len(places), (), generator=generator))].tolist()


def distances(mask):
    """How far each place is from the object, (H, W)."""
    return torch.from_numpy(ndimage.distance_transform_edt(~mask.numpy()))


def pointing(generator, places, height, width):
    """Maps (N, H, W), each with one highest place and a low one of larger absolute value; some are negative."""
    maps = torch.randn(len(places), height, width, generator=generator).clamp(-4, 4)
    for k, (row, column) in enumerate(places):
        maps[k, (row + 1 + k) % height, (column + 1) % width] = -9
        maps[k, row, column] = 6
        maps[k] += (0, -20, 1000)[k % 3]
    return maps


def maps_masks_and_tolerances(generator):
    cases = []
    sizes = (
        (16, 13, 17, 2.5), (8, 9, 14), (8, 12, 7, 0), (12, 11, 16, 1), (12, 14, 9, 2), (8, 16, 12, 3), (16, 15, 20, 5),
        (8, 30, 40, 15), (1, 6, 9, 2), (4, 1, 12, 2), (4, 12, 1, 1), (3, 5, 4, 40),
    )  # fmt: skip
    for n, height, width, *tolerance in sizes:
        masks = torch.stack([an_object(k, height, width, generator) for k in range(n)])
        places = [a_place(generator, k + k // 4, masks[k], *tolerance or (0,)) for k in range(n)]
        cases.append((pointing(generator, places, height, width), masks, *tolerance))
    # Farther and farther from the object, with the default: another one shows.
    masks = torch.zeros(18, 3, 20, dtype=torch.bool)
    masks[:, :, 0] = True
    cases.append((pointing(generator, [(1, column) for column in range(18)], 3, 20), masks))
    # Every place of a small picture, for objects with an inside, for some that don't fill their boxes, and for a pixel.
    places = [(row, column) for row in range(5) for column in range(7)]
    for numbers, tolerance in (((1, 3), 0), ((2, 4, 6), 1.5), ((0, 2), 3)):
        masks = torch.stack([an_object(number, 5, 7) for number in numbers for _ in places])
        cases.append((pointing(generator, places * len(numbers), 5, 7), masks, tolerance))
    # One map alone that misses, by a quarter of a pixel.
    mask = torch.zeros(1, 8, 6, dtype=torch.bool)
    mask[0, 2, 2] = True
    cases.append((pointing(generator, [(4, 3)], 8, 6), mask, 2))
    # The same map for all, as one memory, and objects at the other border: what leaves the picture does not come back.
    masks = torch.zeros(4, 6, 9, dtype=torch.bool)
    masks[0, :, -1] = masks[1, -1] = masks[2, 0, 0] = masks[3, 3, 3] = True
    cases.append((pointing(generator, [(0, 0)], 6, 9)[0].expand(4, 6, 9), masks, 2))
    return cases


OUR_OWN = "The numbers are right, and it is the tutorial's function that finds them. Write the game yourself."


@exercise(
    "5.1",
    "The pointing game, with a tolerance",
    minutes=12,
    difficulty=2,
    cases=maps_masks_and_tolerances,
    hints=[
        "The number that `argmax` gives for a flattened map is row · width + column: `divmod` takes it apart.",
        "For one map: the rows and columns of the object's pixels come from `mask.nonzero().T`.",
        "The squared distances are (rows − row)² + (columns − column)²; the smallest decides, against tolerance².",
    ],
    # The second name is looked up in the tutorial's function: for those who hand it in as it is.
    forbids={"pointing_game": OUR_OWN, "check_masks": OUR_OWN},
)
def my_pointing_game(maps, masks, tolerance=0):
    """(N, H, W), bool (N, H, W), pixels -> bool (N,)

    Does the highest place of each map lie on its object, or at most `tolerance` pixels
    from it (in a straight line)?
    """
    hits = []
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[1])
        rows, columns = mask.nonzero().T
        squared = (rows - row) ** 2 + (columns - column) ** 2
        hits.append(squared.min().item() <= tolerance**2)
    return torch.tensor(hits)


def highest(map_):
    return divmod(map_.argmax().item(), map_.shape[1])


def as_the_crow_flies(y, x):
    return (y.double() ** 2 + x.double() ** 2).sqrt()


def offsets(maps, masks, place=highest):
    """For each map, how far its object's pixels lie from its place: down and to the right."""
    for map_, mask in zip(maps, masks, strict=True):
        row, column = place(map_)
        rows, columns = mask.nonzero().T
        yield rows - row, columns - column


def game(maps, masks, tolerance, place=highest):
    """The right rule, for other places, other masks or another tolerance."""
    return torch.tensor([(as_the_crow_flies(*o) <= tolerance).any().item() for o in offsets(maps, masks, place)])


def mistake(sentence, rule):
    """A mistake in what is near: `rule(y, x, tolerance)` is wrong."""

    @my_pointing_game.mistake(sentence)
    def other_rule(maps, masks, tolerance=0):
        return torch.tensor([bool(rule(y, x, tolerance)) for y, x in offsets(maps, masks)])


mistake(
    "Your tolerance is a square: a place 2 down and 2 to the right is 2.8 pixels away, not 2. Take the distance as the "
    "crow flies.",
    lambda y, x, tolerance: torch.maximum(y.abs(), x.abs()).min() <= tolerance,
)
mistake(
    "You added the distance down and the distance to the right, as a taxi would. Square them, add, and compare with "
    "tolerance².",
    lambda y, x, tolerance: (y.abs() + x.abs()).min() <= tolerance,
)
mistake(
    "You leave out the tolerance: a place next to the object can be a hit too.",
    lambda y, x, _: as_the_crow_flies(y, x).min() == 0,
)
mistake(
    "You compare the *squared* distance with the tolerance: square the tolerance too, or take the root.",
    lambda y, x, tolerance: (y**2 + x**2).min() <= tolerance,
)
mistake(
    "You compare the distance with the *square* of the tolerance: square both or neither.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() <= tolerance**2,
)
mistake(
    "A place exactly at the tolerance is a hit: at most, ≤, and not less than, <. (With <, nothing at all hits at a "
    "tolerance of 0.)",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() < tolerance,
)
mistake(
    "On the object your hits are right. Beside it, a place exactly at the tolerance is a hit as well: ≤, not <.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() == 0 or as_the_crow_flies(y, x).min() < tolerance,
)
mistake(
    "What lies on the object itself is a miss in your game: a distance of 0 counts as well.",
    lambda y, x, tolerance: 0 < as_the_crow_flies(y, x).min() <= tolerance,
)
mistake(
    "Two things: your tolerance is a square where it should be a circle, and what lies exactly at it is left out (< "
    "for ≤).",
    lambda y, x, tolerance: torch.maximum(y.abs(), x.abs()).min() < tolerance,
)
mistake(
    "Two things: you add the distances down and to the right, as a taxi would, and what lies exactly at the tolerance "
    "is left out (< for ≤).",
    lambda y, x, tolerance: (y.abs() + x.abs()).min() < tolerance,
)
mistake(
    "Two things: the squared distance is compared with the plain tolerance, and what lies exactly at it is left out "
    "(< for ≤).",
    lambda y, x, tolerance: (y**2 + x**2).min() < tolerance,
)
mistake(
    "Your distances are cut to whole numbers, as `int` or `//` does: 2.8 pixels are more than 2. Leave the fraction.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min().floor() <= tolerance,
)
mistake(
    "Your distances are rounded: 2.2 pixels are more than 2. Leave the fraction.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min().round() <= tolerance,
)
mistake(
    "You cut the tolerance to a whole number, as `int` does. 1.5 is a tolerance too: leave its fraction.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() <= int(tolerance),
)
mistake(
    "You round the tolerance, as `round` does. 2.5 is a tolerance too: leave its fraction.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() <= round(tolerance),
)
mistake(
    "You round the tolerance up, as `ceil` does. 1.5 is a tolerance too: leave its fraction.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() <= math.ceil(tolerance),
)
mistake(
    "Your circle is one pixel too wide: a place just off the object is 1 pixel away from it, center to center.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() <= tolerance + 1,
)
mistake(
    "You compare with the tolerance + 1, <: that is right for whole tolerances and distances, and not for 2.2 pixels. "
    "Asked for is at most `tolerance`, ≤.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() < tolerance + 1,
)
mistake(
    "Your circle is half a pixel too wide: distances go from center to center, at most `tolerance`.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).min() <= tolerance + 0.5,
)
mistake(
    "Your tolerance is 15 in every call, the paper's. Use the argument.",
    lambda y, x, _: as_the_crow_flies(y, x).min() <= 15,
)
mistake(
    "You ask for *all* of the object to be near. One of its pixels is enough: take the nearest, not the farthest.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).max() <= tolerance,
)
mistake(
    "You take the mean distance to the object's pixels. The nearest one decides: the minimum.",
    lambda y, x, tolerance: as_the_crow_flies(y, x).mean() <= tolerance,
)
mistake(
    "You measure to the middle of the object. A place on its rim is a hit as well: take the nearest of its pixels.",
    lambda y, x, tolerance: as_the_crow_flies(y.double().mean(), x.double().mean()) <= tolerance,
)
mistake(
    "You measure to the middle of the box around the object. A place on its rim is a hit too: take the nearest of its "
    "pixels.",
    lambda y, x, tolerance: as_the_crow_flies(*((o.min() + o.max()) / 2 for o in (y, x))) <= tolerance,
)
mistake(
    "You measure to the first of the object's pixels alone. Take the nearest of them all: the minimum.",
    lambda y, x, tolerance: as_the_crow_flies(y, x)[0] <= tolerance,
)
mistake(
    "You measure to the last of the object's pixels alone. Take the nearest of them all: the minimum.",
    lambda y, x, tolerance: as_the_crow_flies(y, x)[-1] <= tolerance,
)
mistake(
    "You measure down only. How far the columns are apart counts as well.",
    lambda y, x, tolerance: y.abs().min() <= tolerance,
)
mistake(
    "You measure to the right only. How far the rows are apart counts as well.",
    lambda y, x, tolerance: x.abs().min() <= tolerance,
)
mistake(
    "You look for the nearest row and the nearest column one without the other, and the two may belong to different "
    "pixels (and make a square). Take each pixel's own distance, then the minimum.",
    lambda y, x, tolerance: y.abs().min() <= tolerance and x.abs().min() <= tolerance,
)
mistake(
    "With a tolerance you look for the nearest row and the nearest column one without the other, and the two may "
    "belong to different pixels. Take each pixel's own distance, as the crow flies, then the minimum.",
    lambda y, x, tolerance: (
        y.abs().min() <= tolerance and x.abs().min() <= tolerance if tolerance else as_the_crow_flies(y, x).min() == 0
    ),
)
mistake(
    "Your distance is put together from the nearest row and the nearest column, which may belong to different pixels. "
    "Add the squares pixel by pixel first, then take the minimum.",
    lambda y, x, tolerance: y.abs().min() ** 2 + x.abs().min() ** 2 <= tolerance**2,
)


def to_the_box(y, x):
    return [max(o.min().item(), -o.max().item(), 0) for o in (y, x)]


mistake(
    "You measure to the box around the object, and what lies in the box need not lie on the object. Take the pixels of "
    "the mask.",
    lambda y, x, tolerance: math.hypot(*to_the_box(y, x)) <= tolerance,
)
mistake(
    "You ask for a place in the object's box, grown by the tolerance to all sides. Measure to the pixels of the mask, "
    "as the crow flies.",
    lambda y, x, tolerance: max(to_the_box(y, x)) <= tolerance,
)
mistake(
    "You ask for a place in the object's box, without tolerance. Measure to the pixels of the mask, and compare with "
    "it.",
    lambda y, x, _: max(to_the_box(y, x)) == 0,
)


@my_pointing_game.mistake("True and False are swapped: a hit is True, a miss False.")
def swapped_around(maps, masks, tolerance=0):
    return ~game(maps, masks, tolerance)


def another_default(default):
    @my_pointing_game.mistake(
        f"The default of `tolerance` is 0, as in the stub, and not {default}: without it, only the object itself "
        "counts."
    )
    def other_default(maps, masks, tolerance=default):
        return game(maps, masks, tolerance)


for default in (1, 2, 3, 5, 10, 15):
    another_default(default)


@my_pointing_game.mistake(
    "Row and column are taken apart with the height of the map; a flattened map counts in rows of its *width*. (On "
    "square maps nobody notices.)"
)
def divided_by_the_height(maps, masks, tolerance=0):
    return game(maps, masks, tolerance, lambda map_: divmod(map_.argmax().item(), map_.shape[0]))


def looked_up(maps, masks, tolerance, place):
    return torch.tensor([(distances(k)[place(m)] <= tolerance).item() for m, k in zip(maps, masks, strict=True)])


@my_pointing_game.mistake(
    "Row and column are taken apart with the height of the map, so they point beyond it. A flattened map counts in "
    "rows of its *width*: `divmod(index, map_.shape[1])`.",
    raises=IndexError,
)
def divided_by_the_height_and_looked_up(maps, masks, tolerance=0):
    return looked_up(maps, masks, tolerance, lambda map_: divmod(map_.argmax().item(), map_.shape[0]))


@my_pointing_game.mistake(
    "Rows and columns are swapped, in the map's place or in the object's pixels: index // width is the row, and "
    "`nonzero()` gives rows before columns."
)
def rows_for_columns(maps, masks, tolerance=0):
    return game(maps, masks, tolerance, lambda map_: highest(map_)[::-1])


@my_pointing_game.mistake(
    "Two things: rows and columns are swapped, in the map's place or in the object's pixels; and what lies exactly at "
    "the tolerance is left out (< for ≤)."
)
def rows_for_columns_and_less_than(maps, masks, tolerance=0):
    swapped = offsets(maps, masks, lambda map_: highest(map_)[::-1])
    return torch.tensor([(as_the_crow_flies(*o).min() < tolerance).item() for o in swapped])


@my_pointing_game.mistake(
    "Rows and columns are swapped, and point beyond the map: index // width is the row, index % width the column, and "
    "the row comes first.",
    raises=IndexError,
)
def rows_for_columns_and_looked_up(maps, masks, tolerance=0):
    return looked_up(maps, masks, tolerance, lambda map_: highest(map_)[::-1])


@my_pointing_game.mistake(
    "Your place has the row with the highest *sum* and the column with the highest sum. Look for the one highest pixel."
)
def of_sums(maps, masks, tolerance=0):
    return game(maps, masks, tolerance, lambda map_: (map_.sum(1).argmax().item(), map_.sum(0).argmax().item()))


@my_pointing_game.mistake(
    "You look for one highest place in all maps together. Each map has its own: `argmax` of one map, or "
    "`maps.flatten(1).argmax(dim=1)`."
)
def the_highest_of_all(maps, masks, tolerance=0):
    place = divmod(maps.argmax().item() % maps[0].numel(), maps.shape[2])
    return game(maps, masks, tolerance, lambda _: place)


@my_pointing_game.mistake("You take the highest *value* for a place: `max` gives the value, `argmax` where it is.")
def of_the_value(maps, masks, tolerance=0):
    return game(maps, masks, tolerance, lambda map_: divmod(map_.max().item(), map_.shape[1]))


@my_pointing_game.mistake(
    "You compare with the highest value of all maps together, so no map hits but the one that has it. Each map has a "
    "highest place of its own."
)
def the_highest_value_of_all(maps, masks, tolerance=0):
    return game(maps, masks, tolerance) & (maps.amax(dim=(1, 2)) == maps.max())


@my_pointing_game.mistake(
    "Row and column are taken apart with 96, the width in the notebook. Take it from the shape: `map_.shape[1]`."
)
def of_width_96(maps, masks, tolerance=0):
    return game(maps, masks, tolerance, lambda map_: divmod(map_.argmax().item(), 96))


@my_pointing_game.mistake(
    "One `argmax` over all maps counts through the whole stack, (N, H, W), so its row lies beyond a map. Take each "
    "map's own: `maps.flatten(1).argmax(dim=1)`."
)
def the_highest_of_the_stack(maps, masks, tolerance=0):
    place = divmod(maps.argmax().item(), maps.shape[2])
    return game(maps, masks, tolerance, lambda _: place)


def rims(masks):
    return torch.stack([k & ~torch.from_numpy(ndimage.binary_erosion(k.numpy())) for k in masks])


OTHER_INPUTS = {
    "your place is the highest of the *absolute* values. A map may be strongly negative somewhere: only its highest "
    "counts":
        lambda maps, masks: (maps.abs(), masks),
    "what is below zero is lost before you look for the highest place. A map that is negative everywhere has one too":
        lambda maps, masks: (maps.relu(), masks),
    "you look for the *lowest* place of each map, `argmin`. The highest is asked for: `argmax`":
        lambda maps, masks: (-maps, masks),
    "you look for the highest place of the map times the mask, and so for one on the object. Look for it in the map "
    "itself":
        lambda maps, masks: (maps * masks, masks),
    "you use the place of the first map for all of them. Each map has its own":
        lambda maps, masks: (maps[:1].expand_as(maps), masks),
    "you compare all maps with the first mask. Each map has a mask of its own":
        lambda maps, masks: (maps, masks[:1].expand_as(masks)),
    "you put the objects of all masks together. A map hits only if it hits its own: take map and mask pair by pair":
        lambda maps, masks: (maps, masks.any(dim=0).expand_as(masks)),
    "the mask is turned around: you measure to the background instead of to the object":
        lambda maps, masks: (maps, ~masks),
    "you measure to the object's outline. A place in its interior is a hit at every tolerance: take all pixels of the "
    "mask":
        lambda maps, masks: (maps, rims(masks)),
}  # fmt: skip
NO_TOLERANCE = "the tolerance is left out: a place next to the object can be a hit too"
for fault, change in OTHER_INPUTS.items():

    @my_pointing_game.mistake(f"{fault[0].upper()}{fault[1:]}.")
    def other_input(maps, masks, tolerance=0, change=change):
        return game(*change(maps, masks), tolerance)

    if "times" not in fault and "outline" not in fault:  # without a tolerance, these two are known by other names

        @my_pointing_game.mistake(f"Two things: {fault}; and {NO_TOLERANCE}.")
        def other_input_without_tolerance(maps, masks, tolerance=0, change=change):
            return game(*change(maps, masks), 0)


@my_pointing_game.mistake(
    "Your object comes in again at the opposite border, as `torch.roll` does it. What leaves the picture is gone: "
    "pad, or compute distances."
)
def around_the_border(maps, masks, tolerance=0):
    height, width = maps.shape[1:]
    hits = []
    for y, x in offsets(maps, masks):
        y, x = torch.minimum(y % height, -y % height), torch.minimum(x % width, -x % width)
        hits.append((as_the_crow_flies(y, x) <= tolerance).any().item())
    return torch.tensor(hits)


@my_pointing_game.mistake(
    "You multiply the map by the mask and look whether the highest place stays: that leaves out the tolerance, and "
    "where a map is negative everywhere the zeros beside the object win."
)
def multiplied_by_the_mask(maps, masks, tolerance=0):
    return (maps * masks).flatten(1).argmax(dim=1) == maps.flatten(1).argmax(dim=1)


@my_pointing_game.mistake(
    "Your answer is True for every map. Do you look for the highest place *on the object*, or for the nearest pixel "
    "among those *off* it as well? The place is one of the whole map, the distance one to the object's pixels alone."
)
def always(maps, masks, tolerance=0):
    return torch.ones(len(maps), dtype=torch.bool)


def window(sentence, sides, whole=int, raises=None):
    """A mistake that looks into a window of the mask: `sides(place, tolerance)` is where it begins and ends."""

    @my_pointing_game.mistake(sentence, raises=raises)
    def looked_into(maps, masks, tolerance=0):
        hits = []
        for map_, mask in zip(maps, masks, strict=True):
            rows, columns = (slice(*sides(place, whole(tolerance))) for place in highest(map_))
            hits.append(mask[rows, columns].any().item())
        return torch.tensor(hits)


window(
    "Near the border your window begins before 0, and Python counts a negative start from the end. (And a window is a "
    "square: compare distances, as the crow flies.)",
    lambda place, tolerance: (place - tolerance, place + tolerance + 1),
)
window(
    "Near the border your window begins before 0, and Python counts a negative start from the end; and it has no size "
    "for 1.5 pixels. Compare distances, as the crow flies.",
    lambda place, tolerance: (place - tolerance, place + tolerance + 1),
    whole=lambda tolerance: tolerance,
    raises=TypeError,
)
window(
    "Your window ends too early: a slice leaves out its end. (And a window is a square: compare distances, as the "
    "crow flies.)",
    lambda place, tolerance: (max(place - tolerance, 0), place + tolerance),
)
window(
    "Your window ends too early, as a slice leaves out its end; and it has no size for 1.5 pixels. Compare distances, "
    "as the crow flies.",
    lambda place, tolerance: (max(place - tolerance, 0), place + tolerance),
    whole=lambda tolerance: tolerance,
    raises=TypeError,
)


def of_whole_tolerance(rule, maps, masks, tolerance):
    """By a rule that fails on 1.5 pixels, as `range` and the sizes of windows do."""
    range(tolerance)
    return torch.tensor([bool(rule(y.abs(), x.abs())) for y, x in offsets(maps, masks)])


@my_pointing_game.mistake(
    "`range` and the like take whole numbers only. The tolerance may be 1.5 pixels: compare distances.",
    raises=TypeError,
)
def a_circle_of_whole_tolerance(maps, masks, tolerance=0):
    return of_whole_tolerance(lambda y, x: (y**2 + x**2).min() <= tolerance**2, maps, masks, tolerance)


@my_pointing_game.mistake(
    "Your tolerance is a square of 2 · tolerance + 1 pixels, which does not exist for a tolerance of 1.5. Compare "
    "distances as the crow flies.",
    raises=TypeError,
)
def a_square_of_whole_tolerance(maps, masks, tolerance=0):
    return of_whole_tolerance(lambda y, x: torch.maximum(y, x).min() <= tolerance, maps, masks, tolerance)


@my_pointing_game.mistake(
    "Your object grows by a diamond of whole pixels: a taxi's distance, and none for a tolerance of 1.5. Compare "
    "distances as the crow flies.",
    raises=TypeError,
)
def a_diamond_of_whole_tolerance(maps, masks, tolerance=0):
    return of_whole_tolerance(lambda y, x: (y + x).min() <= tolerance, maps, masks, tolerance)


@my_pointing_game.mistake(
    "`binary_dilation` grows by a diamond, a taxi's distance; `iterations=0` grows without an end, and 1.5 fails. "
    "Compare distances as the crow flies.",
    raises=TypeError,
)
def a_diamond_without_an_end(maps, masks, tolerance=0):
    return of_whole_tolerance(lambda y, x: not tolerance or (y + x).min() <= tolerance, maps, masks, tolerance)


def gives(sentence, what):
    """A mistake in what is handed out: `what(hits, distances)`, of all maps."""

    @my_pointing_game.mistake(sentence)
    def handed_out(maps, masks, tolerance=0):
        hits = game(maps, masks, tolerance)
        return what(hits, torch.stack([as_the_crow_flies(*o).min() for o in offsets(maps, masks)]))


gives(
    "You gave the share of hits. Asked for is True or False for each map: averaging comes later.",
    lambda hits, _: hits.float().mean(),
)
gives(
    "You gave the number of hits. Asked for is True or False for each map.",
    lambda hits, _: hits.sum(),
)
gives(
    "You gave True or False for all maps at once, and True only if all of them hit. Each map has an answer of its own.",
    lambda hits, _: hits.all(),
)
gives(
    "You gave True or False for all maps at once, and True as soon as one of them hits. Each map has an answer of its "
    "own.",
    lambda hits, _: hits.any(),
)
gives(
    "Your result is the first map's alone: is there a `return` inside the loop? Collect the answers, and hand them "
    "out after it.",
    lambda hits, _: hits[0],
)
gives(
    "Your result is the last map's alone: collect the answers in a list, one for each map.",
    lambda hits, _: hits[-1],
)
gives(
    "The last map is left out: `range(N)` already stops at N - 1. Asked for is an answer for each.",
    lambda hits, _: torch.tensor(hits[:-1].tolist()),  # of none, it gives numbers
)
gives(
    "The first map is left out: indices begin at 0. Asked for is an answer for each.",
    lambda hits, _: torch.tensor(hits[1:].tolist()),
)
for dimension, size in ((1, "H"), (2, "W")):

    @my_pointing_game.mistake(f"Your loop goes over {size}, `maps.shape[{dimension}]`. There are N maps, `len(maps)`.")
    def loops_over_another_size(maps, masks, tolerance=0, dimension=dimension):
        hits = game(maps, masks, tolerance)
        return torch.stack([hits[k] for k in range(maps.shape[dimension])])


gives(
    "The answers are right, as 1 and 0. Asked for are True and False: leave out `.float()` or `.int()`.",
    lambda hits, _: hits.float(),
)
gives(
    "You gave the distances to the object. One step is missing: compare them with the tolerance, ≤.",
    lambda _, far: far,
)
gives(
    "You gave the squared distances to the object. One step is missing: compare them with tolerance², ≤.",
    lambda _, far: far**2,
)

"""Exercise 5.1: the pointing game, with a tolerance."""

import torch

from cam_tutorial.practice.exercise import exercise


def maps_masks_and_tolerances(generator):
    cases = []
    for n, height, width, tolerance in ((6, 9, 14, 0), (8, 12, 7, 1.5), (8, 10, 16, 3), (9, 15, 11, 4)):
        masks = torch.zeros(n, height, width, dtype=torch.bool)
        masks[:, 2:4, 3:6] = True
        maps = torch.rand(n, height, width, generator=generator)
        cases.append((maps, masks, tolerance))
    # Highest places at chosen offsets from a single pixel: straight, diagonal, and in between.
    masks = torch.zeros(6, 11, 13, dtype=torch.bool)
    masks[:, 4, 5] = True
    for tolerance in (2, 3):
        maps = torch.rand(6, 11, 13, generator=generator)
        for k, (down, right) in enumerate(((0, 2), (2, 2), (3, 0), (1, 1), (0, -3), (2, 1))):
            maps[k, 4 + down, 5 + right] = 2
        cases.append((maps, masks, tolerance))
    return cases


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
)
def my_pointing_game(maps, masks, tolerance=0):
    """(N, H, W), bool (N, H, W), pixels -> bool (N,)

    Does the highest place of each map lie on its object, or at most `tolerance` pixels from it (as the crow flies)?
    """
    hits = []
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[1])
        rows, columns = mask.nonzero().T
        squared = (rows - row) ** 2 + (columns - column) ** 2
        hits.append(squared.min().item() <= tolerance**2)
    return torch.tensor(hits)


def offsets(maps, masks):
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[1])
        rows, columns = mask.nonzero().T
        yield (rows - row).abs(), (columns - column).abs()


@my_pointing_game.mistake(
    "Your tolerance is a square: a place 2 down and 2 to the right is 2.8 pixels away, not 2. Take the distance as the "
    "crow flies."
)
def a_square(maps, masks, tolerance=0):
    return torch.tensor([torch.maximum(y, x).min().item() <= tolerance for y, x in offsets(maps, masks)])


@my_pointing_game.mistake(
    "You added the distance down and the distance to the right, as a taxi would. Square them, add, and compare with "
    "tolerance²."
)
def a_taxi(maps, masks, tolerance=0):
    return torch.tensor([(y + x).min().item() <= tolerance for y, x in offsets(maps, masks)])


@my_pointing_game.mistake("You leave out the tolerance: a place next to the object can be a hit too.")
def no_tolerance(maps, masks, tolerance=0):
    return torch.tensor([(y + x).min().item() == 0 for y, x in offsets(maps, masks)])


@my_pointing_game.mistake(
    "You compare the *squared* distance with the tolerance: square the tolerance too, or take the root."
)
def squared_against_plain(maps, masks, tolerance=0):
    return torch.tensor([(y**2 + x**2).min().item() <= tolerance for y, x in offsets(maps, masks)])


@my_pointing_game.mistake("A place exactly at the tolerance is a hit: at most, ≤, and not less than, <.")
def less_than(maps, masks, tolerance=0):
    return torch.tensor([(y**2 + x**2).min().item() < tolerance**2 for y, x in offsets(maps, masks)])


@my_pointing_game.mistake(
    "Row and column are taken apart with the height of the map; a flattened map counts in rows of its *width*. (On "
    "square maps nobody notices.)"
)
def divided_by_the_height(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[0])
        rows, columns = mask.nonzero().T
        hits.append(((rows - row) ** 2 + (columns - column) ** 2).min().item() <= tolerance**2)
    return torch.tensor(hits)


@my_pointing_game.mistake("You gave the share of hits. Asked for is True or False for each map: averaging comes later.")
def the_share(maps, masks, tolerance=0):
    return torch.tensor([(y**2 + x**2).min().item() <= tolerance**2 for y, x in offsets(maps, masks)]).float().mean()


@my_pointing_game.mistake(
    "You measure to the middle of the object. A place on its rim is a hit as well: take the nearest of its pixels."
)
def to_the_middle(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks, strict=True):
        row, column = divmod(map_.argmax().item(), map_.shape[1])
        middle = mask.nonzero().double().mean(dim=0)
        hits.append(((middle - torch.tensor([row, column])) ** 2).sum().item() <= tolerance**2)
    return torch.tensor(hits)

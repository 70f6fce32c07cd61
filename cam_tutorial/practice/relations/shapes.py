"""Another shape than asked for."""

from collections.abc import Callable, Sequence
from itertools import permutations

import torch
from torch import Tensor

from ..compare import difference
from .pairs import Pair, numbers


def sentence(together: Sequence[Pair]) -> str:
    """What happened to the shape in all cases, and whether the numbers are right otherwise; "" if that is not plain."""
    cases = numbers(together)
    if not cases:
        return ""
    wrong = next(two for two in cases if two[0].shape != two[1].shape)
    shown = f"the shape is {tuple(wrong[0].shape)} where {tuple(wrong[1].shape)} is asked for"
    place = together[0].place
    for relation in (_left_over, _lost, _turned, _too_much, _kept_with_one, _too_little, _one_number, _flat, _for_one):
        if said := relation(cases):
            return f"{said} ({place}: {shown}.)"
    return ""


Two = tuple[Tensor, Tensor]


def _left_over(cases: Sequence[Two]) -> str:
    """(N, K, 1, 1) for (N, K)."""
    if not all(got.ndim > right.ndim and got.squeeze().shape == right.squeeze().shape for got, right in cases):
        return ""
    fine = all(_same(got.reshape(right.shape), right) for got, right in cases)
    return (
        f"{_numbers(fine)} a dimension of size 1 is left over: leave out `keepdim=True`, or take it away with "
        "`[:, 0]`, `[0]` or `.flatten(1)`, whichever dimension it is."
    )


def _lost(cases: Sequence[Two]) -> str:
    """`squeeze()` takes away a batch of one as well."""
    others = [two for two in cases if 1 not in two[1].shape]
    fits = all(got.numel() == right.numel() and got.squeeze().shape == right.squeeze().shape for got, right in cases)
    if not fits or any(got.shape != right.shape for got, right in others):
        return ""
    if all(got.ndim >= right.ndim for got, right in cases):
        return ""
    fine = all(_same(got.reshape(right.shape), right) for got, right in cases)
    return (
        f"{_numbers(fine)} where a dimension has size 1 (one image, one map or one row), it disappears: use "
        "`.flatten(1)` "
        "or an index in place of `squeeze()`, or leave it out."
    )


def _turned(cases: Sequence[Two]) -> str:
    dimensions = cases[0][1].ndim
    if any(got.ndim != dimensions or right.ndim != dimensions for got, right in cases) or not 2 <= dimensions <= 4:
        return ""
    for order in permutations(range(dimensions)):
        if order != tuple(range(dimensions)) and all(got.permute(order).shape == right.shape for got, right in cases):
            fine = all(_same(got.permute(order), right) for got, right in cases)
            moved = [d for d in range(dimensions) if order[d] != d]
            how = "turned: `.T`" if dimensions == 2 else f"in another order: `.permute{order}`"
            dimensions_are = (
                f"the dimensions {' and '.join(map(str, moved))} (counted from 0) are {how} would put them right."
            )
            return f"The numbers are right, but {dimensions_are}" if fine else f"T{dimensions_are[1:]}"
    return ""


_REDUCTIONS: dict[str, tuple[str, Callable[[Tensor, int], Tensor]]] = {
    "mean": ("averaged", lambda x, d: x.mean(dim=d)),
    "sum": ("summed", lambda x, d: x.sum(dim=d)),
    "amax": ("took the maximum", lambda x, d: x.amax(dim=d)),
    "amin": ("took the minimum", lambda x, d: x.amin(dim=d)),
    "first": ("took the first entry", lambda x, d: x.select(d, 0)),
    "last": ("took the last entry", lambda x, d: x.select(d, -1)),
}


def _too_much(cases: Sequence[Two]) -> str:
    """One dimension of the right answer is gone."""
    dimensions = cases[0][1].ndim
    if any(right.ndim != dimensions or got.ndim != dimensions - 1 or not right.numel() for got, right in cases):
        return ""
    for d in range(dimensions):
        for verb, reduce in _REDUCTIONS.values():
            if all(_same(got, reduce(right, d)) for got, right in cases):
                return f"You {verb} over dimension {d} of what is asked for: it must stay, an entry for each of them."
    for d in range(dimensions):
        if all(got.shape == torch.Size([*right.shape[:d], *right.shape[d + 1 :]]) for got, right in cases):
            return f"Dimension {d} of what is asked for (counted from 0) is missing in the result."
    return ""


def _kept_with_one(cases: Sequence[Two]) -> str:
    """(N, 1, H, W) for (N, K, H, W): summed away, and the dimension kept."""
    dimensions = cases[0][1].ndim
    if any(right.ndim != dimensions or got.ndim != dimensions or not right.numel() for got, right in cases):
        return ""
    for d in range(dimensions):
        if not all(got.shape == torch.Size([*right.shape[:d], 1, *right.shape[d + 1 :]]) for got, right in cases):
            continue
        for verb, reduce in _REDUCTIONS.values():
            if all(_same(got, reduce(right, d).unsqueeze(d)) for got, right in cases):
                return f"You {verb} over dimension {d} of what is asked for: it must stay, an entry for each of them."
        return f"Dimension {d} of what is asked for (counted from 0) has 1 entry alone in the result."
    return ""


def _too_little(cases: Sequence[Two]) -> str:
    """A dimension more than asked for: a step is still to be done."""
    dimensions = cases[0][1].ndim
    if any(right.ndim != dimensions or got.ndim != dimensions + 1 or not got.numel() for got, right in cases):
        return ""
    verbs = {"mean": "average", "sum": "sum", "amax": "take the maximum", "amin": "take the minimum"}
    for d in range(dimensions + 1):
        for name, verb in verbs.items():
            reduce = _REDUCTIONS[name][1]
            if all(_same(reduce(got, d), right) for got, right in cases):
                return f"One step is missing at the end: {verb} over dimension {d} (counted from 0) of what you give."
    for d in range(dimensions + 1):
        if all(torch.Size([*got.shape[:d], *got.shape[d + 1 :]]) == right.shape for got, right in cases):
            return (
                f"Your result still has a dimension that should be gone, number {d} (counted from 0): it is to be "
                "summed, averaged or chosen from."
            )
    return ""


def _one_number(cases: Sequence[Two]) -> str:
    if any(got.numel() != 1 or right.numel() == 1 for got, right in cases if right.numel() != 1):
        return ""
    return "You give one number for everything: say with `dim=` over which dimensions to sum or average."


def _flat(cases: Sequence[Two]) -> str:
    if any(got.ndim != 1 or right.ndim < 2 or got.numel() != right.numel() for got, right in cases):
        return ""
    fine = all(_same(got.reshape(right.shape), right) for got, right in cases)
    return f"{_numbers(fine)} they come in one long row: `.view(...)` gives them their shape."


def _for_one(cases: Sequence[Two]) -> str:
    """The first image's result alone."""
    if all(right.ndim and len(right) and got.shape == right[:1].shape for got, right in cases):
        return "The result is for one image; each image of the batch needs one."
    return ""


def _numbers(fine: bool) -> str:
    return "The numbers are right, but" if fine else "The numbers are not all right either, and"


def _same(got: Tensor, right: Tensor) -> bool:
    return difference(got, right) is None

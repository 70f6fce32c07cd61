"""Exercise 2.3: a check that catches wrong weights.

A True or False says little, so there are many cases, and many mistakes that differ in a few of them alone: a tolerance
of another size, another number that stands for all gaps. That makes this file a little longer than others.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import list_mistakes

# (N, H, W): H ≠ W both ways and a square, one map alone, one cell alone. H·W is a power of two, for exact means.
SHAPES = ((3, 2, 8), (4, 8, 4), (5, 4, 2), (2, 4, 4), (1, 4, 8), (1, 1, 1))
# Logits of every size and sign. The first five are rounded to fewer decimal places in one direction, and in the other
# one as soon as there is a gap; a comparison of rounded numbers fails there.
LOGITS = (0.0625, -5.0, 0.5, 6.0, -0.125, 0.25, -0.03125, 7.5, 0.0, -7.25, 2.25)
ROUNDING = (2**-20, -(2**-20), 2**-14, -(2**-14))  # up to 6e-5
PARTS = 6
MISSES = (2**-6, -(2**-4), 0.75, -64.0, -(2**-6), 2**-4, -0.75, 64.0)  # from 0.016


def maps_biases_and_logits(generator):
    """Maps (N, H, W), biases (N,), and many logits for them (V, N), right and wrong; `answers` goes through these.

    Right are those to the last digit or to rounding. Wrong are those with a gap in one map or in all, with gaps that
    cancel, in another order, or right for another formula.
    """
    cases, start = [], 0
    for n, h, w in SHAPES:
        maps, bias, right = with_logits(generator, start, n, h, w)
        start += n
        zigzag = 1.0 - 2 * (torch.arange(n) % 2)
        logits = [right, *(right + gap for gap in ROUNDING), right + zigzag * 2**-14]
        logits += [right + gap for gap in MISSES] + [-right]
        logits += [one_off(right, k, gap) for k in range(n) for gap in (MISSES[4:] if k % 2 else MISSES[:4])]
        if n > 1:
            logits += [right.flip(0), right.roll(1), one_off(right + zigzag * 2**-14, 1, 0.75)]
            logits += [one_off(one_off(right, 0, gap), n - 1, -gap) for gap in MISSES]
        logits += [side(maps, bias) for side in WRONG_SIDES] + [side(maps, bias) + 2**-14 for side in WRONG_SIDES[:2]]
        # In parts with something of everything, so that a mistake that differs from an attempt soon does.
        cases += [(maps, bias, torch.stack(logits[k::PARTS])) for k in range(PARTS)]
    # One wrong map among many, which no average notices; and rounding in all of them, which adds up.
    maps, bias, right = with_logits(generator, 0, 256, 2, 2)
    logits = [right, right + 2**-14, *(one_off(right, 100, gap) for gap in (2**-6, 2**-4, 0.75))]
    return [*cases, (maps, bias, torch.stack(logits))]


def with_logits(generator, start, n, h, w):
    """Maps of quarters whose means plus biases are the logits exactly, in whatever order one adds."""
    right = torch.tensor([LOGITS[(start + k) % len(LOGITS)] for k in range(n)])
    bias = torch.randint(1, 9, (n,), generator=generator) / 4 * (1 - 2 * (torch.arange(n) % 2))
    maps = torch.randint(-9, 10, (n, h, w), generator=generator) / 4
    return maps + (right - bias - maps.mean(dim=(1, 2)))[:, None, None], bias, right


def one_off(logits, position, gap):
    changed = logits.clone()
    changed[position] += gap
    return changed


def means(maps):
    return maps.mean(dim=(1, 2))


# What some compare with the logits, in place of mean(M) + b.
WRONG_SIDES = (
    lambda M, b: means(M),
    lambda M, b: M.sum(dim=(1, 2)) + b,
    lambda M, b: means(M) - b,
    lambda M, b: means(M) + b.mean(),
    lambda M, b: means(M) + b[0],
    lambda M, b: M.mean() + b,
    lambda M, b: M.mean().expand(len(M)),
    lambda M, b: M.sum(dim=(1, 2)),
    lambda M, b: M.sum(dim=(1, 2)) / M.shape[1] + b,
    lambda M, b: M.sum(dim=(1, 2)) / M.shape[2] + b,
    lambda M, b: M.sum(dim=(1, 2)) / len(M) + b,
    lambda M, b: means(M) * b,
    lambda M, b: (M + b[:, None, None]).sum(dim=(1, 2)),
    lambda M, b: M.amax(dim=(1, 2)) + b,
    lambda M, b: M.relu().mean(dim=(1, 2)) + b,
    lambda M, b: M.abs().mean(dim=(1, 2)) + b,
)


def answers(attempt, maps, bias, logits):
    """What an attempt says of each row of `logits`: one True or False is too little to tell mistakes apart.

    Answers that are neither stand by themselves.
    """
    said, written_into = [], []
    for row in logits:
        given = maps.clone(), bias.clone(), row.clone()
        said.append(attempt(*given))
        written_into += [pair for pair in zip((maps, bias, row), given, strict=True) if not torch.equal(*pair)]
    for ours, theirs in written_into:
        ours.copy_(theirs)  # so that the judge sees it
    said = [one.item() if getattr(one, "ndim", None) == 0 else one for one in said]
    odd = [one for one in said if not isinstance(one, bool)]
    return {"the result": odd[0] if odd else True, "the answers": said if odd else torch.tensor(said)}


@exercise(
    "2.3",
    "A check that catches wrong weights",
    minutes=8,
    difficulty=2,
    cases=maps_biases_and_logits,
    probe=answers,
    hints=[
        "The identity has one side for each image: the mean of its map, plus its bias. Compare N numbers with N "
        "logits.",
        "The mean goes over the two last dimensions: `maps.mean(dim=(1, 2))`.",
        "Equal means equal up to rounding: `torch.allclose` with `atol=1e-3`, say, gives one True or False for all.",
    ],
)
def my_identity_holds(maps, bias, logits):
    """(N, H, W), (N,), (N,) -> True if mean(M) + b = y for every map, up to rounding

    One bool for the batch. A gap of up to 1e-4 is rounding, however small the logit; a
    gap of more than 0.01 is an error, however large the logit. Between, either will do.
    """
    return torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1e-3)


def signed(M, b, y):
    return means(M) + b - y


def gaps(M, b, y):
    return signed(M, b, y).abs()


def below(tolerance, left=lambda M, b: means(M) + b, choose=torch.max):
    """The largest gap (or another one) between a left side and the logits is below a tolerance."""
    return lambda M, b, y: bool(choose((left(M, b) - y).abs()) < tolerance)


def close(relative, absolute, left=lambda M, b: means(M) + b):
    return lambda M, b, y: torch.allclose(left(M, b), y, rtol=relative, atol=absolute)


def decimals(places):
    return lambda M, b, y: torch.equal(torch.round(means(M) + b, decimals=places), torch.round(y, decimals=places))


def fits(judge, tolerance=1e-3):
    """Which maps fit, (N,), is judged otherwise than by `all`."""
    return lambda M, b, y: bool(judge(gaps(M, b, y) < tolerance))


def correlation(M, b, y):
    return len(M) < 2 or bool(torch.corrcoef(torch.stack([means(M) + b, y]))[0, 1] > 0.999)


def asserted(M, b, y):
    assert (gaps(M, b, y) < 1e-3).all()
    return True


list_mistakes(
    my_identity_holds,
    ("asserted", asserted,
     "A wrong map stops your function with an error. It is to give back False: compare with `torch.allclose(a, b, "
     "atol=1e-3)`, or return the condition.", AssertionError),
    # The tolerance.
    ("to_the_last_digit", below(1e-9),
     "You ask for equality to the last digit, or nearly so, and rounding alone breaks that: allow a difference of "
     "1e-3, as `torch.allclose(a, b, atol=1e-3)` does."),
    ("default_tolerance", close(1e-5, 1e-8),
     "The default tolerance of `allclose` is a share of the logit, 1e-5 of it: near a logit of 0 nothing is left, and "
     "right weights fail. Rounding does not shrink with the logit: set `atol=1e-3` (its default is 1e-8)."),
    ("relative_1e-4", close(1e-4, 1e-8),
     "Your tolerance is a share of the logit, so near a logit of 0 nothing is left of it, and right weights fail. "
     "Allow a difference of fixed size: `atol=1e-3`."),
    ("relative_1e-3", close(1e-3, 1e-8),
     "Your tolerance is a share of the logit, a thousandth or so: nothing is left of it near a logit of 0, where right "
     "weights fail. Allow a difference of fixed size: `atol=1e-3`."),
    ("relative_1e-2", close(1e-2, 1e-8),
     "Your tolerance is a share of the logit, a hundredth: at a logit of 7 it lets a gap of 0.06 pass, and near 0 "
     "hardly any. Allow a difference of fixed size: `atol=1e-3`."),
    ("relative_1e-2_and_absolute", close(1e-2, 1e-3),
     "Part of your tolerance is a share of the logit, a hundredth: at a logit of 7 it lets a gap of 0.06 pass. "
     "Leave `rtol` as small as it is by default, and set `atol` alone."),
    ("relative_0.05", close(0.05, 1e-8),
     "Your tolerance is a share of the logit, a twentieth: at a logit of 61 it lets a gap of 3 pass, and near 0 hardly "
     "any. Allow a difference of fixed size: `atol=1e-3`."),
    ("relative_0.1", close(0.1, 1e-8),
     "Your tolerance is a share of the logit, a tenth: at a logit of 61 it lets a gap of 6 pass, and near 0 hardly "
     "any. Allow a difference of fixed size: `atol=1e-3`."),
    ("absolute_1e-6", below(2e-6),
     "Your tolerance is too strict: rounding goes up to 1e-4 here. Allow 1e-3: whatever is wrong is above 0.01."),
    ("absolute_1e-6_default_relative", close(1e-5, 2e-6),
     "Your tolerance is too strict for small logits: rounding goes up to 1e-4, whatever the logit. Allow `atol=1e-3`; "
     "whatever is wrong is above 0.01."),
    ("absolute_0.02", below(0.02),
     "Your tolerance is too generous: a gap of 0.016 passes. Rounding is below 1e-4, so allow 1e-3."),
    ("absolute_0.1", below(0.1),
     "Your tolerance is too generous: a gap of 0.06 passes, which may well be a bias. Rounding is below 1e-4, so allow "
     "1e-3."),
    ("absolute_1", below(1.0),
     "Your tolerance is far too generous: a gap of 0.75 passes, which may well be a bias. Rounding is below 1e-4, so "
     "allow 1e-3."),
    ("absolute_0.5", below(0.5),
     "Your tolerance is too generous: a gap of 0.3 passes, which may well be a bias. Rounding is below 1e-4, so allow "
     "1e-3."),
    ("absolute_100", below(100.0),
     "Your tolerance lets nearly any gap pass, one of 64 too. Rounding is below 1e-4, so allow 1e-3."),
    *((f"rounded_to_{places}", decimals(places),
       f"You round both sides to {words} and compare. Two numbers that lie close together may be rounded apart, as "
       f"{tie} and {tie}01 are{more}. Look at the size of their difference: `(a - b).abs() < 1e-3`.")
      for places, words, tie, more in (
          (0, "whole numbers", 0.5, ", and a gap of 0.06 mostly passes"),
          (1, "one decimal", 0.25, ", and a gap of 0.016 mostly passes"),
          (2, "two decimals", 0.125, ""), (3, "three decimals", 0.0625, ""), (4, "four decimals", 0.03125, ""),
      )),
    # The two sides.
    ("no_bias", below(1e-3, lambda M, b: means(M)),
     "You forgot the bias: the mean of the map is the logit without it. Add `bias` before you compare."),
    ("no_bias_and_exact", below(1e-9, lambda M, b: means(M)),
     "Two things. You forgot the bias: the mean of the map is the logit without it. And you ask for equality to the "
     "last digit, which rounding alone breaks: allow a difference of 1e-3."),
    ("bias_subtracted", below(1e-3, lambda M, b: means(M) - b),
     "You subtract the bias from the mean, or add it to the logit. It belongs to the mean: mean(M) + b = y."),
    ("bias_in_every_cell", below(1e-3, lambda M, b: (M + b[:, None, None]).sum(dim=(1, 2))),
     "You add the bias to every cell and sum: the bias counts once, and the map is averaged, mean(M) + b."),
    ("mean_bias", below(1e-3, lambda M, b: means(M) + b.mean()),
     "You use the mean of the biases for all maps: each map has its own, `bias[n]`."),
    ("first_bias", below(1e-3, lambda M, b: means(M) + b[0]),
     "You use the first bias for all maps: each map has its own, `bias[n]`."),
    ("sums", below(1e-3, lambda M, b: M.sum(dim=(1, 2)) + b),
     "You compared sums. The network averages its maps, so take their mean over height and width."),
    ("sums_and_exact", below(1e-9, lambda M, b: M.sum(dim=(1, 2)) + b),
     "Two things. You compared sums: the network averages its maps, so take their mean over height and width. And you "
     "ask for equality to the last digit, which rounding alone breaks: allow a difference of 1e-3."),
    ("sums_and_default_tolerance", close(1e-5, 1e-8, lambda M, b: M.sum(dim=(1, 2)) + b),
     "Two things. You compared sums: the network averages its maps, so take their mean over height and width. And set "
     "`atol=1e-3`: the default tolerance is a share of the logit, and near 0 nothing is left of it."),
    ("divided_by_height", below(1e-3, lambda M, b: M.sum(dim=(1, 2)) / M.shape[1] + b),
     "You divide the sum by the height alone: a mean divides by height times width, `maps.mean(dim=(1, 2))`."),
    ("divided_by_width", below(1e-3, lambda M, b: M.sum(dim=(1, 2)) / M.shape[2] + b),
     "You divide the sum by the width alone: a mean divides by height times width, `maps.mean(dim=(1, 2))`."),
    ("divided_by_N", below(1e-3, lambda M, b: M.sum(dim=(1, 2)) / len(M) + b),
     "You divide the sum by N, the number of maps: a mean divides by height times width, `maps.mean(dim=(1, 2))`."),
    ("multiplied_by_the_bias", below(1e-3, lambda M, b: means(M) * b),
     "You multiply by the bias: it is added, mean(M) + b = y."),
    ("sums_without_bias", below(1e-3, lambda M, b: M.sum(dim=(1, 2))),
     "Two things. You compared sums: the network averages its maps, so take their mean over height and width. And the "
     "bias is missing."),
    ("maxima", below(1e-3, lambda M, b: M.amax(dim=(1, 2)) + b),
     "You compared the maximum of each map. The network averages its maps, so take their mean over height and width."),
    ("positive_part", below(1e-3, lambda M, b: M.relu().mean(dim=(1, 2)) + b),
     "You cut off what is negative in the maps. The identity holds for the signed map: average it as it is."),
    ("absolute_maps", below(1e-3, lambda M, b: M.abs().mean(dim=(1, 2)) + b),
     "You took the absolute values of the maps. The identity holds for the signed map: average it as it is."),
    ("one_mean_for_all", below(1e-3, lambda M, b: M.mean() + b),
     "You averaged over all maps at once. Each map has a mean of its own: `maps.mean(dim=(1, 2))`."),
    ("one_mean_for_all_without_bias", below(1e-3, lambda M, b: M.mean()),
     "You averaged over all maps at once, and left out the bias. Each map has a mean of its own, and a bias: "
     "`maps.mean(dim=(1, 2)) + bias`."),
    ("everything_averaged_without_bias", lambda M, b, y: bool((M.mean() - y.mean()).abs() < 1e-3),
     "You compare one mean over all maps with the mean of all logits, and without the bias. Compare map by map: "
     "`maps.mean(dim=(1, 2)) + bias`."),
    ("softmax", lambda M, b, y: bool(((means(M) + b).softmax(0) - y.softmax(0)).abs().max() < 1e-3),
     "You compare after a softmax, which only sees differences: all logits may be off by the same number, and pass."),
    # All of the maps, and only then True.
    ("any", fits(torch.any),
     "You say True as soon as one of the maps fits. All must: `.all()`, or the largest of the gaps."),
    ("first_alone", fits(lambda fit: fit[0]),
     "The first map alone decides in your function: if a loop, does it return in its first round? All maps must fit."),
    ("last_alone", fits(lambda fit: fit[-1]),
     "The last map alone decides in your function: if a loop, does each round overwrite the one before? All maps must "
     "fit."),
    ("all_but_the_last", fits(lambda fit: fit[:-1].all()), "The last map is not looked at: all N must fit."),
    ("all_but_the_first", fits(lambda fit: fit[1:].all()),
     "The first map is not looked at: all N must fit, and they count from 0."),
    ("most", fits(lambda fit: fit.float().mean() > 0.5), "You say True if more than half of the maps fit. All must."),
    ("half", fits(lambda fit: fit.float().mean() >= 0.5),
     "You say True if half of the maps fit (or if the median of the gaps is small). All must: look at the largest "
     "gap."),
    ("nine_in_ten", fits(lambda fit: fit.float().mean() > 0.9),
     "A single wrong map among hundreds passes. All must fit, wherever the wrong one stands."),
    ("gaps_that_cancel", lambda M, b, y: bool(signed(M, b, y).mean().abs() < 1e-3),
     "You average over the maps before you compare, so that one too high and one too low cancel (and one wrong map "
     "among many hardly counts). Compare map by map, and look at the largest absolute value of the gaps."),
    ("signed_sum", lambda M, b, y: bool(signed(M, b, y).sum().abs() < 1e-3),
     "You sum over the maps before you compare, so that one too high and one too low cancel: look at the largest "
     "absolute value of the gaps."),
    ("sum_of_gaps", lambda M, b, y: bool(gaps(M, b, y).sum() < 1e-3),
     "You sum the gaps, and over hundreds of maps rounding adds up, so that right weights fail: look at the "
     "largest gap."),
    ("mean_gap", below(1e-3, choose=torch.mean),
     "You average the gaps, so that one wrong map among hundreds hardly counts: look at the largest of them."),
    *((f"mean_square_{limit}", lambda M, b, y, limit=limit: bool(gaps(M, b, y).square().mean() < limit),
       f"You look at the mean of the squared gaps{how}, and a square makes small numbers tiny: a gap of 0.016 becomes "
       "0.0002, and less when it is averaged. Look at the largest absolute value.")
      for limit, how in ((1e-3, ""), (1e-4, ", below 1e-4"), (1e-6, ", below 1e-6"))),
    ("no_absolute_value", lambda M, b, y: bool((signed(M, b, y) < 1e-3).all()),
     "A logit that is too high passes, whatever the gap: take the absolute value of the difference."),
    ("no_absolute_value_the_other_way", lambda M, b, y: bool((-signed(M, b, y) < 1e-3).all()),
     "A logit that is too low passes, whatever the gap: take the absolute value of the difference."),
    ("without_the_sign", lambda M, b, y: torch.allclose((means(M) + b).abs(), y.abs(), atol=1e-3),
     "You leave out the sign: two numbers of the same size and opposite sign are not equal. Take the absolute value of "
     "their difference, not the difference of their absolute values."),
    ("sorted", lambda M, b, y: torch.allclose((means(M) + b).sort().values, y.sort().values, atol=1e-3),
     "You compare both sides sorted, so that a map may carry another one's logit: compare in the order in which they "
     "come."),
    ("correlation", correlation,
     "You ask whether both sides go up and down together (a correlation). The identity says that they are equal: look "
     "at the largest gap."),
    ("direction", lambda M, b, y: bool(torch.cosine_similarity(means(M) + b, y, dim=0) > 0.999),
     "You compare directions (cosine similarity): all logits may be too large by the same factor. Look at the largest "
     "gap."),
    ("same_order", lambda M, b, y: torch.equal((means(M) + b).argsort(), y.argsort()),
     "You compare the order of the maps by their value. All N values must be equal, up to rounding."),
    ("same_winner", lambda M, b, y: bool((means(M) + b).argmax() == y.argmax()),
     "You ask whether the same map is the highest on both sides. All N must be equal, up to rounding."),
    ("same_signs", lambda M, b, y: torch.equal((means(M) + b).sign(), y.sign()),
     "You compare the signs alone. The numbers must be equal, up to rounding."),
    ("whole_parts", lambda M, b, y: torch.equal((means(M) + b).trunc(), y.trunc()),
     "You cut both sides off to whole numbers and compare, so that gaps below 1 mostly pass: look at the size of the "
     "difference, `(a - b).abs() < 1e-3`."),
    ("same_gap", lambda M, b, y: bool(signed(M, b, y).max() - signed(M, b, y).min() < 1e-3),
     "You ask whether all gaps are alike, so that all logits may be off by the same number: look at the largest gap."),
    ("spread", lambda M, b, y: len(M) > 1 and bool(signed(M, b, y).std() < 1e-3),
     "You look at the spread of the gaps (`std`), so that all logits may be off by the same number: look at the "
     "largest gap."),
    ("share_without_absolute_value", lambda M, b, y: bool((signed(M, b, y) / y).abs().max() < 1e-3),
     "You divide the gaps by the logits, and a logit may be 0, or as large as you like. Compare a gap with a fixed "
     "size: `(a - b).abs() < 1e-3`."),
    # What is given back.
    ("upside_down", lambda M, b, y: bool((gaps(M, b, y) >= 1e-3).any()),
     "It is the wrong way around: True where a map is wrong, False where all are right."),
    ("false_unless_all_are_wrong", lambda M, b, y: bool((gaps(M, b, y) > 1e-3).all()),
     "You say True where *all* maps are wrong. True is for when all are right: `(gaps < 1e-3).all()`."),
    ("each_by_itself", lambda M, b, y: gaps(M, b, y) < 1e-3,
     "You give one True or False for each map. Asked for is one for all: `.all()`."),
    ("the_gaps", gaps, "You give the gaps themselves. Asked for is one True or False: are all of them below 1e-3?"),
    ("signed_gaps", signed,
     "You give the differences themselves. Asked for is one True or False: are their absolute values all below 1e-3?"),
    ("the_largest_gap", lambda M, b, y: gaps(M, b, y).max(),
     "You give the largest gap itself. Asked for is True or False: is it below 1e-3?"),
    ("true_or_nothing", lambda M, b, y: True if gaps(M, b, y).max() < 1e-3 else None,
     "Where a map is wrong your function gives back None: it needs a `return False` there."),
    ("false_or_nothing", lambda M, b, y: None if gaps(M, b, y).max() < 1e-3 else False,
     "Where all maps are right your function gives back None: it needs a `return True` at its end."),
)  # fmt: skip

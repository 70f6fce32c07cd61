"""Attempts at 2.3."""

import torch

from attempts import right, wrong


@right("allclose with an absolute tolerance of 1e-3")
def holds_allclose(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1e-3)


@right("the largest absolute difference, as a Python bool")
def holds_max(maps, bias, logits):
    gap = (maps.mean((1, 2)) + bias - logits).abs().max()
    return bool(gap < 1e-3)


@right("loop with an early False")
def holds_loop(maps, bias, logits):
    for M, b, y in zip(maps, bias, logits):
        if abs(M.mean() + b - y) > 1e-3:
            return False
    return True


@right("Python's all over a generator")
def holds_all(maps, bias, logits):
    return all(abs((maps[n].mean() + bias[n] - logits[n]).item()) < 1e-3 for n in range(len(maps)))


@right("isclose and all, without gradients")
def holds_isclose(maps, bias, logits) -> bool:
    with torch.no_grad():
        ours = maps.flatten(1).mean(1) + bias
        return torch.isclose(ours, logits, rtol=1e-4, atol=1e-3).all().item()


@right("in float64")
def holds_double(maps, bias, logits, tolerance=5e-4):
    y = maps.double().sum(dim=(1, 2)) / maps[0].numel() + bias.double()
    return ((y - logits.double()).abs() <= tolerance).all().item()


@right("moves the bias to the other side")
def holds_other_side(maps, bias, logits):
    left = maps.mean(-1).mean(-1)
    right_side = logits - bias
    return torch.allclose(left, right_side, rtol=1e-3, atol=1e-3)


@wrong("exact equality, which rounding breaks")
def holds_exact(maps, bias, logits):
    return bool((maps.mean(dim=(1, 2)) + bias == logits).all())


@wrong("torch.equal")
def holds_equal(maps, bias, logits):
    return torch.equal(maps.mean(dim=(1, 2)) + bias, logits)


@wrong("the tolerance is tighter than the rounding: 1e-9")
def holds_tight(maps, bias, logits):
    diff = maps.mean(dim=(1, 2)) + bias - logits
    return bool(diff.abs().max() < 1e-9)


@wrong("True if any of the maps fits")
def holds_any(maps, bias, logits):
    close = torch.isclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1e-3)
    return bool(close.any())


@wrong("the average error of the batch, in which one wrong map drowns")
def holds_mean_error(maps, bias, logits):
    error = (maps.mean(dim=(1, 2)) + bias - logits).abs()
    return bool(error.mean() < 1e-2)


@wrong("sums the signed errors, so that they cancel")
def holds_cancel(maps, bias, logits):
    error = maps.mean(dim=(1, 2)) + bias - logits
    return abs(error.sum().item()) < 1e-3


@wrong("no absolute value: a map that is too low passes")
def holds_signed(maps, bias, logits):
    return bool((maps.mean(dim=(1, 2)) + bias - logits).max() < 1e-3)


@wrong("the other way: a map that is too high passes")
def holds_signed_other(maps, bias, logits):
    y = maps.mean(dim=(1, 2)) + bias
    return bool((logits - y < 1e-3).all())


@wrong("looks at the first map only")
def holds_first(maps, bias, logits):
    return torch.allclose(maps[0].mean() + bias[0], logits[0], atol=1e-3)


@wrong("return True inside the loop, after the first map")
def holds_early_true(maps, bias, logits):
    for M, b, y in zip(maps, bias, logits):
        if abs(M.mean() + b - y) < 1e-3:
            return True
        else:
            return False


@wrong("the mean of the whole batch in place of each map's")
def holds_batch_mean(maps, bias, logits):
    return torch.allclose(maps.mean() + bias, logits, atol=1e-3)


@wrong("compares the batch's averages")
def holds_averages(maps, bias, logits):
    return torch.allclose(maps.mean() + bias.mean(), logits.mean(), atol=1e-3)


@wrong("forgets the bias")
def holds_no_bias(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)), logits, atol=1e-3)


@wrong("subtracts the bias")
def holds_minus(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)) - bias, logits, atol=1e-3)


@wrong("sum in place of mean")
def holds_sum(maps, bias, logits):
    return torch.allclose(maps.sum(dim=(1, 2)) + bias, logits, atol=1e-3)


@wrong("cuts off the negative half first")
def holds_relu(maps, bias, logits):
    return torch.allclose(maps.relu().mean(dim=(1, 2)) + bias, logits, atol=1e-3)


@wrong("divides by 144 whatever the size")
def holds_144(maps, bias, logits):
    return torch.allclose(maps.sum(dim=(1, 2)) / 144 + bias, logits, atol=1e-3)


@wrong("a tolerance of 1: wrong maps pass")
def holds_loose(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1)


@wrong("a relative tolerance of 10 %")
def holds_rtol(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, rtol=0.1, atol=1e-3)


@wrong("rounds both sides to whole numbers")
def holds_rounded(maps, bias, logits):
    y = maps.mean(dim=(1, 2)) + bias
    return bool((y.round() == logits.round()).all())


@wrong("one True or False for each map in place of one for the batch")
def holds_each(maps, bias, logits):
    return torch.isclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1e-3)


@wrong("returns the largest error, not True or False")
def holds_number(maps, bias, logits):
    return (maps.mean(dim=(1, 2)) + bias - logits).abs().max().item()


@wrong("the smallest error in place of the largest")
def holds_min(maps, bias, logits):
    return bool((maps.mean(dim=(1, 2)) + bias - logits).abs().min() < 1e-3)


@wrong("compares which is the highest, not the numbers")
def holds_argmax(maps, bias, logits):
    y = maps.mean(dim=(1, 2)) + bias
    return bool(y.argmax() == logits.argmax())


@wrong("checks with assert and returns nothing")
def holds_assert(maps, bias, logits):
    assert torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1e-3)


@wrong("prints the answer")
def holds_print(maps, bias, logits):
    print(torch.allclose(maps.mean(dim=(1, 2)) + bias, logits, atol=1e-3))


@wrong("averages over the wrong dims: maps and rows")
def holds_dims(maps, bias, logits):
    return torch.allclose(maps.mean(dim=(0, 1)) + bias, logits, atol=1e-3)


@wrong("True when it does not hold")
def holds_inverted(maps, bias, logits):
    return bool(((maps.mean(dim=(1, 2)) + bias - logits).abs() > 1e-3).any())


@wrong("true for most of the maps is enough")
def holds_majority(maps, bias, logits):
    good = (maps.mean(dim=(1, 2)) + bias - logits).abs() < 1e-3
    return good.float().mean().item() > 0.95


@wrong("every map beside the bias and logit of all others: (N, N)")
def holds_outer(maps, bias, logits):
    y = maps.mean(dim=(1, 2), keepdim=True)[:, :, 0] + bias
    return torch.allclose(y, logits, atol=1e-3)


@wrong("adds the bias to the caller's maps in place")
def holds_inplace(maps, bias, logits):
    maps += bias[:, None, None]
    return torch.allclose(maps.mean(dim=(1, 2)), logits, atol=1e-3)


@wrong("no absolute value and only the first map")
def holds_two_mistakes(maps, bias, logits):
    return (maps[0].mean() + bias[0] - logits[0]).item() < 1e-3

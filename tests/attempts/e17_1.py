"""Attempts at 17.1."""

import math


import numpy as np
import torch

from attempts import right, wrong


@right("log_softmax turned around, in one line")
def bias_line(scores, F, W):
    return (torch.log(scores) - F @ W.T) - (torch.log(scores) - F @ W.T).mean()


@right("centers both parts first")
def bias_two_centered(scores, F, W):
    known = W @ F
    log = scores.log()
    return (log - log.mean()) - (known - known.mean())


@right("a ratio of softmaxes")
def bias_ratio(scores, F, W):
    b = (scores / (W @ F).softmax(dim=0)).log()
    return b - b.mean()


@right("einsum and sum over the number of classes")
def bias_einsum(scores, F, W):
    b = scores.log() - torch.einsum("ck,k->c", W, F)
    return b - b.sum() / len(b)


@right("a loop over the classes")
def bias_loop(scores, F, W):
    b = torch.empty_like(scores)
    for c in range(len(scores)):
        b[c] = torch.log(scores[c]) - (W[c] * F).sum()
    return b - b.mean()


@right("NumPy and back")
def bias_numpy(scores, F, W):
    b = np.log(scores.numpy()) - W.numpy() @ F.numpy()
    return torch.from_numpy(b - b.mean())


@right("matmul with a column")
def bias_column(scores, F, W):
    b = scores.log() - (W @ F[:, None]).squeeze(1)
    b -= b.mean()
    return b


@right("logs relative to the first class, then centered")
def bias_relative(scores, F, W):
    b = (scores / scores[0]).log() - (W - W[0]) @ F
    return b - b.mean()


@wrong("forgets to center")
def bias_uncentered(scores, F, W):
    return torch.log(scores) - W @ F


@wrong("forgets the logarithm")
def bias_no_log(scores, F, W):
    b = scores - W @ F
    return b - b.mean()


@wrong("the sign")
def bias_sign(scores, F, W):
    b = W @ F - torch.log(scores)
    return b - b.mean()


@wrong("takes a softmax of the scores again")
def bias_softmax(scores, F, W):
    b = torch.log(torch.softmax(scores, 0)) - W @ F
    return b - b.mean()


@wrong("only the logarithm")
def bias_log_only(scores, F, W):
    return scores.log() - scores.log().mean()


@wrong("multiplies from the left")
def bias_left(scores, F, W):
    b = scores.log() - F @ W
    return b - b.mean()


@wrong("base 10")
def bias_log10(scores, F, W):
    b = torch.log10(scores) - W @ F
    return b - b.mean()


@wrong("subtracts the sum")
def bias_sum(scores, F, W):
    b = scores.log() - W @ F
    return b - b.sum()


@wrong("standardizes")
def bias_standard(scores, F, W):
    b = scores.log() - W @ F
    return (b - b.mean()) / b.std()


@wrong("inverse of the sigmoid")
def bias_logit(scores, F, W):
    b = torch.logit(scores) - W @ F
    return b - b.mean()


@wrong("the difference of two softmaxes")
def bias_probabilities(scores, F, W):
    b = scores - torch.softmax(W @ F, dim=0)
    return b - b.mean()


@wrong("makes the first class 0")
def bias_first(scores, F, W):
    b = scores.log() - W @ F
    return b - b[0]


@wrong("prints it")
def bias_print(scores, F, W):
    b = scores.log() - W @ F
    print(b - b.mean())


@wrong("centers only the logarithms")
def bias_half(scores, F, W):
    return scores.log() - scores.log().mean() - W @ F


# Another round, by three who had read the notebook alone.


@right("log, minus W F, minus the mean")
def b_plain(scores, F, W):
    b = scores.log() - W @ F
    return b - b.mean()


@right("einsum")
def b_einsum(scores, F, W):
    b = torch.log(scores) - torch.einsum("ck,k->c", W, F)
    return b - b.sum() / b.numel()


@right("F @ W.T")
def b_other_order(scores, F, W):
    return torch.sub(scores.log(), F @ W.T) - torch.mean(scores.log() - F @ W.T)


@right("loops")
def b_loops(scores, F, W):
    b = torch.empty_like(scores)
    for c in range(len(scores)):
        b[c] = torch.log(scores[c]) - sum(W[c, k] * F[k] for k in range(len(F)))
    return b - b.mean()


@right("numpy")
def b_numpy(scores, F, W):
    b = np.log(scores.numpy()) - W.numpy() @ F.numpy()
    return torch.from_numpy(b - b.mean())


@right("centered before: both parts")
def b_both(scores, F, W):
    z = W.mv(F)
    return (scores.log() - scores.log().mean()) - (z - z.mean())


@right("by log_softmax")
def b_log_softmax(scores, F, W):
    b = scores.log() - (W @ F).log_softmax(0)
    return b - b.mean(dim=0, keepdim=True)


@right("ratio of the softmaxes")
def b_ratio(scores, F, W):
    ratio = scores / torch.softmax((W * F).sum(1), dim=0)
    return ratio.log() - ratio.log().mean()


@right("math.log and lists")
def b_lists(scores, F, W):
    z = [math.log(s) - float(torch.dot(w, F)) for s, w in zip(scores.tolist(), W, strict=True)]
    m = sum(z) / len(z)
    return torch.tensor([v - m for v in z], dtype=scores.dtype)


@wrong("plus W F")
def b_plus(scores, F, W):
    b = scores.log() + W @ F
    return b - b.mean()


@wrong("softmax of the scores")
def b_softmax(scores, F, W):
    b = scores.softmax(0) - W @ F
    return b - b.mean()


@wrong("log of both")
def b_log_both(scores, F, W):
    b = scores.log() - (W @ F).abs().log()
    return b - b.mean()


@wrong("base 2")
def b_two(scores, F, W):
    b = scores.log2() - W @ F
    return b - b.mean()


@wrong("log(1 + s)")
def b_log1p(scores, F, W):
    b = scores.log1p() - W @ F
    return b - b.mean()


@wrong("exp")
def b_exp(scores, F, W):
    b = scores.exp() - W @ F
    return b - b.mean()


@wrong("the mean of W F alone is taken off")
def b_other_half(scores, F, W):
    z = W @ F
    return scores.log() - (z - z.mean())


@wrong("the greatest is 0")
def b_max(scores, F, W):
    b = scores.log() - W @ F
    return b - b.max()


@wrong("the median is 0")
def b_median(scores, F, W):
    b = scores.log() - W @ F
    return b - b.median()


@wrong("length 1")
def b_length(scores, F, W):
    b = scores.log() - W @ F
    b = b - b.mean()
    return b / b.norm()


@wrong("the mean alone")
def b_mean(scores, F, W):
    return (scores.log() - W @ F).mean()


@wrong("W * F, not summed")
def b_product(scores, F, W):
    b = scores.log() - W * F
    return b - b.mean()


@wrong("mean over k, not the sum")
def b_mean_k(scores, F, W):
    b = scores.log() - (W * F).mean(1)
    return b - b.mean()


@wrong("log in place")
def b_in_place(scores, F, W):
    b = scores.log_() - W @ F
    return b - b.mean()


@wrong("a list")
def b_list(scores, F, W):
    b = scores.log() - W @ F
    return (b - b.mean()).tolist()


@wrong("an array")
def b_array(scores, F, W):
    b = np.log(scores.numpy()) - W.numpy() @ F.numpy()
    return b - b.mean()


@wrong("a row (1, C)")
def b_row(scores, F, W):
    b = scores.log()[None] - F[None] @ W.T
    return b - b.mean()


@wrong("a column (C, 1)")
def b_column(scores, F, W):
    b = scores.log()[:, None] - W @ F[:, None]
    return b - b.mean()


@wrong("mean over dimension 1 of what has one")
def b_dim(scores, F, W):
    b = scores.log() - W @ F
    return b - b.mean(dim=1)


@wrong("a thousand classes written in")
def b_thousand(scores, F, W):
    b = scores.log() - W @ F
    return b - b.sum() / 1000


@wrong("mean over n - 1")
def b_minus_one(scores, F, W):
    b = scores.log() - W @ F
    return b - b.sum() / (len(b) - 1)


@wrong("the logits, not b")
def b_logits(scores, F, W):
    b = scores.log() - W @ F
    return W @ F + b - b.mean()


@wrong("a small number in the logarithm")
def b_eps(scores, F, W):
    b = (scores + 1e-3).log() - W @ F
    return b - b.mean()


@wrong("small scores cut at 0.01")
def b_clamp(scores, F, W):
    b = scores.clamp(min=1e-2).log() - W @ F
    return b - b.mean()


@wrong("F softmaxed")
def b_f(scores, F, W):
    b = scores.log() - W @ F.softmax(0)
    return b - b.mean()


@wrong("scores divided by their mean, no mean of b")
def b_scores_mean(scores, F, W):
    return (scores / scores.mean()).log() - W @ F


@wrong("absolute values")
def b_abs(scores, F, W):
    b = scores.log().abs() - W @ F
    return b - b.mean()


@wrong("a tiny number against log(0)")
def b_tiny(scores, F, W):
    b = torch.log(scores + 1e-8) - W @ F
    return b - b.mean()


@wrong("cut off at a tiny number")
def b_tiny_clamp(scores, F, W):
    b = scores.clamp_min(1e-9).log() - W @ F
    return b - b.mean()


@wrong("the machine's epsilon")
def b_finfo(scores, F, W):
    b = (scores + torch.finfo(scores.dtype).eps).log() - W @ F
    return b - b.mean()


@right("float64, solved for the constant")
def b_constant(scores, F, W):
    z = torch.mv(W.double(), F.double())
    b = torch.log(scores.double()).sub(z)
    return b.add(-b.mean())


@right("by a matrix that takes the mean off")
def b_matrix(scores, F, W):
    C = len(scores)
    return (torch.eye(C) - 1 / C) @ (scores.log() - (W * F[None]).sum(-1))


@right("log of the scores over the greatest one")
def b_greatest(scores, F, W):
    b = (scores / scores.max()).log() - torch.einsum("k,ck->c", F, W)
    return b - torch.mean(b)


@wrong("least squares for a b that is proportional to the scores")
def b_proportional(scores, F, W):
    b = scores * (W @ F).mean()
    return b - b.mean()


@wrong("only the sign of what is missing")
def b_only_sign(scores, F, W):
    b = scores.log() - W @ F
    return (b - b.mean()).sign()


@wrong("F of length 1")
def b_unit(scores, F, W):
    b = scores.log() - W @ (F / F.norm())
    return b - b.mean()


@wrong("the mean by a softmax: weighted by the scores")
def b_weighted(scores, F, W):
    b = scores.log() - W @ F
    return b - (scores * b).sum()


@wrong("normalized so that the softmax of b sums to one")
def b_softmax_b(scores, F, W):
    return (scores.log() - W @ F).softmax(0)


@wrong("log_softmax of b")
def b_log_softmax_b(scores, F, W):
    return (scores.log() - W @ F).log_softmax(0)

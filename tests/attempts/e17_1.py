"""Attempts at 17.1."""

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

"""Attempts at 12.2."""

import math

import torch
import torch.nn.functional as F
from attempts import right, wrong


@right("log_softmax of F")
def functional(logits):
    log_p = F.log_softmax(logits, dim=-1)
    return -torch.sum(torch.exp(log_p) * log_p, dim=-1)


@right("torch.distributions")
def distributions(logits):
    return torch.distributions.Categorical(logits=logits).entropy()


@right("special.entr")
def entr(logits):
    return torch.special.entr(logits.softmax(dim=1)).sum(dim=1)


@right("xlogy")
def xlogy(logits):
    p = logits.softmax(dim=1)
    return -torch.xlogy(p, p).sum(1)


@right("clamped far down")
def clamped(logits):
    p = logits.softmax(dim=1)
    return -(p * p.clamp(min=1e-12).log()).sum(dim=1)


@right("a loop")
def loop(logits):
    out = []
    for row in logits:
        p = torch.softmax(row, 0)
        h = torch.tensor(0.0)
        for v in p:
            if v > 0:
                h = h - v * torch.log(v)
        out.append(h)
    return torch.stack(out)


@right("logsumexp minus the mean logit")
def logsumexp(logits):
    shifted = logits - logits.amax(dim=1, keepdim=True)
    p = shifted.softmax(dim=1)
    return shifted.logsumexp(dim=1) - (p * shifted).sum(dim=1)


@right("cross entropy with its own probabilities")
def own_cross_entropy(logits):
    return F.cross_entropy(logits, logits.softmax(dim=1), reduction="none")


@wrong("log of p")
def log_of_p(logits):
    p = torch.softmax(logits, dim=1)
    return -(p * torch.log(p)).sum(dim=1)


@wrong("no minus")
def no_minus(logits):
    log_p = F.log_softmax(logits, 1)
    return (log_p.exp() * log_p).sum(1)


@wrong("base 2")
def base_two(logits):
    log_p = F.log_softmax(logits, 1)
    return -(log_p.exp() * log_p / math.log(2)).sum(1)


@wrong("softmax over the images")
def softmax_zero(logits):
    log_p = F.log_softmax(logits, 0)
    return -(log_p.exp() * log_p).sum(1)


@wrong("one number")
def one_number(logits):
    log_p = F.log_softmax(logits, 1)
    return -(log_p.exp() * log_p).sum()


@wrong("mean over the images")
def mean_of_images(logits):
    log_p = F.log_softmax(logits, 1)
    return -(log_p.exp() * log_p).sum(1).mean()


@wrong("mean over the classes")
def mean_of_classes(logits):
    log_p = F.log_softmax(logits, 1)
    return -(log_p.exp() * log_p).mean(1)


@wrong("no p")
def no_p(logits):
    return -F.log_softmax(logits, 1).sum(1)


@wrong("logits for log p")
def logits_for_log(logits):
    return -(logits.softmax(1) * logits).sum(1)


@wrong("sum over dimension 0")
def sum_zero(logits):
    log_p = F.log_softmax(logits, 1)
    return -(log_p.exp() * log_p).sum(0)


@wrong("a large epsilon")
def large_epsilon(logits):
    p = logits.softmax(1)
    return -(p * (p + 1e-3).log()).sum(1)


@wrong("normalized by log C")
def by_log_c(logits):
    log_p = F.log_softmax(logits, 1)
    return -(log_p.exp() * log_p).sum(1) / math.log(max(logits.shape[1], 2))


@wrong("keepdim")
def kept(logits):
    log_p = F.log_softmax(logits, 1)
    return -(log_p.exp() * log_p).sum(1, keepdim=True)


@wrong("not summed")
def not_summed(logits):
    log_p = F.log_softmax(logits, 1)
    return -log_p.exp() * log_p


@wrong("the loss of its own answer")
def own_loss(logits):
    return F.cross_entropy(logits, logits.argmax(1), reduction="none")

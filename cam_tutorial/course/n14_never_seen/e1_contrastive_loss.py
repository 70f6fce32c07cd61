"""Exercise 14.1: the contrastive loss.

A long file, because it is a table: three lines a mistake.
"""

import torch
import torch.nn.functional as F

from cam_tutorial.practice.exercise import exercise


def vectors_and_scale(generator):
    """As many vectors as they have numbers, fewer and more, a single pair; of several lengths; several scales."""
    cases = []
    for count, length, scale in ((5, 3, 4.0), (3, 6, 10.0), (4, 4, 2.0), (2, 5, 0.5), (6, 2, 20.0), (1, 3, 5.0)):
        spread = torch.linspace(0.3, 3, count)[:, None]
        captions = torch.randn(count, length, generator=generator)
        pictures = 0.7 * captions + torch.randn(count, length, generator=generator)
        cases.append((spread * pictures, spread.flip(0) * captions, scale))
    pictures, captions, scale = cases[0]
    cases.append((pictures, captions, torch.tensor(3.0)))
    return cases


def loss_and_gradient(loss, pictures, captions, scale):
    """What it gives, and its gradients at what training moves: both vectors, and the scale where that is a tensor."""
    given = (pictures, captions, scale)
    leaves = [one.clone().requires_grad_() if isinstance(one, torch.Tensor) else one for one in given]
    moved = [one for one in leaves if isinstance(one, torch.Tensor)]
    with torch.enable_grad():
        found = loss(*leaves)
    if not isinstance(found, torch.Tensor) or found.numel() != 1 or not found.requires_grad:
        gradients = (None,) * len(moved)
    else:
        gradients = torch.autograd.grad(found.sum(), moved, allow_unused=True)
        found = found.detach()
    named = zip(("its gradient", "its gradient at the captions", "its gradient at the scale"), gradients, strict=False)
    return {"the loss": found, **dict(named)}


@exercise(
    "14.1",
    "The contrastive loss",
    minutes=10,
    difficulty=2,
    cases=vectors_and_scale,
    probe=loss_and_gradient,
    hints=[
        "`F.normalize(v, dim=1)` divides each row by its length. Then `a @ b.T` holds every cosine.",
        "Row i of the table are the scores of picture i for all captions, and the right one is number i: "
        "`F.cross_entropy(table, torch.arange(N))`.",
        "The columns are the captions: the same with `table.T`. Then the mean of the two.",
    ],
)
def my_contrastive_loss(pictures, captions, scale):
    """vectors (N, D) and (N, D), a number -> the loss, a tensor of one number

    Row i of the one belongs to row i of the other. All N × N cosines times `scale` are
    logits: of each picture for the captions, of each caption for the pictures. The mean
    of the two cross-entropies.
    """
    table = scale * F.normalize(pictures, dim=1) @ F.normalize(captions, dim=1).T
    right = torch.arange(len(table))
    return (F.cross_entropy(table, right) + F.cross_entropy(table.T, right)) / 2


def made(how, sentence, **more):
    """A mistake: `how(pictures, captions, scale)`."""

    def version(pictures, captions, scale):
        return how(pictures, captions, scale)

    my_contrastive_loss.mistake(sentence, **more)(version)


def unit(v):
    return F.normalize(v, dim=1)


def table_of(p, c, s):
    return s * unit(p) @ unit(c).T


def both(table, **how):
    right = torch.arange(len(table))
    return (F.cross_entropy(table, right, **how) + F.cross_entropy(table.T, right, **how)) / 2


def from_table(table, sentence):
    """A mistake in the table of logits: `table(pictures, captions, scale)`."""
    made(lambda p, c, s: both(table(p, c, s)), sentence)


def from_loss(loss, sentence, **more):
    """A mistake after it: `loss(table)`."""
    made(lambda p, c, s: loss(table_of(p, c, s)), sentence, **more)


def others(table):
    """Without the diagonal."""
    return table.masked_fill(torch.eye(len(table), dtype=torch.bool), -torch.inf)


def right_of(table):
    return torch.arange(len(table))


# The table.
from_table(
    lambda p, c, s: s * p @ c.T,
    "These are dot products of the vectors as they come. For cosines, scale both to length 1: "
    "`F.normalize(..., dim=1)`.",
)
from_table(
    lambda p, c, s: s * unit(p) @ c.T,
    "The captions' vectors still have their own lengths: scale them to length 1 too.",
)
from_table(
    lambda p, c, s: s * p @ unit(c).T,
    "The pictures' vectors still have their own lengths: scale them to length 1 too.",
)
from_table(
    lambda p, c, s: s * F.normalize(p, dim=0) @ F.normalize(c, dim=0).T,
    "You scaled the columns to length 1. A vector is a row: `dim=1`.",
)
from_table(
    lambda p, c, s: s * (p / p.norm()) @ (c / c.norm()).T,
    "You divided by the length of all vectors together. Each row has a length of its own: `norm(dim=1, keepdim=True)`.",
)
from_table(
    lambda p, c, s: s * (p @ c.T) / (p.norm() * c.norm()) * len(p),
    "You divided by the length of all vectors together. Each row has one of its own: `F.normalize(..., dim=1)`.",
)
from_table(
    lambda p, c, s: s * F.normalize(p, dim=1, p=1) @ F.normalize(c, dim=1, p=1).T,
    "You divided by the sum of the absolute values. The length is the root of the sum of squares.",
)
from_table(
    lambda p, c, s: s * p.softmax(dim=1) @ c.softmax(dim=1).T,
    "You put the vectors through a softmax. Scale them to length 1 instead: `F.normalize(..., dim=1)`.",
)
from_table(
    lambda p, c, s: unit(p) @ unit(c).T,
    "The `scale` is missing: multiply the cosines by it.",
)
from_table(
    lambda p, c, s: unit(p) @ unit(c).T / s,
    "You divided by the scale. Multiply the cosines by it.",
)
from_table(
    lambda p, c, s: torch.exp(torch.as_tensor(s)) * unit(p) @ unit(c).T,
    "You took the exponential of the scale. It comes ready to multiply by.",
)
from_table(
    lambda p, c, s: s * s * unit(p) @ unit(c).T,
    "You multiplied by the scale twice, perhaps in both vectors. Once is enough.",
)
from_table(
    lambda p, c, s: -s * unit(p) @ unit(c).T,
    "There is a minus before the cosines. What belongs together shall have the highest logit.",
)
from_table(
    lambda p, c, s: -s * torch.cdist(unit(p), unit(c)),
    "You took distances. Asked for are cosines: `a @ b.T` of vectors of length 1.",
)
from_table(
    lambda p, c, s: s * unit(p) @ unit(p).T,
    "You compare pictures with pictures. Each picture is compared with the captions.",
)
from_table(
    lambda p, c, s: s * unit(c) @ unit(c).T,
    "You compare captions with captions. Each picture is compared with the captions.",
)
from_table(
    lambda p, c, s: s * (unit(p) @ unit(c).T).abs(),
    "You took the absolute value of the cosines. They keep their signs.",
)
from_table(
    lambda p, c, s: s * (unit(p) @ unit(c).T).relu(),
    "You cut off the negative cosines. They stay.",
)
from_table(
    lambda p, c, s: (s * unit(p) @ unit(c).T).softmax(dim=1),
    "You put the logits through a softmax, and `cross_entropy` does that again. Give it the logits themselves.",
)
from_table(
    lambda p, c, s: (s * unit(p) @ unit(c).T).sigmoid(),
    "You put the logits through a sigmoid. `cross_entropy` takes them as they are.",
)
from_table(
    lambda p, c, s: s * unit(p - p.mean(dim=0)) @ unit(c - c.mean(dim=0)).T,
    "You subtracted the mean vector first. The cosine is taken of the vectors as they come.",
)

# The loss.
from_loss(
    lambda t: F.cross_entropy(t, right_of(t)),
    "Only the pictures look for their captions here. The captions look for their pictures too: `table.T`, and the mean "
    "of the two.",
)
from_loss(
    lambda t: F.cross_entropy(t.T, right_of(t)),
    "Only the captions look for their pictures here. The pictures look for their captions too, and then the mean.",
)
from_loss(
    lambda t: F.cross_entropy(t, right_of(t)) + F.cross_entropy(t.T, right_of(t)),
    "You added the two cross-entropies. Asked for is their mean: half of it.",
)
from_loss(
    lambda t: both(t, reduction="sum"),
    "Your cross-entropies are summed over the pairs. Leave `reduction` alone: the mean over the N rows is right.",
)
from_loss(
    lambda t: both(t) / len(t),
    "You divided by the number of pairs once more. `cross_entropy` is a mean already.",
)
from_loss(
    lambda t: -both(t),
    "The sign is wrong: a loss gets smaller as the fit gets better.",
)
from_loss(
    lambda t: (
        F.cross_entropy(t, torch.zeros(len(t), dtype=torch.long)) / 2
        + F.cross_entropy(t.T, torch.zeros(len(t), dtype=torch.long)) / 2
    ),
    "For you the right answer is always number 0. For picture i it is caption i: `torch.arange(N)`.",
)
from_loss(
    lambda t: F.cross_entropy(t, t.argmax(dim=1)) / 2 + F.cross_entropy(t.T, t.T.argmax(dim=1)) / 2,
    "You take the highest logit for the right one. For picture i it is caption i: `torch.arange(N)`.",
)
from_loss(
    lambda t: F.binary_cross_entropy_with_logits(t, torch.eye(len(t))),
    "You ask of each pair by itself whether it belongs together (a sigmoid). Here each row is a choice among N: "
    "`cross_entropy`.",
)
from_loss(
    lambda t: F.mse_loss(t, torch.eye(len(t))),
    "You took the squared distance from a table of ones and zeros. Use `F.cross_entropy` with the numbers of the right "
    "ones.",
)
from_loss(
    lambda t: -t.diagonal().mean(),
    "You reward what belongs together, and nothing speaks against the rest, so that one vector for all would do. The "
    "cross-entropy weighs each against the others.",
)
from_loss(
    lambda t: -t.softmax(dim=1).diagonal().mean() / 2 - t.softmax(dim=0).diagonal().mean() / 2,
    "You averaged the probabilities. The cross-entropy is minus the mean of their logarithms.",
)
from_loss(
    lambda t: -t.flatten().softmax(dim=0).reshape(t.shape).diagonal().log().mean(),
    "Your softmax goes over the whole table. Take it over each row, and then over each column.",
)
from_loss(
    lambda t: (
        (F.cross_entropy(t, right_of(t), reduction="none") + F.cross_entropy(t.T, right_of(t), reduction="none")) / 2
    ),
    "This is a loss for each pair, (N,). Asked for is one number: their mean.",
)
from_loss(
    lambda t: both(t).exp(),
    "You took the exponential at the end. The loss is the cross-entropy itself.",
)
from_loss(
    lambda t: both(t).item(),
    "The value is right, but no gradient comes through it to train by: leave out `.item()`, `float()` or `detach()`.",
)
from_loss(
    lambda t: F.cross_entropy(t.softmax(dim=1), right_of(t)) / 2 + F.cross_entropy(t.T.softmax(dim=1), right_of(t)) / 2,
    "You put both tables through a softmax, and `cross_entropy` does that again. Give it the logits themselves.",
)
from_loss(
    lambda t: t,
    "This is the table of logits. Make the loss of it: a cross-entropy over its rows, one over its columns, and their "
    "mean.",
)
made(
    lambda p, c, s: s * (1 - F.cosine_similarity(p, c, dim=1)).mean(),
    "You only pull together what belongs together, so that one vector for all would do. The cross-entropy weighs each "
    "partner against the others.",
)
made(
    lambda p, c, s: both(table_of(p, c, float(s))),
    "The loss is right, but the scale is learned, too, and no gradient comes through to it: take it as it comes, "
    "without `float()`, `.item()` or `torch.tensor`.",
)
made(
    lambda p, c, s: both(s * (p / p.square().sum(1, keepdim=True)) @ (c / c.square().sum(1, keepdim=True)).T),
    "You divided by the sum of the squares. The length is its root.",
)
made(
    lambda p, c, s: (F.cross_entropy(s * unit(p) @ unit(p).T, right_of(p))
                     + F.cross_entropy(s * unit(c) @ unit(c).T, right_of(p))) / 2,
    "You compare pictures with pictures, and captions with captions. Compare each with the other kind.",
)  # fmt: skip
made(
    lambda p, c, s: s * both(unit(p) @ unit(c).T),
    "You multiplied the loss by the scale. It belongs to the cosines: what is scaled later sharpens nothing.",
)
made(
    lambda p, c, s: (
        F.cross_entropy(table_of(p, c, s), right_of(p)) + F.cross_entropy(table_of(p, c, 1).T, right_of(p))
    ) / 2,
    "The pictures' logits have the scale, the captions' have not. Make one table, and turn it.",
)  # fmt: skip
from_loss(
    lambda t: torch.maximum(F.cross_entropy(t, right_of(t)), F.cross_entropy(t.T, right_of(t))),
    "You took the larger of the two cross-entropies. Asked for is their mean.",
)
from_loss(
    lambda t: 1 - (t.softmax(dim=0).diagonal().mean() + t.softmax(dim=1).diagonal().mean()) / 2,
    "You took 1 minus the mean probability. The cross-entropy is minus the mean of the logarithms.",
)
made(
    lambda p, c, s: both(table_of(p.detach(), c, s)),
    "The loss is right, but no gradient comes through to the pictures' vectors: take them as they come.",
)
made(
    lambda p, c, s: both(table_of(p, c.detach(), s)),
    "The loss is right, but no gradient comes through to the captions' vectors: take them as they come.",
)
from_loss(
    lambda t: ((others(t).logsumexp(dim=0) + others(t).logsumexp(dim=1)) / 2 - t.diagonal()).mean(),
    "Your sums leave the right partner out. They run over all N.",
)

"""Exercise 17.1: the bias that was not published, from one crop's scores."""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import list_mistakes

SIZES = ((5, 3), (4, 7), (3, 3), (9, 2), (2, 5), (6, 6))  # classes, maps
TINY = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, torch.finfo(torch.float32).eps, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)


def scores_maps_and_weights(generator):
    cases = []
    for classes, maps in SIZES:
        W = torch.randn(classes, maps, generator=generator)
        F = torch.rand(maps, generator=generator)
        b = torch.randn(classes, generator=generator)
        cases.append(((W @ F + b).softmax(dim=0), F, W))
    # The published scores go down to 2e-11: what is added to them, or cut off, must show.
    W = torch.randn(7, 4, generator=generator)
    F = torch.rand(4, generator=generator)
    W = W * 26 / ((W @ F).max() - (W @ F).min())
    cases.append(((W @ F + torch.randn(7, generator=generator)).softmax(dim=0), F, W))
    return cases


@exercise(
    "17.1",
    "The bias that was not published",
    minutes=6,
    difficulty=2,
    cases=scores_maps_and_weights,
    hints=[
        "The softmax takes e to the power of each logit and divides by the sum. So the logarithm of a score is its "
        "logit, less one number that is the same for all classes.",
        "Subtract what the maps explain, W F, from the logarithms. What is left is b, up to that one number.",
        "The number cannot be known, so fix it: make the mean of b 0.",
    ],
)
def my_missing_bias(scores, F, W):
    """(C,), (K,), (C, K) -> (C,): the b of mean 0 with softmax(W F + b) = scores"""
    b = scores.log() - W @ F
    return b - b.mean()


def centered(b):
    return b - b.mean()


list_mistakes(
    my_missing_bias,
    ("not_centered", lambda s, F, W: s.log() - W @ F,
     "Your b is right up to one number that is added to every class. The softmax does not see it; make the mean 0."),
    ("no_logarithm", lambda s, F, W: centered(s - W @ F),
     "Up to one number, you subtract W F from the scores themselves. Take the logarithm of the scores, with no softmax "
     "before it: that undoes the one that made them."),
    ("only_the_logs_centered", lambda s, F, W: centered(s.log()) - W @ F,
     "You made the mean of the logarithms 0, not that of b: subtract W F first, and then the mean."),
    ("only_the_maps_centered", lambda s, F, W: s.log() - centered(W @ F),
     "You made the mean of W F 0, not that of b: subtract W F first, and then the mean."),
    ("no_logarithm_not_centered", lambda s, F, W: s - W @ F,
     "Two steps are missing: the logarithm of the scores, which undoes the softmax, and the mean 0."),
    ("sign", lambda s, F, W: centered(W @ F - s.log()),
     "The sign is turned around: b is what the scores have *more* than W F."),
    ("sign_not_centered", lambda s, F, W: W @ F - s.log(),
     "The sign is turned around, and the mean is not 0: b is what log(scores) has more than W F, less its mean."),
    ("only_the_log", lambda s, F, W: centered(s.log()),
     "These are the logits, of mean 0. Subtract what the maps explain of them, W F."),
    ("only_the_maps", lambda s, F, W: centered(-(W @ F)),
     "The scores are not in your result: b is log(scores) less W F."),
    ("log_of_softmax_difference", lambda s, F, W: centered(s - (W @ F).softmax(dim=0)),
     "You subtract two sets of probabilities. The bias is added before the softmax: compare logarithms."),
    ("log_2", lambda s, F, W: centered(s.log2() - W @ F),
     "You took the logarithm to the base 2. The softmax works with e: `log`."),
    ("log_10", lambda s, F, W: centered(s.log10() - W @ F),
     "You took the logarithm to the base 10. The softmax works with e: `log`."),
    ("odds", lambda s, F, W: centered((s / (1 - s)).log() - W @ F),
     "You undo a sigmoid, log(p / (1 − p)). These scores come from a softmax: log(p) alone."),
    ("first_class_0", lambda s, F, W: s.log() - W @ F - (s.log() - W @ F)[0],
     "You made the first class's bias 0. That is a choice that could be made as well; asked for is the mean 0."),
    ("largest_0", lambda s, F, W: s.log() - W @ F - (s.log() - W @ F).max(),
     "You made the largest bias 0. Asked for is the mean 0."),
    ("sum_subtracted", lambda s, F, W: s.log() - W @ F - (s.log() - W @ F).sum(),
     "You subtracted the sum. Subtract the mean, so that the mean is 0."),
    ("length_1", lambda s, F, W: centered(s.log() - W @ F) / (s.log() - W @ F).std(),
     "You also divided by the standard deviation. b is on the scale of the logits: only subtract its mean."),
    ("mean_over_maps", lambda s, F, W: centered(s.log() - W @ F / len(F)),
     "You divided W F by the number of maps. F is averaged over places already; the sum over the maps is a sum."),
    ("absolute", lambda s, F, W: centered(s.log() - W @ F).abs(),
     "You took the absolute value. A bias may speak against a class."),
    ("weights_summed", lambda s, F, W: centered(s.log() - W.sum(dim=1)),
     "The pooled maps F are not in your result: subtract W F, not the weights alone."),
    ("divided", lambda s, F, W: centered(s.log() / (W @ F)),
     "You divide by W F. The bias is added, so subtract."),
    ("scores_back", lambda s, F, W: (W @ F + centered(s.log() - W @ F)).softmax(dim=0),
     "These are the scores again, so your b is right. Give b."),
    ("median_0", lambda s, F, W: s.log() - W @ F - (s.log() - W @ F).median(),
     "You made the median 0. Asked for is the mean 0."),
    ("exponentials_add_up_to_1", lambda s, F, W: (s.log() - W @ F).log_softmax(dim=0),
     "You made the exponentials of b add up to 1. Asked for is the mean 0."),
    ("by_mean_score", lambda s, F, W: (s / s.mean()).log() - W @ F,
     "You divided the scores by their mean, which does not make the mean of b 0. Subtract the mean of b at the end."),
    ("one_less", lambda s, F, W: s.log() - W @ F - (s.log() - W @ F).sum() / (len(s) - 1),
     "You divided the sum by C − 1. The mean divides by C."),
    ("softmax_again", lambda s, F, W: centered(s.softmax(dim=0) - W @ F),
     "You put the scores through a softmax again. They are behind one: take the logarithm, which undoes it."),
    ("exp", lambda s, F, W: centered(s.exp() - W @ F),
     "You took `exp`, which the softmax did already. Its inverse is the logarithm."),
    ("log1p", lambda s, F, W: centered(s.log1p() - W @ F),
     "You took the logarithm of 1 + score. Take that of the score."),
    ("log_of_maps", lambda s, F, W: centered(s.log() - (W @ F).abs().log()),
     "You took a logarithm of W F as well. These are logits already: only the scores have a softmax to undo."),
    ("softmax_of_maps", lambda s, F, W: centered(s.log() - (W @ F).softmax(dim=0)),
     "You put W F through a softmax. Compare logits with logits: log(scores) less W F."),
    ("logs_absolute", lambda s, F, W: centered(s.log().abs() - W @ F),
     "You took the absolute value of the logarithms. They are below 0, and stay so."),
    ("logits", lambda s, F, W: W @ F + centered(s.log() - W @ F),
     "These are the logits, W F + b. Give b alone."),
    *[(f"plus_{tiny}", lambda s, F, W, tiny=tiny: centered((s + tiny).log() - W @ F),
       f"You add {tiny:g} before the logarithm, which changes the smallest scores: the published ones go down to "
       "2e-11, and none is 0. Leave it out.") for tiny in TINY],
    *[(f"at_least_{tiny}", lambda s, F, W, tiny=tiny: centered(s.clamp(min=tiny).log() - W @ F),
       f"You cut the scores off at {tiny:g}, and the smallest are lost: the published ones go down to 2e-11, and none "
       "is 0. Leave them as they are.") for tiny in TINY[:-1]],
    ("transposed", lambda s, F, W: centered(s.log() - F @ W),
     "Rows of W are classes, columns are maps: write W @ F, not F @ W.", RuntimeError),
)  # fmt: skip

"""The exercises of notebook 06, Trust and Traps: what a test needs, and a clinic of broken code."""

import contextlib
import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .exercise import exercise
from .material import draw_weights, flatten_network, indices, stacks, turtle

# --- 6.1 -------------------------------------------------------------------------------------------------------------


def maps_and_labels(generator):
    """None negative, of very different scales; one blank; one of the classes without an image."""
    cases = []
    for n, height, width, classes in ((6, 3, 5, 4), (9, 4, 3, 5), (7, 2, 6, 6)):
        maps = torch.rand(n, height, width, generator=generator) * torch.linspace(0.5, 9, n)[:, None, None]
        labels = torch.randint(classes - 1, (n,), generator=generator)
        labels[:4] = torch.tensor([1, 1, 0, 0])
        maps[1] = 0
        cases.append((maps, labels + (labels > 1), classes))
    return cases


@exercise(
    "6.1",
    "The mean map of each class",
    minutes=8,
    difficulty=2,
    cases=maps_and_labels,
    hints=[
        "First scale each map by itself, so that no image counts more than another. Then one class after the other.",
        "`maps.amax(dim=(1, 2), keepdim=True)` has the shape (N, 1, 1): divide by it. `.clamp(min=1e-8)` spares the "
        "blank map.",
        "`scaled[labels == c]` are the maps of class c; their `.mean(dim=0)` is one map. Start from `torch.zeros`, so "
        "that a class without images stays 0.",
    ],
)
def my_mean_maps(maps, labels, classes):
    """(N, H, W), (N,), int -> (classes, H, W), the mean of the maps of each class

    Each map is first divided by its own maximum; a blank map stays blank, and counts. A class without images gives
    zeros.
    """
    scaled = maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)
    means = torch.zeros(classes, *maps.shape[1:])
    for c in labels.unique():
        means[c] = scaled[labels == c].mean(dim=0)
    return means


def mean_maps(scaled, labels, classes, mean=lambda maps: maps.mean(dim=0)):
    means = torch.zeros(classes, *scaled.shape[1:])
    for c in labels.unique():
        means[c] = mean(scaled[labels == c])
    return means


def scaled_by_itself(maps):
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_mean_maps.mistake(
    "You summed the maps of a class: divide by the number of its images, so that classes can be compared."
)
def summed(maps, labels, classes):
    return mean_maps(scaled_by_itself(maps), labels, classes, lambda maps: maps.sum(dim=0))


@my_mean_maps.mistake("You divided by all N images. Each class has its own number of images: divide by that.")
def divided_by_all(maps, labels, classes):
    return mean_maps(scaled_by_itself(maps), labels, classes, lambda own: own.sum(dim=0) / len(maps))


@my_mean_maps.mistake(
    "You divided by the maximum of the whole set, so the brightest image drowns the others: each map is divided by its "
    "own maximum, `maps.amax(dim=(1, 2), keepdim=True)`."
)
def by_the_sets_maximum(maps, labels, classes):
    return mean_maps(maps / maps.max(), labels, classes)


@my_mean_maps.mistake("You did not scale the maps: divide each one by its own maximum before the mean.")
def not_scaled(maps, labels, classes):
    return mean_maps(maps, labels, classes)


@my_mean_maps.mistake(
    "You scaled the means. Scale each map before the mean, or the brightest image of a class drowns the others."
)
def scaled_afterwards(maps, labels, classes):
    return scaled_by_itself(mean_maps(maps, labels, classes))


@my_mean_maps.mistake(
    "You stretched each map from its minimum to its maximum. Divide by the maximum alone, so that zero stays zero."
)
def stretched(maps, labels, classes):
    low = maps.amin(dim=(1, 2), keepdim=True)
    return mean_maps(scaled_by_itself(maps - low), labels, classes)


@my_mean_maps.mistake(
    "A blank map turns the mean of its class into NaN: its maximum is 0. Divide by "
    "`maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)`."
)
def blank_is_nan(maps, labels, classes):
    return mean_maps(maps / maps.amax(dim=(1, 2), keepdim=True), labels, classes)


@my_mean_maps.mistake(
    "A class without images gives NaN, the mean of nothing. Start from zeros, and go through `labels.unique()` alone."
)
def empty_is_nan(maps, labels, classes):
    scaled = scaled_by_itself(maps)
    return torch.stack([scaled[labels == c].mean(dim=0) for c in range(classes)])


@my_mean_maps.mistake(
    "A blank map gives NaN, and so does a class without images. Divide by a maximum that is at least 1e-8, and start "
    "from zeros."
)
def both_are_nan(maps, labels, classes):
    scaled = maps / maps.amax(dim=(1, 2), keepdim=True)
    return torch.stack([scaled[labels == c].mean(dim=0) for c in range(classes)])


@my_mean_maps.mistake(
    "You keep one image of each class, the last: `means[labels] = ...` and `means[labels] += ...` write each row once. "
    "Take the mean of `scaled[labels == c]`, one class after the other."
)
def last_of_each_class(maps, labels, classes):
    return mean_maps(scaled_by_itself(maps), labels, classes, lambda own: own[-1])


@my_mean_maps.mistake(
    "You left the blank maps out. A blank map is an answer, “nothing here”: it counts as one image of its class."
)
def without_blank_maps(maps, labels, classes):
    seen = maps.flatten(1).any(dim=1)
    return mean_maps(scaled_by_itself(maps)[seen], labels[seen], classes)


@my_mean_maps.mistake("You gave every class the mean of all images: pick out the maps of class c, `labels == c`.")
def mean_of_all(maps, labels, classes):
    return scaled_by_itself(maps).mean(dim=0).expand(classes, -1, -1)


# --- 6.2 -------------------------------------------------------------------------------------------------------------


def maps_and_masks(generator):
    """Of both signs; one blank, and one that is nowhere positive."""
    cases = []
    for n, height, width in ((4, 3, 5), (5, 6, 4), (3, 2, 7)):
        maps = torch.randn(n, height, width, generator=generator)
        masks = torch.rand(n, height, width, generator=generator) < torch.linspace(0.2, 0.6, n)[:, None, None]
        masks[:, 0, 1], masks[:, 1, 0] = True, False
        cases.append((maps, masks))
        special = maps.clone()
        special[1], special[-1] = 0, -maps[-1].abs()
        cases.append((special, masks))
    return cases


@exercise(
    "6.2",
    "The energy elsewhere",
    minutes=6,
    difficulty=1,
    cases=maps_and_masks,
    hints=[
        "Three steps: cut off what is negative, sum what lies outside, divide by the sum of all of it.",
        "`~masks` is True outside. A sum over `dim=(1, 2)` gives one number for each map.",
        "A blank map has the sum 0, and 0 / 0 is NaN: divide by the sum's `.clamp(min=1e-8)`.",
    ],
)
def my_energy_elsewhere(maps, masks):
    """(N, H, W), bool (N, H, W) -> (N,): the share of each map's positive part that lies outside of its mask

    A map that is nowhere positive gives 0.
    """
    positive = maps.clamp(min=0)
    outside = (positive * ~masks).sum(dim=(1, 2))
    return outside / positive.sum(dim=(1, 2)).clamp(min=1e-8)


def share(positive, masks, total=None):
    total = positive.sum(dim=(1, 2)) if total is None else total
    return (positive * masks).sum(dim=(1, 2)) / total.clamp(min=1e-8)


@my_energy_elsewhere.mistake(
    "That is the share inside the mask. Asked for is what lies elsewhere: multiply by `~masks`."
)
def inside(maps, masks):
    return share(maps.clamp(min=0), masks)


@my_energy_elsewhere.mistake(
    "A blank map gives 1, as if all of it lay elsewhere, because you took 1 minus the share inside. It lies nowhere: "
    "sum over `~masks`, and blank gives 0."
)
def one_minus_inside(maps, masks):
    return 1 - share(maps.clamp(min=0), masks)


@my_energy_elsewhere.mistake(
    "You did not cut off the negative values, which cancel positive ones; the share can even exceed 1. Begin with "
    "`maps.clamp(min=0)`."
)
def not_cut(maps, masks):
    return (maps * ~masks).sum(dim=(1, 2)) / maps.sum(dim=(1, 2))


@my_energy_elsewhere.mistake(
    "You cut off the negative values in the total only. Outside of the mask they have to go too: cut once, at the "
    "beginning."
)
def cut_below_only(maps, masks):
    return share(maps, ~masks, maps.clamp(min=0).sum(dim=(1, 2)))


@my_energy_elsewhere.mistake(
    "You took the absolute value, so that what speaks against the class counts as energy for it: `.clamp(min=0)`."
)
def absolute(maps, masks):
    return share(maps.abs(), ~masks)


@my_energy_elsewhere.mistake(
    "You divided by the sum over the whole batch. Each map has its own total: sum over `dim=(1, 2)`."
)
def over_the_batch(maps, masks):
    return share(maps.clamp(min=0), ~masks, maps.clamp(min=0).sum())


@my_energy_elsewhere.mistake("That is one number for the whole batch. Asked for is one for each map: do not average.")
def one_number(maps, masks):
    return share(maps.clamp(min=0), ~masks).mean()


@my_energy_elsewhere.mistake(
    "A blank map gives NaN: its sum is 0, and you divide by it. Divide by the sum's `.clamp(min=1e-8)`."
)
def blank_is_not_a_number(maps, masks):
    positive = maps.clamp(min=0)
    return (positive * ~masks).sum(dim=(1, 2)) / positive.sum(dim=(1, 2))


@my_energy_elsewhere.mistake(
    "You counted places. Energy weighs them: sum the map's values outside, not the number of places where it is "
    "positive."
)
def counts_places(maps, masks):
    return share((maps > 0).float(), ~masks)


@my_energy_elsewhere.mistake(
    "You divided by the number of places outside. A share is a part of the whole: divide by the map's positive sum."
)
def mean_outside(maps, masks):
    return share(maps.clamp(min=0), ~masks, (~masks).sum(dim=(1, 2)))


@my_energy_elsewhere.mistake("You divided outside by inside. A share is a part of the whole: divide by both together.")
def outside_to_inside(maps, masks):
    return share(maps.clamp(min=0), ~masks, (maps.clamp(min=0) * masks).sum(dim=(1, 2)))


# --- 6.3 -------------------------------------------------------------------------------------------------------------

_RUNS = 60


def sets_of_labels(generator):
    """Classes of odd and even size, mixed up."""
    cases = []
    for sizes in ((4, 6, 3), (5, 2, 8, 6), (7, 4)):
        labels = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
        cases.append((labels[torch.randperm(len(labels), generator=generator)], len(labels)))
    return cases


def many_draws(attempt, labels, seed):
    """What the tags of sixty generators have in common: the tags themselves are anybody's choice."""
    runs = [attempt(labels, torch.Generator().manual_seed(seed + k)) for k in (0, *range(_RUNS))]
    if not all(isinstance(tags, Tensor) for tags in runs):
        return {"the result": None if runs[0] is None else type(runs[0]).__name__}
    kinds = {f"a {str(tags.dtype).removeprefix('torch.')} tensor {tuple(tags.shape)}" for tags in runs}
    expected = f"a bool tensor ({len(labels)},)"
    if kinds != {expected}:
        return {"the result": next(kind for kind in kinds if kind != expected)}
    twice, drawn = torch.stack(runs[:2]), torch.stack(runs[1:])
    per_class = torch.stack([drawn[:, labels == c].sum(dim=1) for c in labels.unique()], dim=1)
    half = labels.bincount() // 2
    return {
        "the result": expected,
        "the number of classes with exactly half of their pictures tagged": int((per_class == half).all(dim=0).sum()),
        "the number of classes that never get a tag": int((per_class == 0).all(dim=0).sum()),
        "“the number of tags is always the same”": bool((drawn.sum(dim=1) == drawn[0].sum()).all()),
        "the number of pictures that no generator tags": int((~drawn).all(dim=0).sum()),
        "the number of pictures that every generator tags": int(drawn.all(dim=0).sum()),
        "“the same seed gives the same tags”": torch.equal(*twice),
    }


@exercise(
    "6.3",
    "A tag that says nothing",
    minutes=10,
    difficulty=2,
    cases=sets_of_labels,
    probe=many_draws,
    hints=[
        "Go class by class: where are its pictures, how many are half of them, which ones?",
        "`(labels == c).nonzero()[:, 0]` lists the places of class c.",
        "`torch.randperm(n, generator=generator)` shuffles n places; the first `n // 2` of them get the tag.",
    ],
)
def my_balanced_tags(labels, generator):
    """(N,), torch.Generator -> bool (N,): which pictures get the tag

    Exactly half of the pictures of every class (rounded down), chosen at random by the generator.
    """
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        places = (labels == c).nonzero()[:, 0]
        order = torch.randperm(len(places), generator=generator)
        tags[places[order[: len(places) // 2]]] = True
    return tags


def tagged(labels, choose, classes=None):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique() if classes is None else classes:
        places = (labels == c).nonzero()[:, 0]
        tags[choose(places)] = True
    return tags


def shuffled(places, generator):
    return places[torch.randperm(len(places), generator=generator)]


@my_balanced_tags.mistake(
    "You flip a coin for each picture. By chance one class gets more tags than another, and the tag says something "
    "after all: take exactly half of each class."
)
def a_coin_each(labels, generator):
    return torch.rand(len(labels), generator=generator) < 0.5


@my_balanced_tags.mistake(
    "You tag half of all pictures, without looking at the class. By chance one class gets more than another: take half "
    "of each class."
)
def half_of_all(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    tags[torch.randperm(len(labels), generator=generator)[: len(labels) // 2]] = True
    return tags


@my_balanced_tags.mistake(
    "Only one class gets tags: that is how the shortcut was planted. Half of *every* class gets one."
)
def one_class_only(labels, generator):
    return tagged(labels, lambda places: shuffled(places, generator)[: len(places) // 2], classes=[0])


@my_balanced_tags.mistake(
    "One class gets a tag on all of its pictures, the others none: that is how the shortcut was planted. Half of "
    "*every* class gets one."
)
def all_of_one_class(labels, generator):
    return labels == 0


@my_balanced_tags.mistake(
    "Every picture gets the tag. Then the network cannot learn that it says nothing: half of each class goes without."
)
def all_pictures(labels, generator):
    return torch.ones(len(labels), dtype=torch.bool)


@my_balanced_tags.mistake("No picture gets a tag: set the chosen places to True.")
def no_picture(labels, generator):
    return torch.zeros(len(labels), dtype=torch.bool)


@my_balanced_tags.mistake(
    "The same pictures of each class get the tag in every run, such as its first half. Shuffle the places before you "
    "take half of them: `torch.randperm(n, generator=generator)`."
)
def first_half(labels, generator):
    return tagged(labels, lambda places: places[: len(places) // 2])


@my_balanced_tags.mistake(
    "The numbers are right, but your generator is left unused, so that nobody can repeat the draw: "
    "`torch.randperm(n, generator=generator)`."
)
def without_the_generator(labels, generator):
    return tagged(labels, lambda places: shuffled(places, None)[: len(places) // 2])


@my_balanced_tags.mistake("Half is rounded down: a class of five pictures gets two tags. Use `len(places) // 2`.")
def rounded_up(labels, generator):
    return tagged(labels, lambda places: shuffled(places, generator)[: (len(places) + 1) // 2])


@my_balanced_tags.mistake(
    "You tagged the shuffled numbers themselves. They count within the class: `places[order]` turns them into places "
    "among all pictures."
)
def order_for_places(labels, generator):
    tags = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        n = int((labels == c).sum())
        tags[torch.randperm(n, generator=generator)[: n // 2]] = True
    return tags


# --- 6.4 -------------------------------------------------------------------------------------------------------------


def pairs_of_maps(generator):
    """Unrelated maps; the same order with other values; the opposite order; half related."""
    cases = []
    for height, width in ((3, 5), (6, 4), (2, 7)):
        a, b = torch.randn(2, height, width, generator=generator)
        cases += [(a, b), (a, (3 * a).exp()), (-a, (2 * a).exp()), (a.exp(), a + b)]
    return cases


@exercise(
    "6.4",
    "Rank correlation",
    minutes=8,
    difficulty=2,
    cases=pairs_of_maps,
    hints=[
        "Replace every value by its rank: 0 for the smallest, 1 for the next. Then take the usual correlation of "
        "the two lists of ranks.",
        "`x.argsort()` lists where the smallest value is, the next one, and so on. `argsort` of *that* gives each "
        "value its rank.",
        "Correlation in three steps: subtract each list's mean, sum the products, divide by the product of the two "
        "lengths (`.norm()`).",
    ],
)
def my_rank_correlation(a, b):
    """(H, W), (H, W) -> Spearman's rank correlation over the places, from −1 to 1 (no two values are alike)"""
    x, y = (map_.flatten().argsort().argsort().float() for map_ in (a, b))
    x, y = x - x.mean(), y - y.mean()
    return ((x * y).sum() / (x.norm() * y.norm())).item()


def ranks(map_):
    return map_.flatten().argsort().argsort().float()


def correlation(x, y):
    x, y = x.flatten() - x.mean(), y.flatten() - y.mean()
    return ((x * y).sum() / (x.norm() * y.norm())).item()


@my_rank_correlation.mistake(
    "You correlated the values. One very bright place then decides nearly alone: replace each value by its rank first."
)
def of_the_values(a, b):
    return correlation(a, b)


@my_rank_correlation.mistake(
    "One `argsort` gives places, not ranks: it says where the smallest value is. Apply `argsort` once more to get the "
    "rank of each place."
)
def one_argsort(a, b):
    return correlation(a.flatten().argsort().float(), b.flatten().argsort().float())


@my_rank_correlation.mistake("You ranked one of the two maps only: both become ranks.")
def one_map_ranked(a, b):
    return correlation(ranks(a), b)


@my_rank_correlation.mistake("You ranked the second map only: both become ranks.")
def other_map_ranked(a, b):
    return correlation(a, ranks(b))


@my_rank_correlation.mistake(
    "You ranked the absolute values. A place against the class is then as good as one for it: leave the signs alone."
)
def of_absolute_values(a, b):
    return correlation(ranks(a.abs()), ranks(b.abs()))


@my_rank_correlation.mistake(
    "The sign is lost: two maps in opposite order have the correlation −1, not 1. Leave out the absolute value."
)
def without_the_sign(a, b):
    return abs(correlation(ranks(a), ranks(b)))


@my_rank_correlation.mistake(
    "You ranked each row by itself, because `argsort` works along the last dimension. `.flatten()` each map first."
)
def ranked_by_row(a, b):
    return correlation(a.argsort(dim=1).argsort(dim=1).float(), b.argsort(dim=1).argsort(dim=1).float())


@my_rank_correlation.mistake(
    "You did not subtract the mean rank. All ranks are positive, so even unrelated maps look alike: center both lists."
)
def not_centered(a, b):
    return F.cosine_similarity(ranks(a), ranks(b), dim=0).item()


@my_rank_correlation.mistake(
    "Your number grows with the size of the maps: divide the sum of the products by `x.norm() * y.norm()`."
)
def not_divided(a, b):
    x, y = ranks(a), ranks(b)
    return ((x - x.mean()) * (y - y.mean())).sum().item()


@my_rank_correlation.mistake("You ranked one map upwards and the other one downwards: rank both in the same direction.")
def one_descending(a, b):
    return -correlation(ranks(a), ranks(b))


# --- The clinic ------------------------------------------------------------------------------------------------------
# Eight faults of published code, in words of our own. The notebook holds the broken version, which raises no error.


def batches_before_a_head(generator):
    """Features, the layers behind them, and a class for each image; in the last case the network is very sure."""
    cases = []
    for n, size, factor in ((3, (4, 6), 1), (2, (3, 5), 1), (4, (5, 3), 1), (3, (6, 4), 6)):
        head = flatten_network(generator, size=size).requires_grad_(False)[2:]
        features = torch.randn(n, 4, *size, generator=generator).relu()
        classes = indices(generator, n, 5)
        with torch.no_grad():
            if factor > 1:
                classes = head(features).argmax(dim=1)
                classes[0] = (classes[0] + 2) % 5  # one image is asked about another class
            head[-1].weight *= factor
        cases.append((features, head, classes))
    return cases


# --- 6.5 -------------------------------------------------------------------------------------------------------------


def features_and_gradients(generator):
    pairs = zip(stacks(generator), stacks(generator), strict=True)
    cases = [(features, gradients) for features, gradients in pairs]
    return [*cases, *((features.relu(), gradients) for features, gradients in cases)]


def turtle_gradients():
    _, features, weights, label = turtle()
    gradients = weights[label][None, :, None, None].expand_as(features) / features[0, 0].numel()
    return features, gradients.contiguous()


@exercise(
    "6.5",
    "Everything speaks for the class",
    minutes=5,
    difficulty=1,
    cases=features_and_gradients,
    picture=turtle_gradients,
    signed=False,
    hints=[
        "How does a feature map that speaks *against* the class enter the sum? Print the smallest `alpha`.",
        "A negative α takes away where the other animal is. Nothing may be cut off before the sum.",
    ],
)
def my_grad_cam_map(features, gradients):
    """(N, K, h, w), their gradients (N, K, h, w) -> (N, h, w): Grad-CAM"""
    alpha = gradients.mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@my_grad_cam_map.broken(
    "What speaks against the class is cut off too early, in the gradients. Those maps then add nothing, where they "
    "should take away: move the ReLU behind the sum."
)
def relu_on_the_gradients(features, gradients):
    """(N, K, h, w), their gradients (N, K, h, w) -> (N, h, w): Grad-CAM"""
    alpha = gradients.relu().mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1)


@my_grad_cam_map.mistake(
    "Half mended: the map is cut off below zero now, but the gradients still are too. Remove the ReLU from the line of "
    "alpha."
)
def relu_on_both(features, gradients):
    return relu_on_the_gradients(features, gradients).relu()


@my_grad_cam_map.mistake(
    "The ReLU is gone from the gradients, and missing at the end: Grad-CAM keeps what speaks for the class, `.relu()` "
    "on the sum."
)
def no_relu(features, gradients):
    return (gradients.mean(dim=(2, 3), keepdim=True) * features).sum(dim=1)


@my_grad_cam_map.mistake(
    "You moved the ReLU from the gradients to their means. A negative α is still lost there: move it behind the sum."
)
def relu_on_alpha(features, gradients):
    return (gradients.mean(dim=(2, 3), keepdim=True).relu() * features).sum(dim=1)


@my_grad_cam_map.mistake(
    "You cut off α, and the map as well. Only the map, at the very end: a negative α must stay in the sum."
)
def relu_on_alpha_and_map(features, gradients):
    return relu_on_alpha(features, gradients).relu()


@my_grad_cam_map.mistake(
    "You cut off each weighted map before the sum, so that none can take anything away: first the sum, then the ReLU."
)
def relu_before_the_sum(features, gradients):
    return (gradients.mean(dim=(2, 3), keepdim=True) * features).relu().sum(dim=1)


@my_grad_cam_map.mistake(
    "You took the absolute value, so that what speaks against the class glows as well. Cut it off with `.relu()`, on "
    "the sum."
)
def absolute_map(features, gradients):
    return no_relu(features, gradients).abs()


@my_grad_cam_map.mistake(
    "The map is right up to a factor: you summed the gradients over the places. α is their mean, `.mean(dim=(2, 3), "
    "keepdim=True)`."
)
def summed_gradients(features, gradients):
    return (gradients.sum(dim=(2, 3), keepdim=True) * features).sum(dim=1).relu()


# --- 6.6 -------------------------------------------------------------------------------------------------------------


@exercise(
    "6.6",
    "The surer, the weaker",
    minutes=6,
    difficulty=1,
    cases=batches_before_a_head,
    hints=[
        "How much can a probability of 0.9999 still grow? Print the largest gradient for a picture that the network is "
        "sure of.",
        "Grad-CAM's y is the score before the softmax: the logit.",
    ],
)
def my_score_gradient(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, K, h, w): the gradient of each image's score"""
    A = features.detach().requires_grad_()
    logits = head(A)
    scores = logits[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


@my_score_gradient.broken(
    "It is the gradient of the probability: near 1 it can hardly grow, so its gradient vanishes, and all other classes "
    "mix into it. Take the logit: remove the softmax."
)
def gradient_of_a_probability(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, K, h, w): the gradient of each image's score"""
    A = features.detach().requires_grad_()
    scores = head(A).softmax(dim=1)[torch.arange(len(A)), classes]
    return torch.autograd.grad(scores.sum(), A)[0]


def score_gradient(score, features, head):
    A = features.detach().requires_grad_()
    return torch.autograd.grad(score(head(A)), A)[0]


def own(scores, classes):
    return scores[torch.arange(len(scores)), classes].sum()


@my_score_gradient.mistake(
    "The logarithm of the probability (or the gradient divided by the probability) is a half-mend: the other classes "
    "still mix in, and it still vanishes when the network is sure. Take the logit itself."
)
def of_the_log_probability(features, head, classes):
    return score_gradient(lambda logits: own(logits.log_softmax(dim=1), classes), features, head)


@my_score_gradient.mistake(
    "That is the gradient of the loss: it points *against* the class, and vanishes when the network is sure. Take the "
    "logit of the class."
)
def of_the_summed_loss(features, head, classes):
    return score_gradient(lambda logits: F.cross_entropy(logits, classes, reduction="sum"), features, head)


@my_score_gradient.mistake(
    "That is the gradient of the mean loss, which training goes down: it points *against* the class. Take the sum of "
    "each image's own logit."
)
def of_the_mean_loss(features, head, classes):
    return score_gradient(lambda logits: F.cross_entropy(logits, classes), features, head)


@my_score_gradient.mistake(
    "A sigmoid saturates like the softmax: where the network is sure, its gradient vanishes too. Take the logit as it "
    "is."
)
def of_the_sigmoid(features, head, classes):
    return score_gradient(lambda logits: own(logits.sigmoid(), classes), features, head)


@my_score_gradient.mistake(
    "You take each image's highest logit, whatever class was asked for: `logits[torch.arange(len(A)), classes]`."
)
def of_the_highest(features, head, classes):
    return score_gradient(lambda logits: logits.amax(dim=1).sum(), features, head)


@my_score_gradient.mistake(
    "The softmax is gone, and with it the choice: `logits[:, classes]` gives every image the classes of all of them. "
    "Keep `[torch.arange(len(A)), classes]`."
)
def of_all_the_classes(features, head, classes):
    return score_gradient(lambda logits: logits[:, classes].sum(), features, head)


@my_score_gradient.mistake(
    "The logit is right, but you average over the batch, so that gradients shrink with its size: `.sum()`."
)
def averaged(features, head, classes):
    return score_gradient(lambda logits: own(logits, classes) / len(logits), features, head)


# --- 6.7 -------------------------------------------------------------------------------------------------------------


def networks_with_in_place_relus(generator):
    cases = []
    for n, height, width, layer in ((3, 4, 5, "1"), (2, 6, 3, "3"), (4, 3, 7, "1")):
        network = nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True),
            nn.Conv2d(4, 3, 3, padding=1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        )  # fmt: skip
        draw_weights(network, generator)
        cases.append((network.eval(), layer, torch.randn(n, 2, height, width, generator=generator)))
    return cases


def record_and_network(attempt, network, layer, images):
    """The record, and what the network is like afterwards."""
    found = attempt(network, layer, images)
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules())
    inplace = sum(m.inplace for m in network.modules() if isinstance(m, nn.ReLU))
    return {
        "the record": found,
        "the number of hooks afterwards": hooks,
        "the number of in-place ReLUs in the network afterwards": inplace,
    }


@exercise(
    "6.7",
    "The record that changes",
    minutes=6,
    difficulty=2,
    cases=networks_with_in_place_relus,
    probe=record_and_network,
    hints=[
        "Which layer comes next, and where does it write its result? Print `kept[0].min()` within the hook and after "
        "the run.",
        "The hook keeps a name for the layer's output. `nn.ReLU(inplace=True)` then writes into that same tensor.",
        "Copy at the moment of recording. A copy after the run, `.detach()`, or keeping and returning one and the same "
        "copy is not enough.",
    ],
)
def my_recorded(network, layer, images):
    """a network, the name of a layer, (N, C, H, W) -> (N, K, h, w): what the layer gives"""
    kept = []

    def keep(module, inputs, output):
        kept.append(output.clone())

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


@my_recorded.broken(
    "The in-place ReLU behind the layer writes into your record: every negative value is 0. Keep a copy at the moment "
    "of recording, `kept.append(output.clone())`. `.detach()` is no copy, a clone after the run comes too late, and a "
    "clone that the hook hands on is overwritten in turn."
)
def keeps_a_reference(network, layer, images):
    """a network, the name of a layer, (N, C, H, W) -> (N, K, h, w): what the layer gives"""
    kept = []

    def keep(module, inputs, output):
        kept.append(output)

    handle = network.get_submodule(layer).register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(images)
    finally:
        handle.remove()
    return kept[0]


def hooked(network, layer, images, keep=lambda inputs, output: output.clone(), remove=True):
    kept = []
    module = network.get_submodule(layer)
    handle = module.register_forward_hook(lambda module, inputs, output: kept.append(keep(inputs, output)))
    with torch.no_grad():
        network(images)
    if remove:
        handle.remove()
    return kept[0]


@my_recorded.mistake(
    "You recorded what goes *into* the layer. It is safe from the ReLU, but it is not what the layer gives: "
    "`output.clone()`."
)
def keeps_the_input(network, layer, images):
    return hooked(network, layer, images, lambda inputs, output: inputs[0].clone())


@my_recorded.mistake(
    "The record is right, but you switched the in-place ReLUs off for good, in a network that is not yours. Copy the "
    "output instead: `output.clone()`."
)
def switches_in_place_off(network, layer, images):
    for module in network.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    return hooked(network, layer, images)


@my_recorded.mistake(
    "The record is right, and the hook is still there: every later run of the network adds to a list that nobody reads."
    " Keep `handle.remove()`."
)
def leaves_the_hook(network, layer, images):
    return hooked(network, layer, images, remove=False)


@my_recorded.mistake("You kept the first image only: record the whole batch, `output.clone()`.")
def keeps_the_first_image(network, layer, images):
    return hooked(network, layer, images, lambda inputs, output: output[0].clone())


@my_recorded.mistake(
    "You averaged the maps over their places. Asked for is the whole output of the layer, (N, K, h, w)."
)
def keeps_the_means(network, layer, images):
    return hooked(network, layer, images, lambda inputs, output: output.mean(dim=(2, 3)))


# --- 6.8 -------------------------------------------------------------------------------------------------------------


@exercise(
    "6.8",
    "Black from the second map on",
    minutes=6,
    difficulty=2,
    cases=batches_before_a_head,
    hints=[
        "`head(A)` has the shape (N, C). What are the first and the second number in `[0, classes]`?",
        "Image n is asked about `classes[n]`. The pairs (0, classes[0]), (1, classes[1]), … are what you need.",
        "`torch.arange(len(A))` counts the images.",
    ],
)
def my_batch_maps(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, h, w): Grad-CAM of each image, for its own class"""
    A = features.detach().requires_grad_()
    scores = head(A)[torch.arange(len(A)), classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


@my_batch_maps.broken(
    "All scores are the first image's: the others have no part in them, and so no gradient. `[0, classes]` must be "
    "`[torch.arange(len(A)), classes]`."
)
def scores_of_the_first_image(features, head, classes):
    """(N, K, h, w), the layers behind them, (N,) -> (N, h, w): Grad-CAM of each image, for its own class"""
    A = features.detach().requires_grad_()
    scores = head(A)[0, classes]
    (gradient,) = torch.autograd.grad(scores.sum(), A)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * A).sum(dim=1).relu().detach()


def batch_maps(score, features, head):
    alpha = score_gradient(score, features, head).mean(dim=(2, 3), keepdim=True)
    return (alpha * features).sum(dim=1).relu()


@my_batch_maps.mistake(
    "No map is black now, but `[:, classes]` asks every image about the classes of all images: each map mixes them. "
    "Pair them: `[torch.arange(len(A)), classes]`."
)
def everyone_asked_about_all(features, head, classes):
    return batch_maps(lambda logits: logits[:, classes].sum(), features, head)


@my_batch_maps.mistake(
    "Every image is asked about the first image's class. Image n has its own, `classes[n]`: "
    "`[torch.arange(len(A)), classes]`."
)
def class_of_the_first(features, head, classes):
    return batch_maps(lambda logits: logits[:, classes[0]].sum(), features, head)


@my_batch_maps.mistake(
    "The first map is right, and the others are still black: only the first image's score is left. Sum the scores of "
    "all."
)
def first_score_only(features, head, classes):
    return batch_maps(lambda logits: logits[0, classes[0]], features, head)


@my_batch_maps.mistake(
    "You explain the class that the network prefers. Asked for is `classes[n]`, whatever the network says."
)
def preferred_class(features, head, classes):
    return batch_maps(lambda logits: logits.amax(dim=1).sum(), features, head)


@my_batch_maps.mistake(
    "You summed the scores of all classes, so that the question plays no part: pick `[torch.arange(len(A)), classes]`."
)
def all_classes(features, head, classes):
    return batch_maps(lambda logits: logits.sum(), features, head)


@my_batch_maps.mistake(
    "The maps are right up to a factor: you averaged the scores, so that a map depends on how many images stand beside "
    "it. Sum them."
)
def mean_of_the_scores(features, head, classes):
    return batch_maps(lambda logits: own(logits, classes) / len(logits), features, head)


# --- 6.9 -------------------------------------------------------------------------------------------------------------


def maps_of_many_scales(generator):
    """Of both signs, at very different scales; everywhere positive; everywhere negative; blank."""
    cases = []
    for height, width in ((3, 5), (6, 4), (2, 7)):
        maps = torch.randn(4, height, width, generator=generator) * torch.tensor([1, 10, 0.1, 3])[:, None, None]
        special = maps.clone()
        special[0], special[1], special[2] = maps[0].abs() + 0.5, -maps[1].abs() - 0.5, 0
        cases += [(maps,), (special,)]
    return cases


@exercise(
    "6.9",
    "The pale neighbor",
    minutes=8,
    difficulty=2,
    cases=maps_of_many_scales,
    hints=[
        "Over which dimensions does `maps.min()` go? And where is 0 afterwards?",
        "What speaks against the class is to be black: cut it off, `.relu()`, in place of subtracting the minimum.",
        "`maps.amax(dim=(1, 2), keepdim=True)` is one maximum for each map. For a blank one it is 0: "
        "`.clamp(min=1e-8)`.",
    ],
)
def my_display(maps):
    """(N, h, w), signed -> (N, h, w): what speaks for the class, each to a maximum of 1; blank stays blank"""
    maps = maps.relu()
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_display.broken(
    "Minimum and maximum are those of the whole batch: a map next to a brighter one turns pale, and 0 moves to a gray. "
    "Cut off below zero, and divide each map by its own maximum."
)
def stretched_together(maps):
    """(N, h, w), signed -> (N, h, w): what speaks for the class, each to a maximum of 1; blank stays blank"""
    low, high = maps.min(), maps.max()
    return (maps - low) / (high - low)


def low_and_high(maps):
    return maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)


@my_display.mistake(
    "Each map has its own scale now, but a blank map is NaN, and 0 is still gray: a map that speaks *against* the "
    "class everywhere glows somewhere. Use `.relu()` and the maximum."
)
def stretched_apart(maps):
    low, high = low_and_high(maps)
    return (maps - low) / (high - low)


@my_display.mistake(
    "Each map has its own scale now, but you still subtract its minimum: a map that speaks *against* the class "
    "everywhere glows somewhere. Cut off below zero with `.relu()` instead."
)
def stretched_apart_and_safe(maps):
    low, high = low_and_high(maps)
    return (maps - low) / (high - low).clamp(min=1e-8)


@my_display.mistake(
    "Black means 0 now, but the maximum is still that of the whole batch: `maps.amax(dim=(1, 2), keepdim=True)`."
)
def one_maximum(maps):
    return maps.relu() / maps.max()


@my_display.mistake(
    "Nearly: a blank map has the maximum 0, and 0 / 0 is NaN. Divide by a maximum of at least 1e-8, `.clamp(min=1e-8)`."
)
def blank_divided(maps):
    maps = maps.relu()
    return maps / maps.amax(dim=(1, 2), keepdim=True)


@my_display.mistake(
    "You cut off below zero and subtract the minimum as well. Where a map is positive everywhere, its lowest place "
    "turns black: divide by the maximum alone."
)
def cut_and_stretched(maps):
    low, high = low_and_high(maps.relu())
    return (maps.relu() - low) / (high - low).clamp(min=1e-8)


@my_display.mistake("You did not cut off below zero: the result goes below 0. Begin with `maps.relu()`.")
def not_cut_below(maps):
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_display.mistake(
    "You divided by the largest absolute value, which may be a place against the class: the maximum of what speaks "
    "*for* it is to be 1."
)
def by_the_absolute(maps):
    return maps.relu() / maps.abs().amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)


@my_display.mistake(
    "You took the absolute value, so that what speaks against the class glows. Cut it off with `.relu()`."
)
def absolute_values(maps):
    return by_the_absolute(maps.abs())


# --- 6.10 ------------------------------------------------------------------------------------------------------------


def images_and_two_classes(generator):
    return [
        (
            flatten_network(generator, size=size).requires_grad_(False),
            torch.randn(n, 2, *size, generator=generator),
            classes,
        )
        for n, size, classes in ((2, (4, 6), [3, 1]), (3, (5, 3), [2, 4, 1]), (1, (3, 7), [4, 2]))
    ]


def one_by_one(attempt, network, images, classes):
    found = attempt(network, images, classes)
    return list(found) if isinstance(found, tuple | Tensor) else found


@exercise(
    "6.10",
    "Two classes, one picture",
    minutes=8,
    difficulty=2,
    cases=images_and_two_classes,
    probe=one_by_one,
    hints=[
        "Ask for two classes, and try `pictures[0] is pictures[1]`. How many tensors are there?",
        "`.backward()` *adds* to `images.grad`, and `images.grad` is one tensor: the list holds it several times.",
        "`torch.autograd.grad(score, images)` hands out a new tensor each time, and adds to nothing.",
    ],
)
def my_class_gradients(network, images, classes):
    """a network, (N, C, H, W), a list of classes -> a list of gradients (N, C, H, W), one for each class"""
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        pictures.append(torch.autograd.grad(score, images)[0])
    return pictures


@my_class_gradients.broken(
    "The list holds one tensor several times, `images.grad`, and `.backward()` adds to it: every entry is the sum over "
    "all classes. Take `torch.autograd.grad(score, images)[0]`, a new tensor for each class."
)
def one_tensor_for_all(network, images, classes):
    """a network, (N, C, H, W), a list of classes -> a list of gradients (N, C, H, W), one for each class"""
    images = images.clone().requires_grad_()
    pictures = []
    for c in classes:
        score = network(images)[:, c].sum()
        score.backward()
        pictures.append(images.grad)
    return pictures


def class_gradients(network, images, classes):
    return [score_gradient(lambda logits, c=c: logits[:, c].sum(), images, network) for c in classes]


@my_class_gradients.mistake(
    "The pictures differ now, but the second one still contains the first: a copy does not stop `.backward()` from "
    "adding up. Start each class from `images.grad = None`, or use `torch.autograd.grad`."
)
def copied_and_added_up(network, images, classes):
    return list(torch.stack(class_gradients(network, images, classes)).cumsum(dim=0))


@my_class_gradients.mistake(
    "Nothing adds up any more, but every entry is still the same tensor, and shows the last class: `zero_()` empties "
    "it for all of them. Append `images.grad.clone()`, or use `torch.autograd.grad`."
)
def last_class_everywhere(network, images, classes):
    return [class_gradients(network, images, classes)[-1]] * len(classes)


@my_class_gradients.mistake(
    "All pictures are zero: `zero_()` empties the very tensor that you have just put into the list. Append a clone, or "
    "use `torch.autograd.grad`."
)
def emptied_afterwards(network, images, classes):
    return [torch.zeros_like(images) for _ in classes]


@my_class_gradients.mistake(
    "You give the gradient of the first class for all of them: compute the score of class c within the loop."
)
def first_class_everywhere(network, images, classes):
    return [class_gradients(network, images, classes)[0]] * len(classes)


@my_class_gradients.mistake("You lost the signs: a gradient has both. Leave out the absolute value.")
def unsigned_gradients(network, images, classes):
    return [gradient.abs() for gradient in class_gradients(network, images, classes)]


# --- 6.11 ------------------------------------------------------------------------------------------------------------


def features_before_a_neck(generator):
    """As many hidden units as maps, so that every wrong matrix fits."""
    cases = []
    for features, class_index in zip(stacks(generator), (2, 1, 1), strict=True):
        maps = features.shape[1]
        layers = nn.Sequential(nn.Linear(maps, maps), nn.Linear(maps, maps + 1)).requires_grad_(False)
        draw_weights(layers, generator)
        cases.append((features, layers[0], layers[1], class_index))
    return cases


@exercise(
    "6.11",
    "The wrong matrix",
    minutes=8,
    difficulty=2,
    cases=features_before_a_neck,
    hints=[
        "Write the logit as a sum over the maps: logit = classifier(neck(means)). What does one map's mean get "
        "multiplied by on the way?",
        "Two linear layers in a row are one linear layer. Its matrix is the product of both.",
        "In the shapes: `classifier.weight` is (C, J) and `neck.weight` is (J, K). Class c needs K numbers.",
    ],
)
def my_cam_behind_a_neck(features, neck, classifier, class_index):
    """(N, K, h, w), nn.Linear(K, J), nn.Linear(J, C), int -> (N, h, w): the CAM of classifier(neck(pooled features))"""
    w = classifier.weight[class_index] @ neck.weight  # (K,)
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@my_cam_behind_a_neck.broken(
    "Row c of the neck is what feeds hidden unit c, and has nothing to do with class c: the shapes fit by coincidence. "
    "Go from the class back to the maps through both layers: `classifier.weight[class_index] @ neck.weight`."
)
def row_of_the_neck(features, neck, classifier, class_index):
    """(N, K, h, w), nn.Linear(K, J), nn.Linear(J, C), int -> (N, h, w): the CAM of classifier(neck(pooled features))"""
    w = neck.weight[class_index]  # (K,)
    return torch.einsum("k,nkhw->nhw", w, features).detach()


def weighted(features, w):
    return torch.einsum("k,nkhw->nhw", w, features)


@my_cam_behind_a_neck.mistake(
    "The right class, but its weights belong to the hidden units and not to the maps. Carry them back through the neck:"
    " `... @ neck.weight`."
)
def row_of_the_classifier(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[class_index])


@my_cam_behind_a_neck.mistake(
    "Both matrices are there, and multiplied the wrong way around: `neck.weight @ row` goes from maps to hidden units. "
    "Back again is `row @ neck.weight`."
)
def the_wrong_way(features, neck, classifier, class_index):
    return weighted(features, neck.weight @ classifier.weight[class_index])


@my_cam_behind_a_neck.mistake(
    "You multiplied two rows number by number. Every hidden unit passes its share on to every map: that is the matrix "
    "product, `@`."
)
def number_by_number(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[class_index] * neck.weight[class_index])


@my_cam_behind_a_neck.mistake("You took a column of the neck: that is one map's way to all hidden units, and no class.")
def column_of_the_neck(features, neck, classifier, class_index):
    return weighted(features, neck.weight[:, class_index])


@my_cam_behind_a_neck.mistake(
    "You cut off what is negative, and the identity breaks: a CAM is signed, and its mean is the logit without biases."
)
def cut_off(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[class_index] @ neck.weight).relu()


@my_cam_behind_a_neck.mistake("The weights are right, but for class 0: take `classifier.weight[class_index]`.")
def class_0(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[0] @ neck.weight)


@my_cam_behind_a_neck.mistake(
    "You applied the neck, with its bias, to the weights of the class. The neck maps features to hidden units; the way "
    "back is `row @ neck.weight`."
)
def neck_applied_to_weights(features, neck, classifier, class_index):
    return weighted(features, neck(classifier.weight[class_index]))


@my_cam_behind_a_neck.mistake(
    "The weights are right, and a bias is in the map. A bias has no place: leave it out, and add it to the map's mean "
    "when you compare with the logit."
)
def with_the_bias(features, neck, classifier, class_index):
    return weighted(features, classifier.weight[class_index] @ neck.weight) + classifier.bias[class_index]


# --- 6.12 ------------------------------------------------------------------------------------------------------------


def networks_in_both_modes(generator):
    cases = []
    for n, (height, width), training in ((3, (4, 5), True), (2, (6, 3), False), (4, (3, 7), True)):
        network = nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(3 * height * width, 5)
        )
        draw_weights(network, generator)
        images = torch.randn(n, 2, height, width, generator=generator)
        cases.append((network.train(training), images, indices(generator, n, 5)))
    return cases


def _fate(network):
    """What became of gradients that were all 1."""
    gradients = [p.grad for p in network.parameters()]
    if any(gradient is None or not gradient.any() for gradient in gradients):
        return "wiped out"
    return "as before" if all(bool((gradient == 1).all()) for gradient in gradients) else "added to"


def call_and_what_is_left(attempt, network, images, classes):
    """The gradient, and the network after a call in the middle of a training step, and after one that fails."""
    network = copy.deepcopy(network)
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter)
    statistics = network[1].running_mean.clone()
    gradient = attempt(network, images, classes)
    found = {
        "the gradient": gradient,
        "“training” after the call": network.training,
        "the .grad of the weights": _fate(network),
        "“the weights require a gradient as before”": all(p.requires_grad for p in network.parameters()),
        "“BatchNorm's averages are what they were”": torch.equal(network[1].running_mean, statistics),
    }
    training = network.training
    with contextlib.suppress(Exception):
        attempt(network, images[..., :-1], classes)
    return {**found, "“training is what it was” after an error in the network": network.training == training}


@exercise(
    "6.12",
    "The network that comes back changed",
    minutes=12,
    difficulty=3,
    cases=networks_in_both_modes,
    probe=call_and_what_is_left,
    hints=[
        "Two things are left behind. Print `network.training` and one weight's `.grad` before and after the call.",
        "`.backward()` writes into the `.grad` of every weight. `torch.autograd.grad(scores.sum(), images)` writes "
        "nowhere.",
        "Note `was_training = network.training` before `eval()`, and set it back with `network.train(was_training)`.",
        "The network may raise an error. What stands in `finally:` after a `try:` is done in any case.",
    ],
)
def my_tidy_gradient(network, images, classes):
    """a network, (N, C, H, W), (N,) -> (N, C, H, W): the gradient of each image's score; the network stays as it was"""
    images = images.clone().requires_grad_()
    was_training = network.training
    network.eval()
    try:
        scores = network(images)[torch.arange(len(images)), classes]
    finally:
        network.train(was_training)
    return torch.autograd.grad(scores.sum(), images)[0]


@my_tidy_gradient.broken(
    "The network stays in eval mode, and its weights' `.grad` is filled: the next training step goes wrong twice. Note "
    "`network.training` and set it back, and let `torch.autograd.grad` hand you the gradient."
)
def leaves_traces(network, images, classes):
    """a network, (N, C, H, W), (N,) -> (N, C, H, W): the gradient of each image's score; the network stays as it was"""
    images = images.clone().requires_grad_()
    network.eval()
    scores = network(images)[torch.arange(len(images)), classes]
    scores.sum().backward()
    return images.grad


def explained(network, images, classes, grad=True, evaluate=True, after=lambda network, was_training: None):
    images = images.clone().requires_grad_()
    was_training = network.training
    if evaluate:
        network.eval()
    scores = network(images)[torch.arange(len(images)), classes].sum()
    if grad:
        (gradient,) = torch.autograd.grad(scores, images)
    else:
        scores.backward()
        gradient = images.grad
    after(network, was_training)
    return gradient


def set_back(network, was_training):
    network.train(was_training)


@my_tidy_gradient.mistake(
    "The `.grad` of the weights is safe now, but the network is still left in eval mode: set it back with "
    "`network.train(was_training)`."
)
def left_in_eval_mode(network, images, classes):
    return explained(network, images, classes)


@my_tidy_gradient.mistake(
    "The mode is set back, but `.backward()` still adds to the `.grad` of every weight: use "
    "`torch.autograd.grad(scores.sum(), images)`."
)
def still_fills_grad(network, images, classes):
    return explained(network, images, classes, grad=False, after=set_back)


@my_tidy_gradient.mistake(
    "Always `network.train()` at the end: a network that came in eval mode goes out in train mode. Set back what it "
    "was, `network.train(was_training)`."
)
def always_train(network, images, classes):
    return explained(network, images, classes, after=lambda network, was_training: network.train())


@my_tidy_gradient.mistake(
    "`zero_grad()` cleans up too much: gradients that a training step had collected before your call are gone. Write "
    "nothing there in the first place: `torch.autograd.grad`."
)
def wipes_the_gradients(network, images, classes):
    def clean(network, was_training):
        network.train(was_training)
        network.zero_grad()

    return explained(network, images, classes, grad=False, after=clean)


@my_tidy_gradient.mistake(
    "The mode is as it was because you never change it. In train mode BatchNorm mixes the images of a batch and "
    "changes its averages: explain in eval mode, and set the mode back."
)
def explains_in_train_mode(network, images, classes):
    return explained(network, images, classes, evaluate=False)


@my_tidy_gradient.mistake(
    "Without an error all is well. When the network raises one, it stays in eval mode: put "
    "`network.train(was_training)` into a `finally:`."
)
def not_after_an_error(network, images, classes):
    return explained(network, images, classes, after=set_back)


@my_tidy_gradient.mistake(
    "Frozen weights collect no `.grad`, but you left them frozen, and training stops without a word. Leave "
    "`requires_grad` alone and use `torch.autograd.grad`."
)
def leaves_weights_frozen(network, images, classes):
    network.requires_grad_(False)
    return explained(network, images, classes, after=set_back)

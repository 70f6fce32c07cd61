"""Exercise 5.2: MaxBoxAcc: every method at its best threshold.

About 300 lines: the answer is one number, so a slip is told from the others only by a version that makes it.
"""

import torch

from cam_tutorial.practice.exercise import exercise


def iou_tables(generator):
    """Tables in sixteenths, and δ as well: many boxes are exactly good enough, in every type of number."""
    cases = []
    sizes = (
        (13, 5, 0.5), (17, 8, 0.25), (19, 6, 0.75), (5, 9), (10, 4), (6, 6, 0.375), (8, 5, 1.0), (1, 6, 0.5),
        (7, 1, 0.125), (14, 7, 0.625),
    )  # fmt: skip
    for n, t, *given in sizes:
        delta = given[0] if given else 0.5
        image = torch.arange(n)
        poor = torch.where(image % 2 == 0, 0, delta / 2)  # no overlap, or too little
        columns = [
            torch.where(image < 2 * n // 3, delta, poor),  # many that are just good enough
            torch.where(image < n // 2, 1 - image % 2 / 16, delta - 1 / 16),  # fewer, with a higher mean
            torch.where(image < 2 * n // 3 - 1, min(delta + 1 / 16, 1), poor),  # nearly as many, a little better
        ]
        columns += [torch.randint(0, 17, (n,), generator=generator) * min(delta + 0.25, 1) / 16 for _ in range(t)]
        mixed = [columns[k][torch.randperm(n, generator=generator)] for k in range(t)]
        ious = torch.stack([mixed[k] for k in torch.randperm(t, generator=generator)], dim=1)
        cases.append((ious, *given))
    cases[1] = (cases[1][0].double(), *cases[1][1:])
    cases.append((torch.zeros(5, 3), 0.5))
    first_fails = cases[0][0].clone()
    first_fails[0] = 0  # so that the first image is not like the best of all
    cases.append((first_fails, 0.5))
    return cases


@exercise(
    "5.2",
    "MaxBoxAcc: every method at its best threshold",
    minutes=8,
    difficulty=2,
    cases=iou_tables,
    hints=[
        "First True or False for each entry: is this IoU at least δ?",
        "Then one number for each threshold: the share of images that are right. Images are dimension 0.",
        "Only then the best: the maximum over the thresholds.",
    ],
)
def my_max_box_acc(ious, delta=0.5):
    """(N, T) IoUs of N images at T thresholds, δ -> a number

    The share of right boxes at the one threshold that suits best.
    """
    right = (ious >= delta).double()
    return right.mean(dim=0).max().item()


def mistake(sentence, wrong, default=0.5):
    """A mistake that computes `wrong(ious, right, delta)`; `right` holds 1 where a box is right, else 0."""

    @my_max_box_acc.mistake(sentence)
    def other(ious, delta=default):
        ious = ious.double()
        result = wrong(ious, (ious >= delta).double(), delta)
        return result.item() if isinstance(result, torch.Tensor) and result.ndim == 0 else result


mistake(
    "You let every image choose its own threshold. One threshold serves them all: average over the images first, then "
    "take the maximum over the thresholds.",
    lambda ious, right, delta: right.amax(dim=1).mean(),
)
mistake(
    "Two things: you let every image choose its own threshold, where one serves them all; and an IoU of exactly δ is "
    "right as well, ≥.",
    lambda ious, right, delta: (ious.amax(dim=1) > delta).double().mean(),
)
mistake(
    "A box with an IoU of exactly δ is right: at least, ≥, and not more than, >.",
    lambda ious, right, delta: (ious > delta).double().mean(dim=0).max(),
)
mistake(
    "You averaged over the thresholds as well. Asked for is the best of them: `.mean(dim=0)`, then `.max()`.",
    lambda ious, right, delta: right.mean(),
)
mistake(
    "Two things: you averaged over the thresholds as well, where the best is asked for; and an IoU of exactly δ is "
    "right, ≥.",
    lambda ious, right, delta: (ious > delta).double().mean(),
)
mistake(
    "You took the threshold with the best mean IoU. Asked for is the one with the most boxes that reach δ; the two can "
    "differ.",
    lambda ious, right, delta: right[:, ious.mean(dim=0).argmax()].mean(),
)
mistake(
    "Two things: you took the threshold with the best mean IoU, where the one with the most right boxes is asked for; "
    "and an IoU of exactly δ is right, ≥.",
    lambda ious, right, delta: (ious[:, ious.mean(dim=0).argmax()] > delta).double().mean(),
)
mistake(
    "You gave the best mean IoU. Asked for is a share of boxes: compare with δ before you average.",
    lambda ious, right, delta: ious.mean(dim=0).max(),
)
mistake(
    "You gave the mean IoU at the best threshold. Asked for is the share of boxes that are right there.",
    lambda ious, right, delta: ious.mean(dim=0)[right.mean(dim=0).argmax()],
)
mistake(
    "You averaged over the wrong dimension: images are dimension 0, thresholds dimension 1.",
    lambda ious, right, delta: right.mean(dim=1).max(),
)
mistake(
    "Two things: you averaged over the wrong dimension (images are dimension 0), and an IoU of exactly δ is right, ≥.",
    lambda ious, right, delta: (ious > delta).double().mean(dim=1).max(),
)
mistake(
    "You gave the number of the best threshold, as `argmax` does. Asked for is the share: `max`.",
    lambda ious, right, delta: right.mean(dim=0).argmax(),
)
mistake(
    "You gave the number of the image that most thresholds make right: the wrong dimension (images are dimension 0), "
    "and `argmax` for `max`.",
    lambda ious, right, delta: right.mean(dim=1).argmax(),
)
mistake(
    "Your mean comes first and the comparison after: that says whether the best mean IoU reaches δ. Compare each IoU "
    "with δ, then average.",
    lambda ious, right, delta: (ious.mean(dim=0) >= delta).any().item(),
)
mistake(
    "Your mean comes first and the comparison after, so you get 1 if the best mean IoU reaches δ, and else 0. Compare "
    "each IoU with δ, then average.",
    lambda ious, right, delta: (ious.mean(dim=0) >= delta).double().max(),
)
mistake(
    "Your mean comes first and the comparison after: that is the share of *thresholds* whose mean IoU reaches δ. "
    "Compare each IoU with δ, then average over the images.",
    lambda ious, right, delta: (ious.mean(dim=0) >= delta).double().mean(),
)
mistake(
    "That is the share of images whose *mean* IoU over the thresholds reaches δ. Compare each IoU with δ first, and "
    "average over the images, dimension 0.",
    lambda ious, right, delta: (ious.mean(dim=1) >= delta).double().mean(),
)
mistake(
    "You ask only whether the best IoU of the whole table reaches δ. Asked for is a share: compare each IoU, then "
    "average over the images.",
    lambda ious, right, delta: (ious.max() >= delta).item(),
)
mistake(
    "You get 1 as soon as one box of the table is right. Average over the images before you take the maximum.",
    lambda ious, right, delta: right.max(),
)
mistake(
    "You gave the highest IoU of the table. Asked for is a share of boxes: compare with δ, average, then the maximum.",
    lambda ious, right, delta: ious.max(),
)
mistake(
    "You gave how many boxes are right. Divide by the number of images, N: the mean in place of the sum.",
    lambda ious, right, delta: right.sum(dim=0).max(),
)
mistake(
    "You gave how many thresholds make the best image right. Count over the images, dimension 0, and divide by N.",
    lambda ious, right, delta: right.sum(dim=1).max(),
)
mistake(
    "You counted over the thresholds, at the best image, and divided by N. Count over the images, dimension 0.",
    lambda ious, right, delta: right.sum(dim=1).max() / len(ious),
)
mistake(
    "You counted all right boxes of the table. Count at each threshold, divide by N, and take the best.",
    lambda ious, right, delta: right.sum(),
)
mistake(
    "You divided by T, the number of thresholds. A share of the boxes is divided by the number of images, N.",
    lambda ious, right, delta: right.sum(dim=0).max() / ious.shape[1],
)
mistake(
    "You divided by the number of all entries of the table. At one threshold there are N boxes: divide by N.",
    lambda ious, right, delta: right.sum(dim=0).max() / ious.numel(),
)
mistake(
    "You counted the right boxes of all thresholds together and divided by N. Count at each threshold, then take the "
    "best.",
    lambda ious, right, delta: right.sum() / len(ious),
)
mistake(
    "You left out the images without any overlap (an IoU of 0). They are wrong boxes and count in the mean.",
    lambda ious, right, delta: max(
        (r[i > 0].mean().item() for i, r in zip(ious.T, right.T, strict=True) if i.any()), default=0.0
    ),
)
mistake(
    "You averaged the IoUs of the right boxes. Each right box counts 1, however good it is: `(ious >= delta)` alone.",
    lambda ious, right, delta: (ious * right).mean(dim=0).max(),
)
mistake(
    "You averaged the IoUs of the right boxes, and of these alone. Asked for is how *many* are right, as a share of N.",
    lambda ious, right, delta: max((i[i >= delta].mean().item() for i in ious.T if (i >= delta).any()), default=0.0),
)
mistake(
    "Every box with any overlap is right in your count: are IoUs in per cent compared with a δ that is none? Compare "
    "with δ.",
    lambda ious, right, delta: (ious > 0).double().mean(dim=0).max(),
)
mistake(
    "Your δ is 0.5 in every call. Use the argument.",
    lambda ious, right, delta: (ious >= 0.5).double().mean(dim=0).max(),
)
mistake(
    "The default of `delta` is 0.5, as in the stub.",
    lambda ious, right, delta: right.mean(dim=0).max(),
    default=0.7,
)
mistake(
    "You averaged over δ = 0.3, 0.5 and 0.7, which is another measure (MaxBoxAccV2). Use the δ that comes in.",
    lambda ious, right, delta: sum((ious >= d).double().mean(dim=0).max() for d in (0.3, 0.5, 0.7)) / 3,
)
mistake(
    "You took the worst threshold, `min`. Asked for is the one that suits best: `max`.",
    lambda ious, right, delta: right.mean(dim=0).min(),
)
mistake(
    "You took the first threshold. Asked for is the best: the maximum over all.",
    lambda ious, right, delta: right[:, 0].mean(),
)
mistake(
    "You took the last threshold. Asked for is the best: the maximum over all.",
    lambda ious, right, delta: right[:, -1].mean(),
)
mistake(
    "You took the threshold in the middle. Asked for is the best: the maximum over all.",
    lambda ious, right, delta: right[:, ious.shape[1] // 2].mean(),
)
mistake(
    "The last threshold is left out of the maximum: `range(T)` already stops at T - 1.",
    lambda ious, right, delta: right[:, :-1].mean(dim=0).amax() if ious.shape[1] > 1 else 0.0,
)
mistake(
    "The first threshold is left out of the maximum: indices begin at 0.",
    lambda ious, right, delta: right[:, 1:].mean(dim=0).amax() if ious.shape[1] > 1 else 0.0,
)
mistake(
    "You took the median over the thresholds. Asked for is the best: `max`.",
    lambda ious, right, delta: right.mean(dim=0).median(),
)
mistake(
    "A box must be right at *all* thresholds in your count. One threshold is enough, the same for all images: average "
    "over the images, then the maximum.",
    lambda ious, right, delta: right.amin(dim=1).mean(),
)
mistake(
    "That is the share of *thresholds* at which the best image reaches δ. Average over the images, then take the "
    "maximum over the thresholds.",
    lambda ious, right, delta: right.amax(dim=0).mean(),
)
mistake(
    "You count the images that some threshold makes right, and divide by the number of thresholds. Count the right "
    "boxes at each threshold, divide by N, and take the best.",
    lambda ious, right, delta: right.amax(dim=1).sum() / ious.shape[1],
)
mistake(
    "You count the *wrong* boxes, at the threshold that has most of them. Right is an IoU of at least δ: ≥.",
    lambda ious, right, delta: (1 - right).mean(dim=0).max(),
)
mistake(
    "You count boxes with an IoU of *at most* δ. Right is one of at least δ: ≥.",
    lambda ious, right, delta: (ious <= delta).double().mean(dim=0).max(),
)
mistake(
    "You gave the share for each threshold. One step is missing: the best of them, `.max()`.",
    lambda ious, right, delta: right.mean(dim=0),
)
mistake(
    "You gave for each image whether some threshold makes it right. Asked for is one number: average over the images "
    "at each threshold, then the maximum.",
    lambda ious, right, delta: right.amax(dim=1),
)
mistake(
    "You gave the table of right boxes itself. Two steps are missing: the mean over the images, then the maximum.",
    lambda ious, right, delta: right > 0,
)
mistake(
    "`.max(dim=...)` gives the value and its number. Asked for is the value alone: `.max()`, or `[0]`.",
    lambda ious, right, delta: tuple(part.item() for part in right.mean(dim=0).max(dim=0)),
)
mistake(
    "You averaged each image's best IoU, without δ. Compare with δ first, average over the images, then take the "
    "maximum.",
    lambda ious, right, delta: ious.amax(dim=1).mean(),
)
mistake(
    "That is the mean of the whole table: neither δ nor the best threshold is in it. Compare, average over the "
    "images, then take the maximum.",
    lambda ious, right, delta: ious.mean(),
)
mistake(
    "Your share is rounded to two decimals. Give it as it is.",
    lambda ious, right, delta: round(right.mean(dim=0).max().item(), 2),
)
mistake(
    "Your share is rounded to one decimal. Give it as it is.",
    lambda ious, right, delta: round(right.mean(dim=0).max().item(), 1),
)
mistake(
    "Your share is in per cent. Asked for is a share, 0 to 1.",
    lambda ious, right, delta: 100 * right.mean(dim=0).max(),
)

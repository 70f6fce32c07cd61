"""Exercise 5.2: MaxBoxAcc: every method at its best threshold."""

import torch

from cam_tutorial.practice.exercise import exercise


def iou_tables(generator):
    cases = []
    for n, t, delta in ((13, 5, 0.5), (17, 8, 0.3), (19, 6, 0.7)):
        ious = torch.randint(0, 11, (n, t), generator=generator) / 10
        ious = ious / 2
        ious[:, 0] = 0
        ious[:, 2] = torch.where(torch.arange(n) < 2 * n // 3, delta, 0)  # many boxes that are just good enough
        ious[:, 3] = torch.where(torch.arange(n) < n // 2, delta - 0.05, 1)  # fewer, with a higher mean
        ious[:, 4] = torch.where(torch.arange(n) < 2 * n // 3 - 1, delta + 0.01, 0)  # nearly as many, a little better
        cases.append((ious, delta))
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
    """(N, T) IoUs of N images at T thresholds, δ -> the share of right boxes at the one threshold that suits best"""
    right = (ious >= delta).double()
    return right.mean(dim=0).max().item()


@my_max_box_acc.mistake(
    "You let every image choose its own threshold. One threshold serves them all: average over the images first, then "
    "take the maximum over the thresholds."
)
def a_threshold_for_each_image(ious, delta=0.5):
    return (ious.amax(dim=1) >= delta).double().mean().item()


@my_max_box_acc.mistake("A box with an IoU of exactly δ is right: at least, ≥, and not more than, >.")
def more_than(ious, delta=0.5):
    return (ious > delta).double().mean(dim=0).max().item()


@my_max_box_acc.mistake("You averaged over the thresholds as well. Asked for is the best of them: `.max()`.")
def mean_over_thresholds(ious, delta=0.5):
    return (ious >= delta).double().mean().item()


@my_max_box_acc.mistake(
    "You took the threshold with the best mean IoU. Asked for is the one with the most boxes that reach δ; the two can "
    "differ."
)
def best_mean_iou(ious, delta=0.5):
    return (ious[:, ious.mean(dim=0).argmax()] >= delta).double().mean().item()


@my_max_box_acc.mistake("You gave the best mean IoU. Asked for is a share of boxes: compare with δ before you average.")
def the_mean_iou(ious, delta=0.5):
    return ious.double().mean(dim=0).max().item()


@my_max_box_acc.mistake("You averaged over the wrong dimension: images are dimension 0, thresholds dimension 1.")
def wrong_dimension(ious, delta=0.5):
    return (ious >= delta).double().mean(dim=1).max().item()


@my_max_box_acc.mistake("You gave the number of the best threshold, as `argmax` does. Asked for is the share: `max`.")
def which_threshold(ious, delta=0.5):
    return (ious >= delta).double().mean(dim=0).argmax().item()

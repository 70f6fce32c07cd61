"""Attempts at 5.2."""

import numpy as np
import torch

from attempts import right, wrong


@right("compare, mean over the images, maximum over the thresholds")
def best_plain(ious, delta=0.5):
    return (ious >= delta).float().mean(dim=0).max()


@right("a Python number")
def best_item(ious, delta=0.5):
    right_boxes = (ious >= delta).double()
    shares = right_boxes.mean(0)
    return shares.max().item()


@right("loops over the thresholds")
def best_loop(ious, delta=0.5):
    best = 0.0
    for t in range(ious.shape[1]):
        share = (ious[:, t] >= delta).sum().item() / len(ious)
        if share > best:
            best = share
    return best


@right("counts, maximum, and divides at the end")
def best_counts(ious, delta=0.5):
    N = ious.shape[0]
    return (ious >= delta).sum(dim=0).max() / N


@right("NumPy")
def best_numpy(ious, delta=0.5):
    return float(np.max(np.mean(np.asarray(ious) >= delta, axis=0)))


@right("max over a list of shares")
def best_list(ious: torch.Tensor, delta: float = 0.5) -> float:
    N, T = ious.shape
    return max(sum(float(ious[n, t]) >= delta for n in range(N)) / N for t in range(T))


best_lambda = right("a lambda with a default")(
    lambda ious, delta=0.5: torch.where(ious >= delta, 1.0, 0.0).mean(dim=0).amax()
)


@wrong("more than delta in place of at least")
def best_strict(ious, delta=0.5):
    return (ious > delta).float().mean(dim=0).max()


@wrong("each image with the threshold that suits it: maximum before mean")
def best_max_first(ious, delta=0.5):
    return (ious.max(dim=1).values >= delta).float().mean()


@wrong("means over the thresholds and takes the best image")
def best_dim1(ious, delta=0.5):
    return (ious >= delta).float().mean(dim=1).max()


@wrong("means the IoUs, and asks whether that is at least delta")
def best_mean_iou(ious, delta=0.5):
    return (ious.mean(dim=0) >= delta).float().max()


@wrong("the highest mean IoU in place of the share of right boxes")
def best_iou(ious, delta=0.5):
    return ious.mean(dim=0).max()


@wrong("chooses the threshold by the mean IoU")
def best_by_iou(ious, delta=0.5):
    t = ious.mean(dim=0).argmax()
    return (ious[:, t] >= delta).float().mean()


@wrong("0.5 whatever delta is")
def best_half(ious, delta=0.5):
    return (ious >= 0.5).float().mean(dim=0).max()


@wrong("the place of the best threshold in place of its share")
def best_argmax(ious, delta=0.5):
    return (ious >= delta).float().mean(dim=0).argmax()


@wrong("the shares at all thresholds")
def best_all(ious, delta=0.5):
    return (ious >= delta).float().mean(dim=0)


@wrong("mean over the thresholds, too")
def best_mean_mean(ious, delta=0.5):
    return (ious >= delta).float().mean()


@wrong("the number of right boxes, not their share")
def best_sum(ious, delta=0.5):
    return (ious >= delta).sum(dim=0).max()


@wrong("divides by the number of thresholds")
def best_div_t(ious, delta=0.5):
    return (ious >= delta).sum(dim=0).max() / ious.shape[1]


@wrong("the worst threshold")
def best_min(ious, delta=0.5):
    return (ious >= delta).float().mean(dim=0).min()


@wrong("maximum along dim 0 gives a pair, not a number")
def best_pair(ious, delta=0.5):
    return (ious >= delta).float().mean(dim=0).max(dim=0)


@wrong("the mean of True and False without float")
def best_bool_mean(ious, delta=0.5):
    return (ious >= delta).mean(dim=0).max()


@wrong("the boxes that are wrong")
def best_below(ious, delta=0.5):
    return (ious < delta).float().mean(dim=0).max()


@wrong("in percent")
def best_percent(ious, delta=0.5):
    return 100 * (ious >= delta).float().mean(dim=0).max()


@wrong("sets the low IoUs of the caller's table to zero")
def best_inplace(ious, delta=0.5):
    ious[ious < delta] = 0
    ious[ious >= delta] = 1
    return ious.mean(dim=0).max()


@wrong("averages the IoUs of the right boxes")
def best_masked(ious, delta=0.5):
    return torch.where(ious >= delta, ious, 0.0).mean(dim=0).max()


@wrong("another default for delta: 0.7")
def best_default(ious, delta=0.7):
    return (ious >= delta).float().mean(dim=0).max()


@wrong("the first image only")
def best_first(ious, delta=0.5):
    return (ious[0] >= delta).float().max()


@wrong("the threshold at the middle of the table")
def best_middle(ious, delta=0.5):
    T = ious.shape[1]
    return (ious[:, T // 2] >= delta).float().mean()


@wrong("leaves out the last threshold")
def best_range(ious, delta=0.5):
    best = 0
    for t in range(ious.shape[1] - 1):
        best = max(best, (ious[:, t] >= delta).float().mean().item())
    return best


@wrong("the last share in place of the best: best is overwritten")
def best_last(ious, delta=0.5):
    for t in range(ious.shape[1]):
        best = (ious[:, t] >= delta).float().mean().item()
    return best


@wrong("loops over the images as if they were the thresholds")
def best_rows(ious, delta=0.5):
    shares = []
    for row in ious:
        shares.append((row >= delta).float().mean().item())
    return max(shares)


@wrong("right at any threshold counts")
def best_any(ious, delta=0.5):
    return (ious >= delta).any(dim=1).float().mean().item()


@wrong("rounded to whole numbers before comparing")
def best_round(ious, delta=0.5):
    return (ious.round() >= delta).float().mean(0).max()


@wrong("prints the share")
def best_print(ious, delta=0.5):
    print((ious >= delta).float().mean(dim=0).max())


@wrong("maximum before mean, and more than")
def best_two_mistakes(ious, delta=0.5):
    return (ious.amax(dim=1) > delta).float().mean()

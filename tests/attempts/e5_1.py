"""Attempts at 5.1."""

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage

from attempts import right, wrong


@right("distance transform, image by image")
def point_edt(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] <= tolerance))
    return torch.tensor(hits)


@right("distances to all pixels of the mask, squared")
def point_squared(maps, masks, tolerance=0):
    hit = torch.zeros(len(maps), dtype=torch.bool)
    for n in range(len(maps)):
        W = maps.shape[2]
        k = maps[n].argmax()
        r, c = k // W, k % W
        ys, xs = torch.nonzero(masks[n], as_tuple=True)
        hit[n] = ((ys - r) ** 2 + (xs - c) ** 2 <= tolerance**2).any()
    return hit


@right("all at once with grids")
def point_grid(maps, masks, tolerance=0):
    N, H, W = maps.shape
    top = maps.flatten(1).argmax(dim=1)
    rows, cols = (top // W).view(N, 1, 1), (top % W).view(N, 1, 1)
    y, x = torch.arange(H).view(1, H, 1), torch.arange(W).view(1, 1, W)
    distance = torch.sqrt(((y - rows) ** 2 + (x - cols) ** 2).float())
    return ((distance <= tolerance) & masks).any(dim=2).any(dim=1)


@right("cdist and a stack")
def point_cdist(maps: torch.Tensor, masks: torch.Tensor, tolerance: float = 0) -> torch.Tensor:
    results = []
    for m, mask in zip(maps, masks):
        i, j = np.unravel_index(int(m.argmax()), m.shape)
        place = torch.tensor([[i, j]], dtype=torch.float64)
        d = torch.cdist(place, mask.nonzero().double()).min()
        results.append(d <= tolerance)
    return torch.stack(results)


@right("grows the mask by a disk")
def point_disk(maps, masks, tolerance=0):
    r = int(tolerance)
    y, x = np.mgrid[-r : r + 1, -r : r + 1]
    disk = x**2 + y**2 <= tolerance**2
    out = []
    for map_, mask in zip(maps, masks):
        grown = ndimage.binary_dilation(mask.numpy(), disk)
        out.append(grown.flat[int(map_.argmax())])
    return torch.tensor(np.array(out))


@right("norm, without gradients")
def point_norm(maps, masks, tolerance=0):
    with torch.no_grad():
        answers = []
        for k in range(maps.size(0)):
            best = (maps[k] == maps[k].max()).nonzero()[0]
            away = (masks[k].nonzero() - best).float().norm(dim=1)
            answers.append(away.min().item() <= tolerance)
        return torch.tensor(answers, dtype=torch.bool)


@wrong("less than the tolerance: at tolerance 0 nothing hits")
def point_less(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] < tolerance))
    return torch.tensor(hits)


@wrong("on the object or closer than the tolerance, so exactly at it misses")
def point_or_less(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(mask[row, col] or distance[row, col] < tolerance))
    return torch.tensor(hits)


@wrong("a square around the place in place of a circle")
def point_square(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        window = mask[max(0, r - tolerance) : r + tolerance + 1, max(0, c - tolerance) : c + tolerance + 1]
        hits.append(bool(window.any()))
    return torch.tensor(hits)


@wrong("grows the mask by max pooling: squares")
def point_maxpool(maps, masks, tolerance=0):
    size = 2 * tolerance + 1
    grown = F.max_pool2d(masks[:, None].float(), size, stride=1, padding=tolerance)[:, 0]
    top = maps.flatten(1).argmax(1)
    return grown.flatten(1).gather(1, top[:, None])[:, 0] > 0


@wrong("counts steps along rows and columns, not as the crow flies")
def point_manhattan(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        ys, xs = mask.nonzero(as_tuple=True)
        hits.append(bool(((ys - r).abs() + (xs - c).abs()).min() <= tolerance))
    return torch.tensor(hits)


@wrong("dilates once for each pixel of tolerance, which gives a diamond")
def point_dilate(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        m = mask.numpy()
        if tolerance > 0:
            m = ndimage.binary_dilation(m, iterations=tolerance)
        hits.append(bool(m.flat[map_.argmax().item()]))
    return torch.tensor(hits)


@wrong("ignores the tolerance")
def point_ignored(maps, masks, tolerance=0):
    top = maps.flatten(1).argmax(dim=1)
    return masks.flatten(1).gather(1, top[:, None]).squeeze(1)


@wrong("15 pixels as the default, as in the paper")
def point_default15(maps, masks, tolerance=15):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] <= tolerance))
    return torch.tensor(hits)


@wrong("the distance transform of the whole stack, where the object of another image is near, too")
def point_edt_stack(maps, masks, tolerance=0):
    distance = torch.from_numpy(ndimage.distance_transform_edt(~masks.numpy()))
    top = maps.flatten(1).argmax(1)
    return distance.flatten(1)[torch.arange(len(maps)), top] <= tolerance


@wrong("the distance transform of the mask in place of its complement")
def point_edt_inside(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(mask.numpy())
        hits.append(bool(distance[row, col] <= tolerance))
    return torch.tensor(hits)


@wrong("row and column by the height: right for square maps only")
def point_height(maps, masks, tolerance=0):
    hits = []
    H = maps.shape[1]
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), H)
        ys, xs = mask.nonzero(as_tuple=True)
        hits.append(bool(((ys - r) ** 2 + (xs - c) ** 2).min() <= tolerance**2))
    return torch.tensor(hits)


@wrong("96 hard-coded")
def point_96(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), 96)
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] <= tolerance))
    return torch.tensor(hits)


@wrong("the distance from the center of the object")
def point_center(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        center = mask.nonzero().float().mean(dim=0)
        hits.append(bool(mask[r, c] or ((center - torch.tensor([r, c])) ** 2).sum().sqrt() <= tolerance))
    return torch.tensor(hits)


@wrong("the object's box in place of its mask")
def point_box(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        ys, xs = mask.nonzero(as_tuple=True)
        dy = max(ys.min().item() - r, 0, r - ys.max().item())
        dx = max(xs.min().item() - c, 0, c - xs.max().item())
        hits.append((dy**2 + dx**2) ** 0.5 <= tolerance)
    return torch.tensor(hits)


@wrong("rows and columns of the place swapped")
def point_xy(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        x, y = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[y, x] <= tolerance))
    return torch.tensor(hits)


@wrong("the highest place of the whole batch")
def point_batch_argmax(maps, masks, tolerance=0):
    W = maps.shape[2]
    k = maps.argmax().item() % (maps.shape[1] * W)
    r, c = divmod(k, W)
    return torch.tensor([bool(ndimage.distance_transform_edt(~m.numpy())[r, c] <= tolerance) for m in masks])


@wrong("the share of hits in place of one answer for each map")
def point_share(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        hits.append(ndimage.distance_transform_edt(~mask.numpy())[row, col] <= tolerance)
    return torch.tensor(np.array(hits)).float().mean()


@wrong("distances in place of True and False")
def point_distance(maps, masks, tolerance=0):
    out = torch.zeros(len(maps))
    for n in range(len(maps)):
        row, col = divmod(maps[n].argmax().item(), maps.shape[2])
        out[n] = float(ndimage.distance_transform_edt(~masks[n].numpy())[row, col])
    return out


@wrong("the first map only: return inside the loop")
def point_first(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] <= tolerance))
        return torch.tensor(hits)


@wrong("the squared distance is compared with the tolerance itself")
def point_no_root(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        ys, xs = mask.nonzero(as_tuple=True)
        hits.append(bool(((ys - r) ** 2 + (xs - c) ** 2).min() <= tolerance))
    return torch.tensor(hits)


@wrong("rounds the distance down to whole pixels")
def point_int(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        distance = int(ndimage.distance_transform_edt(~mask.numpy())[r, c])
        hits.append(distance <= tolerance)
    return torch.tensor(hits)


@wrong("the whole object must lie within the tolerance")
def point_all(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        ys, xs = mask.nonzero(as_tuple=True)
        hits.append(bool((((ys - r) ** 2 + (xs - c) ** 2).float().sqrt() <= tolerance).all()))
    return torch.tensor(hits)


@wrong("the highest absolute value")
def point_abs(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.abs().argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] <= tolerance))
    return torch.tensor(hits)


@wrong("row and column of the highest place found separately, from the sums")
def point_sums(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = map_.sum(dim=1).argmax().item(), map_.sum(dim=0).argmax().item()
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] <= tolerance))
    return torch.tensor(hits)


@wrong("the tolerance counts from the object's rows and columns one by one")
def point_rows_cols(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        ys, xs = mask.nonzero(as_tuple=True)
        hits.append(bool((ys - r).abs().min() <= tolerance and (xs - c).abs().min() <= tolerance))
    return torch.tensor(hits)


@wrong("argmax along the rows only")
def point_dim1(maps, masks, tolerance=0):
    place = maps.argmax(dim=1)
    return masks.gather(1, place[:, None]).flatten(1).any(dim=1)


@wrong("the answer squeezed: a single map gives a number without an axis")
def point_squeeze(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] <= tolerance))
    return torch.tensor(hits).squeeze()


@wrong("grows the caller's masks in place")
def point_inplace(maps, masks, tolerance=0):
    hits = []
    for n in range(len(maps)):
        masks[n] = torch.from_numpy(ndimage.distance_transform_edt(~masks[n].numpy()) <= tolerance)
        hits.append(masks[n].flatten()[maps[n].argmax()])
    return torch.stack(hits)


@wrong("misses in place of hits")
def point_misses(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        row, col = divmod(map_.argmax().item(), map_.shape[1])
        distance = ndimage.distance_transform_edt(~mask.numpy())
        hits.append(bool(distance[row, col] > tolerance))
    return torch.tensor(hits)


@wrong("a square window, whose start may be negative and then is empty")
def point_two_mistakes(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        r, c = divmod(map_.argmax().item(), map_.shape[1])
        hits.append(bool(mask[r - tolerance : r + tolerance + 1, c - tolerance : c + tolerance + 1].any()))
    return torch.tensor(hits)


@wrong("any place that is as high as 90 % of the maximum may hit")
def point_top10(maps, masks, tolerance=0):
    hits = []
    for map_, mask in zip(maps, masks):
        near = torch.from_numpy(ndimage.distance_transform_edt(~mask.numpy()) <= tolerance)
        hits.append(bool(((map_ >= 0.9 * map_.max()) & near).any()))
    return torch.tensor(hits)

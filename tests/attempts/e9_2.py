"""Attempts at 9.2."""

import numpy as np
import torch
import torch.nn.functional as F

from attempts import right, wrong


@right("means: the mean on the part over the mean on the animal")
def means(map_, part, animal):
    p = torch.clamp(map_, min=0)
    on_animal = p[animal].mean()
    return (p[part].mean() / on_animal).item() if on_animal > 0 else 0.0


@right("numpy")
def in_numpy(map_, part, animal):
    p = np.maximum(map_.numpy(), 0)
    total = (p * animal.numpy()).sum()
    if total == 0:
        return 0.0
    return float((p * part.numpy()).sum() / total / (part.numpy().sum() / animal.numpy().sum()))


@right("products with masks")
def products(map_, part, animal):
    p = F.relu(map_)
    total = (p * animal).sum().item()
    if not total > 0:
        return 0
    return ((p * part).sum().item() / total) / (part.sum().item() / animal.sum().item())


@right("where, and a product of counts")
def with_where(map_, part, animal):
    p = torch.where(map_ > 0, map_, torch.zeros_like(map_))
    a, b = p[part].sum(), p[animal].sum()
    if b == 0:
        return 0.0
    return float(a * animal.sum() / (b * part.sum()))


@right("nan made 0")
def nan_to_zero(map_, part, animal):
    p = map_.relu()
    value = p[part].sum() / p[animal].sum() / (part.float().sum() / animal.float().sum())
    return torch.nan_to_num(value, nan=0.0).item()


@right("a tensor of one number")
def zero_dim(map_, part, animal):
    p = map_.relu()
    if not (p[animal] > 0).any():
        return torch.tensor(0.0)
    return (p[part].sum() / p[animal].sum()) / (part.sum() / animal.sum())


@right("pixel by pixel")
def loops(map_, part, animal):
    on_part = on_animal = 0.0
    pixels = of_part = 0
    for i in range(map_.shape[0]):
        for j in range(map_.shape[1]):
            v = max(float(map_[i, j]), 0.0)
            if animal[i, j]:
                on_animal += v
                pixels += 1
            if part[i, j]:
                on_part += v
                of_part += 1
    return 0.0 if on_animal == 0 else (on_part / on_animal) / (of_part / pixels)


@wrong("share alone")
def share_alone(map_, part, animal):
    p = map_.relu()
    total = p[animal].sum()
    return 0.0 if total == 0 else (p[part].sum() / total).item()


@wrong("of the whole map")
def whole_map(map_, part, animal):
    p = map_.relu()
    total = p.sum()
    return 0.0 if total == 0 else (p[part].sum() / total / (part.sum() / animal.sum())).item()


@wrong("negative values count")
def with_negatives(map_, part, animal):
    total = map_[animal].sum()
    return 0.0 if total == 0 else (map_[part].sum() / total / (part.sum() / animal.sum())).item()


@wrong("abs")
def absolute(map_, part, animal):
    p = map_.abs()
    total = p[animal].sum()
    return 0.0 if total == 0 else (p[part].sum() / total / (part.sum() / animal.sum())).item()


@wrong("area as a share of the picture")
def of_picture(map_, part, animal):
    p = map_.relu()
    total = p[animal].sum()
    return 0.0 if total == 0 else (p[part].sum() / total / part.float().mean()).item()


@wrong("nan for nothing")
def nan(map_, part, animal):
    p = map_.relu()
    return (p[part].sum() / p[animal].sum() / (part.sum() / animal.sum())).item()


@wrong("upside down")
def upside_down(map_, part, animal):
    p = map_.relu()
    share = p[part].sum() / p[animal].sum()
    return 0.0 if not share > 0 else ((part.sum() / animal.sum()) / share).item()


@wrong("times the area")
def times(map_, part, animal):
    p = map_.relu()
    total = p[animal].sum()
    return 0.0 if total == 0 else (p[part].sum() / total * (part.sum() / animal.sum())).item()


@wrong("against the rest of the animal")
def the_rest(map_, part, animal):
    p = map_.relu()
    rest = p[animal & ~part].mean()
    return (p[part].mean() / rest).item() if rest > 0 else 0.0


@wrong("the difference of the shares")
def difference(map_, part, animal):
    p = map_.relu()
    total = p[animal].sum()
    return 0.0 if total == 0 else (p[part].sum() / total - part.sum() / animal.sum()).item()


@wrong("counts positive pixels")
def counts(map_, part, animal):
    p = map_ > 0
    total = p[animal].sum()
    return 0.0 if total == 0 else (p[part].sum() / total / (part.sum() / animal.sum())).item()


@wrong("maxima")
def maxima(map_, part, animal):
    p = map_.relu()
    top = p[animal].max()
    return 0.0 if top == 0 else (p[part].max() / top / (part.sum() / animal.sum())).item()


@wrong("an error for a blank map: divides plain numbers")
def raises(map_, part, animal):
    p = map_.relu()
    return p[part].sum().item() / p[animal].sum().item() / (part.sum().item() / animal.sum().item())


@wrong("in per cent")
def percent(map_, part, animal):
    p = map_.relu()
    total = p[animal].sum()
    return 0.0 if total == 0 else (100 * p[part].sum() / total / (part.sum() / animal.sum())).item()


@wrong("cuts the map in place")
def in_place(map_, part, animal):
    map_.clamp_(min=0)
    total = map_[animal].sum()
    return 0.0 if total == 0 else (map_[part].sum() / total / (part.sum() / animal.sum())).item()

"""Attempts at 2.2."""

import torch
import torch.nn.functional as F
from cam_tutorial import normalize, upsample

from attempts import right, wrong


@right("the package's upsample, ReLU, an if for the blank map")
def overlay_if(image, map_):
    big = upsample(map_[None], image.shape[1:])[0].relu()
    if big.max() > 0:
        big = big / big.max()
    return image * (0.25 + 0.75 * big)


@right("F.interpolate")
def overlay_interpolate(image, map_):
    m = F.interpolate(map_[None, None], size=image.shape[-2:], mode="bilinear", align_corners=False)[0, 0]
    m = m.clamp(min=0)
    top = m.max()
    m = m / top if top > 0 else torch.zeros_like(m)
    return image * (0.25 + 0.75 * m)


@right("early return for a blank map")
def overlay_early(image, map_):
    _, H, W = image.shape
    m = torch.relu(upsample(map_.unsqueeze(0), (H, W)).squeeze(0))
    if m.max() == 0:
        return image * 0.25
    return image * (0.25 + 0.75 * m / m.max())


@right("torch.where on the maximum")
def overlay_where(image, map_):
    heat = upsample(map_[None], tuple(image.shape[1:]))
    heat = heat.clamp(min=0)
    top = heat.amax()
    heat = heat / torch.where(top > 0, top, torch.ones_like(top))
    return image * (0.25 + 0.75 * heat)


@right("nan_to_num for the blank map")
def overlay_nan_to_num(image, map_):
    m = upsample(map_[None], image.shape[1:])[0]
    m[m < 0] = 0
    m = torch.nan_to_num(m / m.max(), nan=0.0)
    return 0.25 * image + 0.75 * m * image


@right("1e-8 added below the fraction against a division by zero")
def overlay_eps(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].clamp_min(0)
    m = m / (m.max() + 1e-8)
    return image * (0.25 + 0.75 * m)


@right("channel by channel, stacked")
def overlay_channels(image, map_):
    H, W = image.shape[1], image.shape[2]
    m = F.interpolate(map_.unsqueeze(0).unsqueeze(0), (H, W), mode="bilinear")[0][0]
    m = torch.maximum(m, torch.tensor(0.0))
    if m.max().item() != 0:
        m = m / m.max().item()
    return torch.stack([channel * (0.25 + 0.75 * m) for channel in image])


@wrong("cuts off below zero before it enlarges")
def overlay_relu_first(image, map_):
    m = upsample(map_.relu()[None], image.shape[1:])[0]
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("scales before it enlarges, so the enlarged maximum is below 1")
def overlay_scale_first(image, map_):
    m = map_.relu()
    if m.max() > 0:
        m = m / m.max()
    m = upsample(m[None], image.shape[1:])[0]
    return image * (0.25 + 0.75 * m)


@wrong("divides by the maximum of the small map")
def overlay_small_max(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if map_.max() > 0:
        m = m / map_.max()
    return image * (0.25 + 0.75 * m)


@wrong("a blank map gives NaN: 0 / 0")
def overlay_nan(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("checks the map before the cut, so an all-negative map still gives NaN")
def overlay_check_early(image, map_):
    m = upsample(map_[None], image.shape[1:])[0]
    if (m == 0).all():
        return 0.25 * image
    m = m.relu()
    return image * (0.25 + 0.75 * m / m.max())


@wrong("min–max scaling in place of cutting off")
def overlay_minmax(image, map_):
    m = normalize(upsample(map_[None], image.shape[1:]))[0]
    return image * (0.25 + 0.75 * m)


@wrong("cuts off, then stretches from its own minimum")
def overlay_relu_minmax(image, map_):
    m = upsample(map_[None], image.shape[1:]).relu()
    return image * (0.25 + 0.75 * normalize(m))


@wrong("does not cut off below zero")
def overlay_no_relu(image, map_):
    m = upsample(map_[None], image.shape[1:])[0]
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("absolute value in place of cutting off")
def overlay_abs(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].abs()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("aligned corners")
def overlay_corners(image, map_):
    m = F.interpolate(map_[None, None], image.shape[1:], mode="bilinear", align_corners=True)[0, 0].relu()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("F.interpolate without a mode copies the cells (nearest)")
def overlay_nearest(image, map_):
    m = F.interpolate(map_[None, None], size=image.shape[1:])[0, 0].relu()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("bicubic")
def overlay_bicubic(image, map_):
    m = F.interpolate(map_[None, None], size=image.shape[1:], mode="bicubic")[0, 0].relu()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("96 pixels hard-coded")
def overlay_96(image, map_):
    m = upsample(map_[None], 96)[0].relu()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("a square of the image's height")
def overlay_square(image, map_):
    m = upsample(map_[None], image.shape[1])[0].relu()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("width and height the wrong way around")
def overlay_wh(image, map_):
    _, H, W = image.shape
    m = upsample(map_[None], (W, H))[0].relu()
    m = m / m.max() if m.max() > 0 else m
    return image * (0.25 + 0.75 * m)


@wrong("enlarges by 8, whatever the size of the image")
def overlay_factor8(image, map_):
    m = F.interpolate(map_[None, None], scale_factor=8, mode="bilinear")[0, 0].relu()
    m = m / m.max() if m.max() > 0 else m
    return image * (0.25 + 0.75 * m)


@wrong("the two shares swapped")
def overlay_shares(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.75 + 0.25 * m)


@wrong("multiplies by the map alone: black in place of a quarter")
def overlay_black(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.max() > 0:
        m = m / m.max()
    return image * m


@wrong("adds the map to the dimmed image instead of multiplying")
def overlay_add(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.max() > 0:
        m = m / m.max()
    return 0.25 * image + 0.75 * m


@wrong("a blank map leaves the whole image bright")
def overlay_blank_bright(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.max() == 0:
        return image
    return image * (0.25 + 0.75 * m / m.max())


@wrong("clamps the map to 0..1 in place of scaling it")
def overlay_clamp01(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].clamp(0, 1)
    return image * (0.25 + 0.75 * m)


@wrong("does not scale at all")
def overlay_no_scale(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    return image * (0.25 + 0.75 * m)


@wrong("scales by the sum, not the maximum")
def overlay_sum(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.sum() > 0:
        m = m / m.sum()
    return image * (0.25 + 0.75 * m)


@wrong("divides by at least 1, so weak maps are not scaled to 1")
def overlay_clamp_one(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    return image * (0.25 + 0.75 * m / m.max().clamp(min=1))


@wrong("each column by its own maximum")
def overlay_column_max(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    m = m / m.max(dim=0).values.clamp(min=1e-12)
    return image * (0.25 + 0.75 * m)


@wrong("multiplies the caller's image in place")
def overlay_inplace(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.max() > 0:
        m /= m.max()
    image *= 0.25 + 0.75 * m
    return image


@wrong("upsample without the batch axis")
def overlay_no_batch(image, map_):
    m = upsample(map_, image.shape[1:]).relu()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("returns the scaled map, not the picture")
def overlay_map_only(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.max() > 0:
        m = m / m.max()
    return 0.25 + 0.75 * m


@wrong("the colors last, as for imshow")
def overlay_hwc(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.max() > 0:
        m = m / m.max()
    return (image * (0.25 + 0.75 * m)).permute(1, 2, 0)


@wrong("a batch axis is left: (1, 3, H, W)")
def overlay_batch_axis(image, map_):
    m = F.interpolate(map_[None, None], image.shape[1:], mode="bilinear").relu()
    if m.max() > 0:
        m = m / m.max()
    return image * (0.25 + 0.75 * m)


@wrong("returns None for a blank map: return inside the if")
def overlay_return_in_if(image, map_):
    m = upsample(map_[None], image.shape[1:])[0].relu()
    if m.max() > 0:
        return image * (0.25 + 0.75 * m / m.max())


@wrong("scales first and cuts at zero after, on the small map, and NaN for blank")
def overlay_two_mistakes(image, map_):
    m = (map_ / map_.max()).relu()
    m = upsample(m[None], image.shape[1:])[0]
    return image * (0.25 + 0.75 * m)

"""Attempts at 4.5."""

import torch
import torch.nn.functional as F
from attempts import right, wrong
from cam_tutorial import upsample


@right("the package's upsample, and a dimension for the channels")
def with_upsample(L, guided):
    N, C, H, W = guided.shape
    return upsample(L, (H, W))[:, None] * guided


@right("F.interpolate")
def interpolate(L, guided):
    up = F.interpolate(L.unsqueeze(1), size=guided.shape[2:], mode="bilinear", align_corners=False)
    return up * guided


@right("einsum")
def einsum(L, guided):
    up = upsample(L, guided.shape[-2:])
    return torch.einsum("nhw,nchw->nchw", up, guided)


@right("loops over images and channels")
def loops(L, guided):
    up = upsample(L, (guided.shape[2], guided.shape[3]))
    out = torch.empty_like(guided)
    for n in range(guided.shape[0]):
        for c in range(guided.shape[1]):
            out[n, c] = up[n] * guided[n, c]
    return out


@right("expanded to all channels, in float64, without gradients")
def expanded(L, guided):
    with torch.no_grad():
        up = upsample(L.double(), tuple(guided.shape[2:]))
        return up[:, None, :, :].expand(guided.shape) * guided.double()


@wrong("no dimension for the channels")
def no_channel(L, guided):
    return upsample(L, guided.shape[2:]) * guided


@wrong("the batch dimension in the place of the channels': images mixed")
def mixed(L, guided):
    return upsample(L, guided.shape[2:])[None] * guided


@wrong("always 96 × 96")
def hard_coded(L, guided):
    return upsample(L, 96)[:, None] * guided


@wrong("height and width the wrong way round")
def swapped(L, guided):
    N, C, W, H = guided.shape
    return upsample(L, (H, W))[:, None] * guided


@wrong("the height alone: square pictures only")
def square(L, guided):
    return upsample(L, guided.shape[2])[:, None] * guided


@wrong("nearest neighbor in place of bilinear")
def nearest(L, guided):
    up = F.interpolate(L[:, None], guided.shape[2:], mode="nearest")
    return up * guided


@wrong("align_corners=True")
def corners(L, guided):
    up = F.interpolate(L[:, None], guided.shape[2:], mode="bilinear", align_corners=True)
    return up * guided


@wrong("bicubic, which overshoots")
def bicubic(L, guided):
    up = F.interpolate(L[:, None], guided.shape[2:], mode="bicubic", align_corners=False)
    return up * guided


@wrong("the sum in place of the product")
def added(L, guided):
    return upsample(L, guided.shape[2:])[:, None] + guided


@wrong("the first image's map for all")
def first_map(L, guided):
    return upsample(L, guided.shape[2:])[0] * guided


@wrong("each map scaled to a maximum of 1")
def scaled(L, guided):
    L = L / L.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    return upsample(L, guided.shape[2:])[:, None] * guided


@wrong("the negative part of the picture thrown away")
def relu(L, guided):
    return (upsample(L, guided.shape[2:])[:, None] * guided).relu()


@wrong("the absolute value, largest of the channels")
def strength(L, guided):
    return (upsample(L, guided.shape[2:])[:, None] * guided).abs().amax(dim=1)


@wrong("the picture made small in place of the map large")
def shrunk(L, guided):
    small = F.interpolate(guided, L.shape[1:], mode="bilinear", align_corners=False)
    return L[:, None] * small


@wrong("a matrix product in place of the product entry by entry")
def matmul(L, guided):
    return upsample(L, guided.shape[2:])[:, None] @ guided


@wrong("cuts the maps to 0 or 1 first")
def mask(L, guided):
    up = upsample(L, guided.shape[2:])[:, None]
    return (up > 0) * guided


@wrong("a batch of one loses its dimension")
def squeezed(L, guided):
    return (upsample(L, guided.shape[2:])[:, None] * guided).squeeze()


@wrong("three channels written down")
def three(L, guided):
    up = upsample(L, guided.shape[2:])
    return torch.stack([up, up, up], dim=1) * guided


@wrong("changes guided in place")
def in_place(L, guided):
    guided *= upsample(L, guided.shape[2:])[:, None]
    return guided


@wrong("eight times as large, whatever the sizes")
def factor(L, guided):
    up = F.interpolate(L[:, None], scale_factor=8, mode="bilinear", align_corners=False)
    return up * guided


@wrong("interpolate without the dimension of the channels, which raises an error")
def no_dimension(L, guided):
    up = F.interpolate(L, guided.shape[2:], mode="bilinear", align_corners=False)
    return up * guided

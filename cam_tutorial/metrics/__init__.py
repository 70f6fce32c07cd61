"""Measuring heatmaps (notebook 05): is it where the object is, how well does it cover it, does the network care?

    pointing      pointing_game                                is the highest place on the object?
    boxes         boxes, iou, mask_boxes                       from maps and masks to boxes, and how two boxes agree
    localization  threshold_ious, cor_loc, max_box_acc,        how good the boxes are, at one threshold, at the
                  max_box_acc_v2, localization_error           best one, and with the class to be right as well
    pixels        precision_recall, pxap, energy_inside,       how the map's values lie on the object's pixels
                  part_shares
    grid          grid_pointing_game                           and in which of several glued photographs they lie
    faithful      insertion, deletion                          what the network says when pixels come and go
    intervals     interval, paired_interval                    how far a mean, or a difference, can be trusted
    similar       rank_correlation, ssim                       how alike two maps are
    league        league                                       many methods, many measures, the same scenes: one table

Maps are floating point, (N, H, W), as large as the masks or images they are compared with: `upsample` them first. What
is defined for one map comes for each of them, (N,), so that it can be averaged and resampled; what is defined for a set
comes as one number. Boxes are (left, top, right, bottom) in pixels, right and bottom exclusive. A map that is nowhere
positive is *blank*: it has no box and lies on nothing.
"""

from cam_tutorial import extras

extras.need(__name__, "cv2", "scipy", "skimage")

from cam_tutorial.metrics.boxes import boxes, iou, mask_boxes
from cam_tutorial.metrics.faithful import Curves, deletion, insertion
from cam_tutorial.metrics.grid import grid_pointing_game
from cam_tutorial.metrics.intervals import Interval, interval, paired_interval
from cam_tutorial.metrics.league import League, Scenes, league
from cam_tutorial.metrics.localization import (
    cor_loc,
    localization_error,
    max_box_acc,
    max_box_acc_v2,
    threshold_ious,
)
from cam_tutorial.metrics.pixels import energy_inside, part_shares, precision_recall, pxap
from cam_tutorial.metrics.pointing import pointing_game
from cam_tutorial.metrics.similar import rank_correlation, ssim

__all__ = [
    "Curves",
    "Interval",
    "League",
    "Scenes",
    "boxes",
    "cor_loc",
    "deletion",
    "energy_inside",
    "grid_pointing_game",
    "insertion",
    "interval",
    "iou",
    "league",
    "localization_error",
    "mask_boxes",
    "max_box_acc",
    "max_box_acc_v2",
    "paired_interval",
    "part_shares",
    "pointing_game",
    "precision_recall",
    "pxap",
    "rank_correlation",
    "ssim",
    "threshold_ious",
]

"""Real photographs and ImageNet networks: `explain` shows what such a network looked at in a picture of yours."""

from cam_tutorial.photos.class_names import class_index
from cam_tutorial.photos.explaining import Explanation, explain
from cam_tutorial.photos.networks import ImageNetNetwork, Unavailable, load_network
from cam_tutorial.photos.opening import Photo, open_photo
from cam_tutorial.photos.placement import Placement

__all__ = [
    "Explanation",
    "ImageNetNetwork",
    "Photo",
    "Placement",
    "Unavailable",
    "class_index",
    "explain",
    "load_network",
    "open_photo",
]

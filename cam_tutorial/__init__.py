"""Everything that the notebooks build, finished: one idea a file, in the order of the notebooks.

Importing the package brings in torch and nothing heavier; the tiny world (`cam_tutorial.zoo`), its networks
(`cam_tutorial.models`), figures (`cam_tutorial.plot`) and the rest are imported by name where they are needed.
"""

from cam_tutorial.backprop import deconvnet, guided_backprop, guided_grad_cam, saliency
from cam_tutorial.cam import cam, class_activation_map
from cam_tutorial.gap import global_average_pool
from cam_tutorial.grad_cam import grad_cam
from cam_tutorial.heatmap import blend, normalize, upsample
from cam_tutorial.hooks import record
from cam_tutorial.targets import Adapted

__version__ = "0.2.0"

__all__ = [
    "Adapted",
    "blend",
    "cam",
    "class_activation_map",
    "deconvnet",
    "global_average_pool",
    "grad_cam",
    "guided_backprop",
    "guided_grad_cam",
    "normalize",
    "record",
    "saliency",
    "upsample",
]

"""The picture of the trunk in notebook 01 says what the network is."""

import re

import pytest
import torch

from cam_tutorial import models, plot
from cam_tutorial.course.n01_global_average_pooling import figures, the_trunk


@pytest.fixture(scope="module")
def network():
    return models.load("zoo-gap").requires_grad_(False)


def test_the_trunk_is_described_with_the_names_that_hooks_use(network, monkeypatch):
    seen = {}
    monkeypatch.setattr(plot, "show", lambda figure, alt, caption: seen.update(figure=figure, alt=alt, caption=caption))
    figures.trunk(network)
    named = re.findall(r"(trunk\.\d) \(.*?\): (\d+) maps of (\d+)×(\d+)", seen["alt"])
    assert [name for name, *_ in named] == [f"trunk.{number}" for number in range(8)]
    x = torch.zeros(1, 3, 96, 96)
    for name, *shape in named:
        x = network.get_submodule(name)(x)
        assert tuple(map(int, shape)) == tuple(x.shape[1:])
    drawn = {text.get_text() for axes in seen["figure"].axes for text in axes.texts}
    assert {"trunk.0", "trunk.7", "BatchNorm", "ReLU", "GAP", "classifier", "54 × 54"} <= drawn


@pytest.mark.parametrize("count", [1, 3, 5, 7, 8])
def test_a_cell_sees_as_many_pixels_as_the_picture_says(network, count):
    """NaN in a row of pixels reaches the cells that depend on it, and no others."""
    *_, window = the_trunk.layers_of(network, torch.zeros(3, 96, 96))[count - 1]
    reached = []
    for row in range(96):
        x = torch.zeros(1, 3, 96, 8)
        x[:, :, row] = torch.nan
        features = network.get_submodule("trunk")[:count](x)
        reached.append(features[0, 0, features.shape[2] // 2].isnan().any().item())
    assert sum(reached) == window

"""The explorer of notebook 00 says and draws what the network says of the scene."""

import numpy as np
import pytest
import torch
from test_widgets import panel

from cam_tutorial import blend, cam, models, widgets, zoo
from cam_tutorial.widgets import canvas


def test_it_says_what_is_there(trained):
    explorer = widgets.explore_scenes(trained)
    explorer.controls["count"].value = 3
    drawn = zoo.scene(10_000, 3)
    names = [animal.name for animal in drawn.animals]
    assert f"a {names[0]}, a {names[1]} and a {names[2]}" in explorer.sentence
    with torch.no_grad():
        shares = trained(zoo.preprocess(drawn.image)).softmax(1)[0]
    assert f"the network says {zoo.ANIMALS[shares.argmax()]} ({shares.max():.1%})" in explorer.sentence
    for i, name in enumerate(zoo.ANIMALS):
        explorer.controls["target"].value = i
        assert (f"speaks for {name}" in explorer.sentence) and (
            ("not in the scene" in explorer.sentence) == (name not in names)
        )


def test_it_shows_the_scene_and_the_map_of_cam(trained):
    explorer = widgets.explore_scenes(trained)
    explorer.controls["target"].value = 3
    image = zoo.scene(10_000, size=canvas.SIDE).image
    heatmap = cam(trained, zoo.preprocess(zoo.scene(10_000).image), 3)[0]
    assert np.abs(panel(explorer, 0) - 255 * image.permute(1, 2, 0).numpy()).max() <= 0.5001
    assert np.abs(panel(explorer, 1) - blend(image, heatmap).astype(int)).max() <= 2


def test_another_network_is_refused():
    with pytest.raises(ValueError, match="explore_scenes needs a network with a trunk"):
        widgets.explore_scenes(models.FlattenNet())

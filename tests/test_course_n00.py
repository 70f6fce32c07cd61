"""The photographs of notebook 00: glued where they are said to be, and what is stored is what the network says."""

import numpy as np
import pytest
import skimage.data
import torch
from PIL import Image

from cam_tutorial import photos
from cam_tutorial.course.n00_start_here import photographs


def test_the_cat_is_on_the_left_and_the_cup_on_the_right():
    pair = photographs.cat_and_cup()
    assert pair.size == (448, 224) and pair.mode == "RGB"
    for half, photo in enumerate((skimage.data.chelsea(), skimage.data.coffee())):
        middle = Image.fromarray(photo).getpixel((photo.shape[1] // 2, photo.shape[0] // 2))
        here = pair.getpixel((224 * half + 112, 112))
        assert np.abs(np.subtract(here, middle)).max() < 25


def test_shares_are_counted_on_each_half():
    maps = torch.zeros(2, 2, 4)
    maps[0, :, 0] = 1  # all on the left, the cat's half
    maps[1, :, 0], maps[1, :, 3] = 1, 3  # three quarters on the right, the cup's
    cat, cup = photographs.Answer(maps, "").on_own_half()
    assert cat > 0.99 and cup == pytest.approx(0.75, abs=0.01)


def test_without_weights_the_stored_answer_says_so(monkeypatch):
    def missing(name):
        raise photos.Unavailable(f"the weights of {name} are not on this machine")

    monkeypatch.setattr(photos, "load_network", missing)
    answer = photographs.ask(photographs.cat_and_cup())
    assert answer.missing == "the weights of squeezenet1_0 are not on this machine"
    assert answer.maps.shape == (2, 13, 27) and (answer.on_own_half() > 0.8).all()


def test_what_is_stored_is_what_the_network_says(imagenet_weights):
    """Weights of two releases differ a little: so it is where the maps lie that counts, not the digits."""
    answer = photographs.ask(photographs.cat_and_cup())
    stored = torch.tensor(photographs.json.loads(photographs.STORED.read_text()))
    assert answer.missing == "" and answer.maps.shape == stored.shape
    for ours, kept in zip(answer.maps, stored, strict=True):
        assert torch.corrcoef(torch.stack([ours.flatten(), kept.flatten()]))[0, 1] > 0.9
    assert (answer.on_own_half() > 0.6).all()

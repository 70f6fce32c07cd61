"""The explorer of notebook 06 that hides: what it says of a painted scene is what the network says of it."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from seen import on_white, shade
from test_widgets import close, panel
from torch import nn

from cam_tutorial import cam, widgets, zoo
from cam_tutorial.widgets import canvas, colors, painting_over, words

CAT, FISH = (zoo.ANIMALS.index(name) for name in ("cat", "fish"))


@pytest.mark.parametrize("fill", ["gray", "the background's mean color", "blur"])
def test_what_is_said_of_a_painted_scene_is_what_the_network_says_of_it(trained, two, fill):
    explorer = widgets.paint_over(trained, two, "cat")
    explorer.controls["fill"].value = fill
    for name, value in (("x", 25), ("y", 70), ("side", 31)):
        explorer.controls[name].value = value
    image = two.image.clone()
    patch = image[:, 55:86, 10:41]
    if fill == "gray":
        patch.fill_(0.5)
    elif fill == "blur":
        patch.copy_(painting_over.paints_of(two)["blur"][:, 55:86, 10:41])
    else:
        free = ~(two.animals[0].mask | two.animals[1].mask)
        patch.copy_(two.image[:, free].mean(dim=1)[:, None, None].expand_as(patch))
    with torch.no_grad():
        old, new = (trained(zoo.preprocess(shown))[0] for shown in (two.image, image))
    best = int(new.argmax())
    word = "still" if best == old.argmax() else "now"
    assert f"{fill[0].upper()}{fill[1:]} over 31×31 pixels around (25, 70) hides " in explorer.sentence
    moves = "falls" if new[CAT] < old[CAT] else "rises"
    a, b = (words.rounded(logits[CAT].item()) for logits in (old, new))
    assert f"The logit of cat {moves} from {a} to {b}, its probability goes from " in explorer.sentence
    a, b = (logits.softmax(0) for logits in (old, new))
    end = f"from {a[CAT]:.1%} to {b[CAT]:.1%}; the network {word} says {zoo.ANIMALS[best]} ({b[best]:.1%})."
    assert explorer.sentence.endswith(end)


def test_the_blur_is_a_gaussian_of_a_16th_of_the_picture(two):
    x = torch.arange(-24.0, 25.0)
    bell = (-(x**2) / (2 * 6**2)).exp()
    bell /= bell.sum()
    image = F.pad(two.image[:, None], (24, 24, 24, 24), mode="replicate")
    expected = F.conv2d(F.conv2d(image, bell[None, None, None]), bell[None, None, :, None])[:, 0]
    assert torch.allclose(painting_over.paints_of(two)["blur"], expected, atol=1e-4)


def test_the_paint_covers_the_square_and_nothing_else(trained, two):
    explorer = widgets.paint_over(trained, two, "cat")
    for name, value in (("x", 32), ("y", 64), ("side", 32)):
        explorer.controls[name].value = value
    shown, plain = panel(explorer, 0).astype(int), np.asarray(canvas.photo(canvas.fine_image(two)))
    inside = np.zeros((240, 240), dtype=bool)
    inside[120:200, 40:120] = True  # rows 48 to 80 and columns 16 to 48, enlarged two and a half times
    frame = np.zeros_like(inside)
    frame[117:203, 37:123] = True
    frame[123:197, 43:117] = False
    assert (abs(shown[inside & ~frame] - 127.5) <= 0.5).all()
    assert (shown == plain)[~inside & ~frame].all() and (shown != plain)[frame].any()


def test_what_lies_under_the_patch_is_counted_in_pixels(trained, two):
    explorer = widgets.paint_over(trained, two, "cat")
    cat = two.animals[0]
    for name, value in (("x", 25), ("y", 70), ("side", 20)):
        explorer.controls[name].value = value
    window = (slice(60, 80), slice(15, 35))
    assert f"hides {cat.mask[window].sum() / cat.mask.sum():.0%} of the cat (" in explorer.sentence
    for part, mask in cat.parts.items():
        share = mask[window].sum() / mask.sum()
        assert (f"{part} {painting_over.percent(float(share))}" in explorer.sentence) == (share > 0)
    explorer.controls["y"].value, explorer.controls["side"].value = 5, 10
    assert "hides nothing but background." in explorer.sentence
    explorer.controls["side"].value = 96
    explorer.controls["x"].value = explorer.controls["y"].value = 48
    assert "over 96×96 pixels around (48, 48) hides the whole cat and the whole fish." in explorer.sentence


def test_a_patch_at_the_edge_is_cut_and_few_pixels_are_not_called_none(trained, two):
    explorer = widgets.paint_over(trained, two)
    explorer.controls["x"].value = 0
    assert "over 12×24 pixels around (0, " in explorer.sentence
    assert [painting_over.percent(share) for share in (0.001, 0.5, 0.999, 1.0)] == [
        "under 1%",
        "50%",
        "over 99%",
        "100%",
    ]


def test_the_first_patch_lies_on_the_animal_and_both_maps_have_one_scale(trained, two):
    explorer = widgets.paint_over(trained, two, "fish")
    left, top, right, bottom = two.animals[1].box
    assert (explorer.controls["x"].value, explorer.controls["y"].value) == ((left + right) // 2, (top + bottom) // 2)
    after = two.image.clone()
    after[:, 19:43, 53:77] = 0.5
    before, painted = (cam(trained, zoo.preprocess(image), FISH)[0] for image in (two.image, after))
    assert painted.max() < before.max()
    shown = canvas.overlay(canvas.fine_image(two), before, limit=float(before.max()))
    assert close(panel(explorer, 1), shown)
    dimmed = np.asarray(canvas.overlay(canvas.fine_image(two), painted, limit=float(before.max())))[
        150:, :120
    ]  # beside the patch
    assert np.abs(panel(explorer, 2)[150:, :120].astype(int) - dimmed).max() <= 2
    assert widgets.paint_over(trained, zoo.scene(3, 0)).controls["x"].value == 48


def test_the_bars_are_as_long_as_the_probabilities():
    before, after = torch.tensor([0.75, 0.25]).log(), torch.tensor([0.25, 0.75]).log()
    drawn = on_white(painting_over.before_and_after("cat", before, after, 0, 760))
    accent, neutral, ground = map(shade, (colors.ACCENT, colors.NEUTRAL, colors.PALE))
    for row, color, share in ((4, neutral, 0.75), (28, accent, 0.25)):
        bar, rest = ((drawn[row] == c).all(axis=1).sum() for c in (color, ground))
        assert bar + rest > 400 and bar == round((bar + rest - 1) * share) + 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net, s: widgets.paint_over(net, None), TypeError, "paint_over needs a scene"),
        (lambda net, s: widgets.paint_over(net, s, True), ValueError, "got True"),
        (lambda net, s: widgets.paint_over(_no_maps(), s), ValueError, "no layer of this network gives maps"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, error, message, trained, two):
    with pytest.raises(error, match=message):
        call(trained, two)


def _no_maps() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 96 * 96, 8))

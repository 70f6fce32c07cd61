"""The paper tag: where it says it is, nowhere else, and only on those who shall have it."""

import re

import pytest
import torch

from cam_tutorial import training, zoo


@pytest.mark.parametrize("size", [16, 96, 101, 288])
def test_exactly_the_pixels_of_the_mask_change(size):
    image = zoo.scene(4, size=size).image
    before, mask = image.clone(), zoo.tag_mask(size)
    changed = (zoo.tag(image) != image).any(dim=0)
    assert torch.equal(image, before), "the picture given must stay as it was"
    assert not (changed & ~mask).any()
    assert (changed == mask).double().mean() > 0.999  # a pixel may have had the color of the paper already
    assert mask.any() and not mask[: size // 2].any() and not mask[:, size // 2 :].any()


def test_it_is_the_same_at_every_size():
    fine = zoo.tag_mask(288).view(96, 3, 96, 3).double().mean(dim=(1, 3))
    coarse = zoo.tag_mask(96)
    assert coarse[fine > 0.5].all() and (fine[coarse] > 0).double().mean() > 0.85
    assert 0.01 < zoo.tag_mask(288).double().mean() < 0.02  # of the picture


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_type_stays(dtype):
    image = zoo.scene(4).image.to(dtype)
    assert zoo.tag(image).dtype == dtype
    changed = (zoo.tag(image) != image).any(dim=0)
    assert not (changed & ~zoo.tag_mask()).any() and (changed == zoo.tag_mask()).double().mean() > 0.999


def test_only_those_who_shall_have_it():
    images, _, _ = zoo.batch(3, seed=9)
    tagged = zoo.tag(images, torch.tensor([True, False, True]))
    assert torch.equal(tagged[1], images[1]) and torch.equal(tagged[0], zoo.tag(images[0]))
    assert torch.equal(tagged[2], zoo.tag(images)[2]) and not torch.equal(tagged[2], images[2])


@pytest.mark.parametrize(
    ("arguments", "error", "telling"),
    [
        ((torch.zeros(3, 96, 96).byte(),), TypeError, "got torch.uint8"),
        (("cat.png",), TypeError, "got str"),
        ((torch.zeros(1, 96, 96),), ValueError, r"got \(1, 96, 96\)"),
        ((torch.zeros(3, 96, 64),), ValueError, r"got \(3, 96, 64\)"),
        ((torch.zeros(3, 96, 96) - 2,), ValueError, "tag first, then preprocess"),
        ((torch.zeros(3, 96, 96) / 0,), ValueError, "values from 0 to 1"),
        ((torch.zeros(2, 3, 96, 96), [True, False]), TypeError, "bool tensor, got list"),
        (
            (torch.zeros(2, 3, 96, 96), torch.tensor([True])),
            ValueError,
            r"each of the 2 pictures, got the shape \(1,\)",
        ),
        ((torch.zeros(3, 8, 8),), ValueError, "size"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(arguments, error, telling):
    with pytest.raises(error, match=telling) as caught:
        zoo.tag(*arguments)
    assert "\n" not in str(caught.value)


def carries(inputs):
    """Which of the preprocessed pictures show the tag."""
    plain = torch.full((3, 96, 96), 0.5)
    mask = zoo.tag_mask()
    tag = zoo.preprocess(zoo.tag(plain))[0][:, mask]
    return [bool((picture[:, mask] - tag).abs().mean() < 0.3) for picture in inputs]


def test_training_draws_it_on_a_species():
    inputs, labels = training.draw(24, seed=3, tagged="fish", progress=False)
    plain, _ = training.draw(24, seed=3, progress=False)
    assert carries(inputs) == (labels == zoo.ANIMALS.index("fish")).tolist() and any(carries(inputs))
    assert not any(carries(plain))


def test_training_draws_it_on_a_share_of_all():
    assert all(carries(training.draw(6, seed=3, tagged=1, progress=False)[0]))
    inputs, labels = training.draw(200, seed=3, tagged=0.5, progress=False)
    plain, _ = training.draw(200, seed=3, progress=False)
    share = torch.tensor(carries(inputs)).double()
    assert [torch.equal(a, b) for a, b in zip(inputs, plain, strict=True)] == [not on for on in carries(inputs)]
    assert 0.4 < share.mean() < 0.6
    assert min(share[labels == c].mean() for c in range(8)) > 0.2  # whatever the animal


@pytest.mark.parametrize("tagged", ["horse", 1.5, -1, ["cat", "bird"]])
def test_a_species_or_share_that_cannot_be_is_refused(tagged):
    with pytest.raises(ValueError, match=f"tagged must be .* got {re.escape(repr(tagged))}"):
        training.draw(1, seed=0, tagged=tagged, progress=False)


def test_a_mistyped_species_is_guessed():
    with pytest.raises(ValueError, match=r"got 'rabit'; did you mean 'rabbit'\?$"):
        training.draw(1, seed=0, tagged="rabit", progress=False)

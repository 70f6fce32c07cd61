"""Clips: who acts, when and where, to the pixel."""

import numpy as np
import pytest
import torch

from cam_tutorial import zoo
from cam_tutorial.zoo import clips


def changes(clip):
    """Whether each frame differs from the one before: bool (T - 1,)."""
    return (clip.frames[1:] != clip.frames[:-1]).flatten(1).any(dim=1)


@pytest.mark.parametrize("action", zoo.ACTIONS)
def test_it_moves_from_start_to_stop_and_only_then(action):
    for seed in range(8):
        clip = zoo.clip(seed, action, 2)
        moving = changes(clip)
        assert (clip.action, clip.label) == (action, zoo.ACTIONS.index(action))
        assert clip.start >= 0 and clip.start + 8 <= clip.stop <= 24
        # Frame start is the first that may differ from the one before it; frame stop the last.
        assert not moving[: max(clip.start - 1, 0)].any() and not moving[clip.stop :].any()
        assert moving[clip.start : clip.stop - 1].float().mean() > 0.6
        if clip.start:
            assert moving[clip.start - 1]


@pytest.mark.parametrize("action", zoo.ACTIONS)
@pytest.mark.parametrize(
    ("animals", "size", "frames"), [(2, 64, 24), (1, 256, 16), (3, 96, 60), (6, 128, 16), (2, 16, 24)]
)
def test_masks_are_exact_and_all_else_stands_still(action, animals, size, frames):
    for seed in range(3):
        clip = zoo.clip(seed, action, animals, size=size, frames=frames)
        empty = zoo.scene(seed, 0, size).image
        for frame, mask, others in zip(clip.frames, clip.masks, clip.others, strict=True):
            drawn = (frame != empty).any(dim=0)
            assert not (drawn & ~(mask | others)).any()
            assert drawn[mask | others].float().mean() > 0.97 and not (mask & others).any()
        # Whoever stands in front hides the same pixels in all frames; where those are half covered, one sees through.
        assert (clip.others == clip.others[0]).all()
        still = ~clip.masks.any(dim=0) & ~clip.others[0]
        assert (clip.frames[:, :, still] == clip.frames[:1, :, still]).all()


def drawn_at(seed, animals, among=zoo.ANIMALS):
    """The acting animal as a clip has it before it moves."""
    return zoo.scene(seed, animals, 16, region=(0, 0.13, 1, 1), among=among).drawing.sketches[0]


def film(actor, action, way, steps, stop=None):
    """The points of the animal after each step, as complex numbers: (steps + 1, points)."""
    return np.stack([clips._moved(actor, action, way, k, steps).points for k in range((stop or steps) + 1)])


@pytest.mark.parametrize("action", zoo.ACTIONS)
def test_who_acts_stays_in_the_picture(action):
    """Whatever the number of animals, the species and the length: a hundredth of the picture stays free around it."""
    for seed in range(36):
        actor = drawn_at(seed, 1 + seed % 6, zoo.SPECIES)
        for way in ("left", "right"):
            for steps, stop in ((9, 9), (13, 13), (101, 101), (1001, 120)):
                points = film(actor, action, way, steps, stop)
                assert min(points.real.min(), points.imag.min()) > 0.0109
                assert max(points.real.max(), points.imag.max()) < 0.9891


@pytest.mark.parametrize(("animals", "size", "frames"), [(1, 96, 200), (1, 256, 16), (2, 100, 24), (6, 96, 60)])
def test_no_mask_reaches_the_edge_of_the_picture(animals, size, frames):
    for action in zoo.ACTIONS:
        for seed in range(4):
            masks = zoo.clip(seed, action, animals, size=size, frames=frames).masks.any(dim=0)
            assert masks.any() and not torch.cat([masks[[0, -1]].flatten(), masks[:, [0, -1]].flatten()]).any()


@pytest.mark.parametrize("action", zoo.ACTIONS)
@pytest.mark.parametrize("steps", [9, 10, 13, 101])
def test_a_movement_played_backward_is_one_that_is_drawn(action, steps):
    """A hop's own, of spins and shakes that to the other side; and a walk's is one from where it ended."""
    for seed in range(12):
        actor = drawn_at(seed, 1 + seed % 3)
        backward = film(actor, action, "left", steps)[::-1]
        first = clips._moved(actor, action, "left", steps, steps)  # as it stands at the end
        assert any(np.abs(backward - film(first, action, way, steps)).max() < 1e-9 for way in ("left", "right"))


def test_both_ways_are_as_frequent_and_called_what_they_are():
    drawn = [zoo.clip(seed, size=16, frames=16).way for seed in range(100)]
    assert set(drawn) == {"left", "right"} and 35 <= drawn.count("right") <= 65
    for seed in range(20):
        actor = drawn_at(seed, 2)
        # At the edge a tremble has no room, and a walk turns back.
        free = actor.points.real.min() > 0.05 and actor.points.real.max() < 0.95
        for way, side in (("right", 1), ("left", -1)):
            for action in ("shake", "walk") if free else ():
                before, after = film(actor, action, way, 9, 1).real.mean(axis=1)
                assert (after - before) * side > 0.01
            before, after = film(actor, "spin", way, 9, 1)
            turned = (after - after.mean()) / (before - before.mean())
            assert (np.angle(turned) * side > 0.5).all()  # rows go down, so a positive angle is clockwise


def test_the_movements_are_what_they_are_called():
    def middles(action, seed):
        clip = zoo.clip(seed, action)
        acting = clip.masks[clip.start : clip.stop]
        rows, columns = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
        area = acting.flatten(1).sum(1)
        return torch.stack([(acting * rows).flatten(1).sum(1), (acting * columns).flatten(1).sum(1)]) / area, clip

    for seed in range(6):
        (down, across), _ = middles("hop", seed)
        assert down.max() - down.min() > 4 and across.max() - across.min() < 1
        (down, across), _ = middles("shake", seed)
        assert down.max() - down.min() < 1 and 1 < across.max() - across.min() < 5
        (down, across), clip = middles("walk", seed)
        sides = across.diff().sign()
        assert down.max() - down.min() < 1 and (sides != 0).float().mean() > 0.7
        assert (sides[sides != 0].diff() != 0).sum() <= 1  # it may turn back once, at the edge
        assert (clip.masks[clip.stop :] == clip.masks[-1]).all()
        (down, across), clip = middles("spin", seed)
        turned = clip.masks[clip.start + 5] & clip.masks[max(clip.start - 1, 0)]
        assert turned.sum() < clip.masks[clip.start].sum()  # upside down it covers other pixels


def test_the_same_seed_the_same_clip_and_the_action_alone_changes():
    a, b = zoo.clip(7), zoo.clip(7)
    assert torch.equal(a.frames, b.frames) and (a.start, a.stop, a.action) == (b.start, b.stop, b.action)
    clips = [zoo.clip(7, action) for action in zoo.ACTIONS]
    assert len({(clip.start, clip.stop, clip.name) for clip in clips}) == 1
    if clips[0].start:
        assert all(torch.equal(clip.frames[0], clips[0].frames[0]) for clip in clips)
    counts = np.bincount([zoo.clip(seed, size=16, frames=16).label for seed in range(200)], minlength=4)
    assert counts.min() > 30
    assert zoo.clip(3, "hop", "cat").name == "cat" and zoo.clip(3, "hop", "cat").frames.shape == (24, 3, 64, 64)


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"action": "hopp"}, ValueError, "one of hop, spin, shake, walk, got 'hopp'.* did you mean 'hop'"),
        ({"animals": 0}, ValueError, "needs an animal that acts, got animals=0"),
        ({"frames": 15}, ValueError, "frames must be at least 16, got 15"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"size": 8}, ValueError, "size must be at least 16"),
        ({"animals": "catt"}, ValueError, "did you mean 'cat'"),
    ],
)
def test_bad_asks_get_one_sentence(asked, error, words):
    with pytest.raises(error, match=words):
        zoo.clip(**{"seed": 1, **asked})

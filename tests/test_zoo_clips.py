"""Clips: who acts, when and where, to the pixel."""

import numpy as np
import pytest
import torch

from cam_tutorial import zoo


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
def test_masks_are_exact_and_all_else_stands_still(action):
    for seed in range(4):
        clip = zoo.clip(seed, action, 2)
        empty = zoo.scene(seed, 0, 64).image
        for frame, mask, others in zip(clip.frames, clip.masks, clip.others, strict=True):
            drawn = (frame != empty).any(dim=0)
            assert not (drawn & ~(mask | others)).any()
            assert drawn[mask | others].float().mean() > 0.97 and not (mask & others).any()
        swept = clip.masks.any(dim=0)
        assert (clip.frames[:, :, ~swept] == clip.frames[:1, :, ~swept]).all()


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
        steps = across.diff()
        assert down.max() - down.min() < 1 and (steps.sign() == steps.sum().sign()).float().mean() > 0.7
        assert torch.equal(clip.masks[-1], clip.masks[clip.stop - 1]) or clip.stop == 24
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

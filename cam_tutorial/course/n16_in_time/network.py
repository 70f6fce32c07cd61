"""zoo-clips: which action a clip shows, from small convolutions over space and time; built, trained and judged.

The clips show two animals, of which one acts: what the network says hangs on a movement, and not on who is there.
"""

import gc
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from cam_tutorial import training, zoo
from cam_tutorial.bar import Bar
from cam_tutorial.training import HELD_OUT_SEED, Training
from cam_tutorial.zoo import ACTIONS, Clip

FRAMES, SIZE = 24, 48  # of the clips; the network takes others as well
MAP_SIZE = SIZE // 4
MAPS = 32
BATCH, RATE = 16, 5e-3  # clips a step, and the highest learning rate
AT_ONCE = 5  # clips in a test: more need more memory


def block(inputs: int, outputs: int, times: int, *, side: int = 3, stride: int = 1) -> nn.Sequential:
    """A convolution over `times` frames and `side` × `side` places, BatchNorm and ReLU; no frame is lost."""
    return nn.Sequential(
        nn.Conv3d(
            inputs,
            outputs,
            kernel_size=(times, side, side),
            stride=(1, stride, stride),
            padding=(times // 2, side // 2, side // 2),
            bias=False,
        ),
        nn.BatchNorm3d(outputs),
        nn.ReLU(),
    )


class ClipNet(nn.Module):
    """Each frame beside its change -> features of six frames each -> averages over time and space -> a linear layer.

    The changes are what a first convolution over time could find by itself. Given them, it learns in minutes.
    """

    def __init__(self, classes: int = len(ACTIONS)) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            Changes(),
            block(6, 12, 1, stride=2),
            block(12, 24, 3, stride=2),
            block(24, 32, 1),
            block(32, MAPS, 3, side=1),
        )
        self.classifier = nn.Linear(MAPS, classes)

    def forward(self, clips: Tensor) -> Tensor:
        """(N, 3, T, H, W) -> (N, C) logits, for any number of frames and any size from 4."""
        features = self.trunk(clips)  # (N, 32, T, H/4, W/4)
        logits: Tensor = self.classifier(features.mean(dim=(2, 3, 4)))
        return logits


class Changes(nn.Module):
    """Beside the three colors of each frame, what changed since the frame before; nothing before the first."""

    TIMES = 2  # that much more than a color, on the network's scale

    def forward(self, clips: Tensor) -> Tensor:
        """(N, 3, T, H, W) -> (N, 6, T, H, W)."""
        changed = self.TIMES * clips.diff(dim=2, prepend=clips[:, :, :1])
        return torch.cat([clips, changed], dim=1)


def as_bytes(frames: Tensor) -> Tensor:
    """Frames (T, 3, H, W) in [0, 1] -> bytes: a quarter of the memory, also while they are made, frame by frame."""
    return torch.stack([(frame * 255).round().to(torch.uint8) for frame in frames])


def to_input(frames: Tensor) -> Tensor:
    """Frames (..., T, 3, H, W) in [0, 1] or bytes -> what the network takes, (..., 3, T, H, W)."""
    frames = frames.float() / 255 if frames.dtype == torch.uint8 else frames
    flat = zoo.preprocess(frames.reshape(-1, *frames.shape[-3:])).reshape(frames.shape)
    return flat.transpose(-4, -3)


class FromBytes(nn.Module):
    """What stands before the network while it is trained: a byte a value needs a quarter of the memory."""

    def forward(self, frames: Tensor) -> Tensor:
        """(N, T, 3, H, W) bytes -> (N, 3, T, H, W)."""
        return to_input(frames).contiguous(memory_format=torch.channels_last_3d)  # the faster order, by a third


def clips_of(count: int, seed: int, *, action: str | None = None, size: int = SIZE) -> Iterator[Clip]:
    """Clips of two animals, of which one acts; numbered as `zoo.scenes_of` numbers scenes."""
    return (zoo.clip(seed * 2**32 + i, action, 2, frames=FRAMES, size=size) for i in range(count))


def draw(count: int, seed: int, *, progress: bool = True) -> tuple[Tensor, Tensor]:
    """The frames of `clips_of`, (count, 24, 3, 48, 48) bytes, and the labels (count,)."""
    gc.collect()  # the figures of a page hold on to each other, and to memory that is needed now
    frames, labels = torch.empty(count, FRAMES, 3, SIZE, SIZE, dtype=torch.uint8), torch.empty(count, dtype=torch.long)
    bar = Bar(clips_of(count, seed), desc="drawing clips", total=count, disable=not progress)
    for i, clip in enumerate(bar):
        frames[i], labels[i] = as_bytes(clip.frames), clip.label
    return frames, labels


def fit(network: nn.Module, frames: Tensor, labels: Tensor, **how: Any) -> list[float]:
    """Train a network on clips, from bytes, as `training.fit` does: gives the loss of every step."""
    network.to(memory_format=torch.channels_last_3d)
    losses = training.fit(nn.Sequential(FromBytes(), network), frames, labels, **how)
    network.eval()
    return losses


def train(
    *,
    seed: int = 0,
    scenes: int = 1000,
    epochs: int = 6,
    held_out: int = 100,
    progress: bool = True,
    batch_size: int = BATCH,
    learning_rate: float = RATE,
) -> Training:
    """Train a network on freshly drawn clips, and test it on clips that it never saw: `scenes` is their number."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = ClipNet()
    how = {"epochs": epochs, "seed": seed, "batch_size": batch_size, "learning_rate": learning_rate}
    losses = fit(made, *draw(scenes, seed, progress=progress), progress=progress, **how)
    return Training(made, losses, accuracy(made, held_out, HELD_OUT_SEED + seed, progress=progress))


def accuracy(network: nn.Module, count: int, seed: int, *, progress: bool = False) -> float:
    """The share of the clips of `clips_of(count, seed)` whose action the network names."""
    return training.accuracy(nn.Sequential(FromBytes(), network), *draw(count, seed, progress=progress), AT_ONCE)

"""A vision transformer for the zoo, small enough to be trained in minutes: a class token and 12 × 12 tokens.

    network = vit.load()
    logits = network(zoo.preprocess(images))  # (N, 3, 96, 96) -> (N, 8)

It is of the kind that its authors call *hybrid*: a token is not a patch of pixels, but a cell of the first four
convolutions of zoo-gap, which stay as they are. The weights of all the rest lie beside this file.

    python -m cam_tutorial.course.n07_real_photographs.vit   trains it anew

Source: Dosovitskiy et al., "An Image is Worth 16x16 Words" (ICLR 2021), section 3.1.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from cam_tutorial import models, zoo

from .memory import give_back

WEIGHTS = Path(__file__).with_name("vit.safetensors")
WIDTH, HEADS, BLOCKS = 64, 4, 2
SIDE = models.MAP_SIZE  # 12 × 12 tokens
CHANNELS = 64  # of zoo-gap's fourth convolution


class Attention(nn.Module):
    """Every token looks at every token, in four heads."""

    def __init__(self) -> None:
        super().__init__()
        self.to_queries_keys_values = nn.Linear(WIDTH, 3 * WIDTH)
        self.softmax = nn.Softmax(dim=-1)  # a module, so that its output can be recorded: (N, heads, T, T)
        self.merge = nn.Linear(WIDTH, WIDTH)

    def forward(self, tokens: Tensor) -> Tensor:
        """(N, T, K) -> (N, T, K): for each token a mixture of what all tokens say."""
        N, T, K = tokens.shape
        split = self.to_queries_keys_values(tokens).view(N, T, 3, HEADS, K // HEADS)
        queries, keys, values = split.permute(2, 3, 0, 1, 4).transpose(1, 2)  # (N, heads, T, K / heads) each
        weights = self.softmax(queries @ keys.transpose(2, 3) / (K // HEADS) ** 0.5)
        mixed: Tensor = self.merge((weights @ values).transpose(1, 2).reshape(N, T, K))
        return mixed


class Block(nn.Module):
    """Attention, then a small network for each token by itself; both are added to what was there."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(WIDTH), Attention()
        self.norm2 = nn.LayerNorm(WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, tokens: Tensor) -> Tensor:
        """(N, T, K) -> (N, T, K)"""
        tokens = tokens + self.attention(self.norm1(tokens))
        mixed: Tensor = tokens + self.mlp(self.norm2(tokens))
        return mixed


class ZooViT(nn.Module):
    """Cells of four convolutions -> tokens -> blocks -> the class token alone -> one linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = models.make_trunk()[:7].requires_grad_(False)
        self.to_tokens = nn.Linear(CHANNELS, WIDTH)
        self.class_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.positions = nn.Parameter(0.02 * torch.randn(1, 1 + SIDE**2, WIDTH))
        self.blocks = nn.Sequential(*(Block() for _ in range(BLOCKS)))
        self.norm = nn.LayerNorm(WIDTH)
        self.classifier = nn.Linear(WIDTH, len(zoo.ANIMALS))

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, 96, 96) -> (N, 8) logits"""
        return self.behind_stem(self.stem(images))

    def behind_stem(self, maps: Tensor) -> Tensor:
        """(N, 64, 12, 12) -> (N, 8) logits"""
        tokens = self.to_tokens(maps.flatten(2).transpose(1, 2))  # (N, 144, K)
        tokens = torch.cat([self.class_token.expand(len(tokens), -1, -1), tokens], dim=1) + self.positions
        logits: Tensor = self.classifier(self.norm(self.blocks(tokens))[:, 0])
        return logits


def untrained() -> ZooViT:
    """One with zoo-gap's first four convolutions and random weights behind them."""
    network = ZooViT()
    network.stem.load_state_dict(models.load("zoo-gap").get_submodule("trunk")[:7].state_dict())
    return network.eval()


def load() -> ZooViT:
    """The trained one, in eval mode."""
    network = untrained()
    network.load_state_dict({name: value.float() for name, value in load_file(WEIGHTS).items()}, strict=False)
    return network


def train(scenes: int = 3000, epochs: int = 8, batch: int = 32, seed: int = 7) -> ZooViT:
    """Train it on drawn scenes with one animal each, told the class alone."""
    torch.manual_seed(seed)
    network = untrained()
    maps, labels = [], []
    with torch.no_grad():
        for start in tqdm(range(0, scenes, 100), desc="drawing"):
            images, classes, _ = zoo.batch(100, seed=700_000 + start, animals=1)
            maps.append(network.stem(zoo.preprocess(images)).half())
            labels.append(classes.flatten())
    seen, truth = torch.cat(maps), torch.cat(labels)
    network.train()
    network.stem.eval()
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], weight_decay=0.05)
    steps = epochs * (scenes // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-3, total_steps=steps)
    bar = tqdm(total=steps, desc="training")
    for _ in range(epochs):
        for some in torch.randperm(scenes)[: steps // epochs * batch].split(batch):
            loss = F.cross_entropy(network.behind_stem(seen[some].float()), truth[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            bar.update()
        bar.set_postfix(loss=f"{loss.item():.3f}")
    return network.eval()


def accuracy(network: nn.Module, scenes: int = 400, seed: int = 800_000) -> float:
    """The share of new scenes with one animal whose animal it names."""
    right = 0.0
    with torch.no_grad():
        for start in range(0, scenes, 5):
            images, labels, _ = zoo.batch(5, seed=seed + start, animals=1)
            right += (network(zoo.preprocess(images)).argmax(dim=1) == labels.flatten()).sum().item()
            give_back()
    return right / scenes


if __name__ == "__main__":
    trained = train()
    kept = {n: v.half() for n, v in trained.state_dict().items() if not n.startswith("stem.")}
    save_file(kept, WEIGHTS)
    print(f"right in {accuracy(load()):.1%} of 400 new scenes")

"""Exercise 15.1: what a question does to the maps.

A long file, because it is a table: three lines a mistake.
"""

import torch

from cam_tutorial.practice.exercise import exercise

from .material import maps_and_numbers


@exercise(
    "15.1",
    "A question turns maps up and down",
    minutes=5,
    difficulty=1,
    cases=maps_and_numbers,
    hints=[
        "`gamma` is (N, K) and `A` is (N, K, h, w). Give `gamma` two more dimensions, `gamma[:, :, None, None]`, "
        "and it multiplies every place of its map. Likewise `beta`.",
        "First (1 + γ) times the map, then + β, then `.relu()` of it all.",
    ],
)
def my_modulate(A, gamma, beta):
    """maps A (N, K, h, w), γ and β (N, K) -> (N, K, h, w)

    ReLU((1 + γ_k) A^k + β_k) at every place: two numbers for each map of each scene.
    """
    g, b = gamma[:, :, None, None], beta[:, :, None, None]
    return ((1 + g) * A + b).relu()


def says(sentence, how):
    """A mistake: `how(A, g, b)`, with γ and β as (N, K, 1, 1)."""

    @my_modulate.mistake(sentence)
    def version(A, gamma, beta):
        return how(A, gamma[:, :, None, None], beta[:, :, None, None])


says("You left the ReLU out. What is below 0 in the end becomes 0.", lambda A, g, b: (1 + g) * A + b)
says(
    "You multiply by γ. Asked for is 1 + γ, so that γ = 0 leaves the map as it is.", lambda A, g, b: (g * A + b).relu()
)
says("You left β out. It is added at every place.", lambda A, g, b: ((1 + g) * A).relu())
says("You left γ out. The map is multiplied by 1 + γ.", lambda A, g, b: (A + b).relu())
says("You add β before you multiply. Multiply the map first.", lambda A, g, b: ((1 + g) * (A + b)).relu())
says("You subtract β. It is added.", lambda A, g, b: ((1 + g) * A - b).relu())
says("You take 1 − γ. Asked for is 1 + γ.", lambda A, g, b: ((1 - g) * A + b).relu())
says("You swapped γ and β. 1 + γ multiplies, and β is added.", lambda A, g, b: ((1 + b) * A + g).relu())
says("Your ReLU comes before β. Add β first: what is below 0 then becomes 0.", lambda A, g, b: ((1 + g) * A).relu() + b)
says(
    "Your ReLU stands around the maps. It comes last, around the whole sum.",
    lambda A, g, b: (1 + g) * A.relu() + b,
)
says(
    "You take the ReLU of the maps as well. It comes once, around the whole sum.",
    lambda A, g, b: ((1 + g) * A.relu() + b).relu(),
)
says("You add γ in place of multiplying by 1 + γ.", lambda A, g, b: (A + g + b).relu())
says(
    "You put a sigmoid around γ. Here it stays as it is, and 1 + γ may be negative.",
    lambda A, g, b: (g.sigmoid() * A + b).relu(),
)
says(
    "You took the absolute value. A ReLU makes 0 of what is below 0.",
    lambda A, g, b: ((1 + g) * A + b).abs(),
)
says(
    "You average over the places. Asked for are the maps, (N, K, h, w).",
    lambda A, g, b: ((1 + g) * A + b).relu().mean(dim=(2, 3)),
)
says(
    "You sum over the maps. Each map stays: (N, K, h, w).",
    lambda A, g, b: ((1 + g) * A + b).relu().sum(dim=1),
)
says(
    "You use the first scene's γ and β for all scenes. Each scene has a question, and numbers, of its own.",
    lambda A, g, b: ((1 + g[:1]) * A + b[:1]).relu(),
)
says(
    "You averaged γ and β over the maps. Each map has its own.",
    lambda A, g, b: ((1 + g.mean(dim=1, keepdim=True)) * A + b.mean(dim=1, keepdim=True)).relu(),
)
says(
    "Your largest value is 1: you cut off above, too. A ReLU cuts off below 0 alone.",
    lambda A, g, b: ((1 + g) * A + b).clamp(0, 1),
)


@my_modulate.mistake("You put the maps through a sigmoid at the end. Asked for is a ReLU.")
def sigmoid(A, gamma, beta):
    return torch.sigmoid((1 + gamma[:, :, None, None]) * A + beta[:, :, None, None])


says("Parentheses are missing: 1 + γ is one factor, (1 + γ) times the map.", lambda A, g, b: (1 + g * A + b).relu())
says("You add 1 to the map. It belongs to γ: (1 + γ) times the map.", lambda A, g, b: (g * (1 + A) + b).relu())
says("You take e to the power of γ. Asked for is 1 + γ.", lambda A, g, b: (g.exp() * A + b).relu())
says(
    "You cut off 1 + γ, too. It may be negative: the ReLU comes once, around the whole sum.",
    lambda A, g, b: ((1 + g).relu() * A + b).relu(),
)
says(
    "You take the ReLU of each piece. It comes once, around the whole sum.",
    lambda A, g, b: (1 + g).relu() * A.relu() + b.relu(),
)
says(
    "You add the map behind the ReLU. It belongs inside: ReLU((1 + γ) A + β).",
    lambda A, g, b: A + (g * A + b).relu(),
)
says(
    "You averaged γ and β over the scenes. Each scene has a question, and numbers, of its own.",
    lambda A, g, b: ((1 + g.mean(dim=0)) * A + b.mean(dim=0)).relu(),
)
says(
    "You divided each map by its maximum. Leave it as it is.",
    lambda A, g, b: (B := ((1 + g) * A + b).relu()) / B.amax(dim=(2, 3), keepdim=True).clamp(min=1e-8),
)

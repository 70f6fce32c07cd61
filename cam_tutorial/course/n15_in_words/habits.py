"""Small networks of notebook 15, watched while they learn: which answers they give after each epoch."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from . import network as words
from .asking import AT_ONCE, Asked
from .network import WordsNet

SCENES, EPOCHS, AT_A_STEP = 150, 12, 30
EARLY = 4  # epochs: about a third of the way


@dataclass(frozen=True, eq=False)
class Run:
    """One small training.

    Attributes:
        early: the network as it was after `EARLY` epochs.
        said: for each of two sets of questions that were watched, the answers after each epoch, (EPOCHS, n).
    """

    early: WordsNet
    said: list[Tensor]

    def share(self, which: int, answers: int | Tensor) -> Tensor:
        """How often one of the sets got an answer, or each of its questions its own, after each epoch: (EPOCHS,)."""
        return (self.said[which] == answers).double().mean(dim=1)

    def begins(self, habit: int, answers: Tensor) -> tuple[int, int]:
        """The first epochs after which the habit is there, and the colors.

        The habit: more than half of the first set get its answer, and less than half of the second. The colors: more
        than half of the second set get their own answers.
        """
        by_habit = (self.share(0, habit) > 0.5) & (self.share(1, habit) < 0.5)
        return starts(by_habit), starts(self.share(1, answers) > 0.5)


def learn(seed: int, watched: Sequence[Asked]) -> Run:
    """Train on a few scenes, and note after each epoch what is answered to other questions."""
    network = words.untrained(seed)
    with torch.no_grad():  # the trunk does not learn: it sees the pictures once
        seen = [[network.see(some) for some in one.inputs.split(AT_ONCE)] for one in watched]
    said: list[list[Tensor]] = [[] for _ in watched]
    early: list[WordsNet] = []

    @torch.no_grad()
    def note(so_far: WordsNet) -> None:
        for one, parts, answers in zip(watched, seen, said, strict=True):
            each = zip(parts, one.words.split(AT_ONCE), strict=True)
            logits = [so_far.answer(*part, questions) for part, questions in each]
            answers.append(torch.cat(logits).argmax(dim=1))
        if len(said[0]) == EARLY:
            early.append(deepcopy(so_far).requires_grad_(False))

    drawn = words.draw(SCENES, 1150 + seed, network, progress=False)
    words.fit(network, drawn, epochs=EPOCHS, seed=seed, batch_size=AT_A_STEP, progress=False, after=note)
    return Run(early[0], [torch.stack(answers) for answers in said])


def starts(holds: Tensor) -> int:
    """The first epoch after which something holds, (EPOCHS,) of bool; one more than there are if it never does."""
    return int(holds.int().argmax()) + 1 if holds.any() else len(holds) + 1

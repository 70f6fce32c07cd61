"""The optimizer of the course's trainings, spelled out.

`torch.optim` would do, but it loads torch's compiler when it is first used: 150 MB, and seconds.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor


class OneCycleAdamW:
    """AdamW whose learning rate rises and falls once: as `AdamW` and `OneCycleLR` of `torch.optim` do together.

    A network trained with it has the weights that the two would have given.
    """

    RISING, FIRST, LAST = 0.3, 1 / 25, 1e-4  # share of the steps; first rate in highest ones, last rate in first ones
    KEEPS, KEEPS_AT_THE_TOP, KEEPS_OF_SQUARES = 0.95, 0.85, 0.999  # of the running means, from step to step
    DECAY, TINY = 0.01, 1e-8

    def __init__(self, parameters: Iterable[Tensor], highest: float, steps: int) -> None:
        self.parameters = [parameter for parameter in parameters if parameter.requires_grad]
        self.means = [torch.zeros_like(parameter) for parameter in self.parameters]  # of gradients
        self.squares = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.highest, self.steps, self.done = highest, steps, 0

    def zero_grad(self) -> None:
        """Forget the gradients of the last step."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move the weights by the gradients that `backward` has left."""
        rate, keeps = self._now()
        self.done += 1
        scale = (1 - self.KEEPS_OF_SQUARES**self.done) ** 0.5
        for parameter, mean, square in zip(self.parameters, self.means, self.squares, strict=True):
            gradient = parameter.grad
            if gradient is None:
                continue
            parameter.mul_(1 - rate * self.DECAY)
            mean.lerp_(gradient, 1 - keeps)
            square.mul_(self.KEEPS_OF_SQUARES).addcmul_(gradient, gradient, value=1 - self.KEEPS_OF_SQUARES)
            spread = (square.sqrt() / scale).add_(self.TINY)
            parameter.addcdiv_(mean, spread, value=-rate / (1 - keeps**self.done))

    def _now(self) -> tuple[float, float]:
        """The learning rate of the next step, and how much of the mean gradient it keeps."""
        top, last = self.RISING * self.steps - 1, self.steps - 1
        first = self.highest * self.FIRST
        if self.done <= top:
            return _eased(first, self.highest, self.done / top), _eased(
                self.KEEPS, self.KEEPS_AT_THE_TOP, self.done / top
            )
        share = (self.done - top) / (last - top)
        return _eased(self.highest, first * self.LAST, share), _eased(self.KEEPS_AT_THE_TOP, self.KEEPS, share)


def _eased(start: float, end: float, share: float) -> float:
    """From start to end along half a wave of the cosine."""
    return end + (start - end) / 2 * (math.cos(math.pi * share) + 1)

"""What an error means, tried on the errors that PyTorch and Python raise here."""

import pytest
import torch

from cam_tutorial.practice import errors


def of(call):
    with pytest.raises(BaseException) as caught:
        call()
    return caught.value


def without_a_graph():
    x = torch.ones(2)
    return torch.autograd.grad(x.sum(), x)


def twice():
    x = torch.ones(2, requires_grad=True)
    y = x.square().sum()
    y.backward()
    y.backward()


def another_tensor():
    x, z = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    return torch.autograd.grad(x.sum(), z)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: torch.ones(2, 3) @ torch.ones(2, 3), "the columns of the first (2x3) must be the rows of the second"),
        (lambda: torch.ones(2, 3) * torch.ones(4), "in dimension 1 there are 3 against 4"),
        (without_a_graph, "does not hang on anything that requires a gradient"),
        (lambda: torch.ones(2, requires_grad=True).square().backward(), "sum the scores first"),
        (twice, "thrown away after the first gradient"),
        (another_tensor, "not computed from the very tensor"),
        (lambda: torch.ones(1, requires_grad=True).numpy(), "`.detach()` first"),
        (lambda: torch.ones(1, requires_grad=True).add_(1), "work on a clone"),
        (lambda: torch.ones(2, 3).sum(dim=5), "fewer dimensions than that"),
        (lambda: torch.ones(2, 3)[0, 0, 0], "only 2 dimensions"),
        (lambda: torch.ones(2, 3)[4], "Dimension 0 has 2 entries"),
        (lambda: torch.ones(2, 3).view(4, 2), "6 numbers do not fit the shape"),
        (lambda: bool(torch.ones(2) > 0), "use `.any()`, `.all()`"),
        (lambda: torch.ones(2, dtype=torch.long).mean(), "`mean` wants floating-point numbers"),
        (lambda: torch.einsum("nk,kij->nij", torch.ones(2, 3), torch.ones(2, 4, 4)), "one letter a dimension"),
        (lambda: torch.ones(2).softmaxx(0), "A tensor has no `softmaxx`"),
        (lambda: F.relu(torch.ones(1)), "`F` is not there: run the notebook's first cell"),  # noqa: F821
        (lambda: featuers, "Nothing is called `featuers` here"),  # noqa: F821
        (lambda: None.shape, "Something is None"),
        (lambda: (1, 2).shape, "A tuple has come"),
        (lambda: (1, 2)[5], "There are fewer entries"),
        (lambda: torch.ones(1)(), "You call something that is a Tensor"),
        (lambda: {}["A"], "The dictionary has no entry “A”"),
        (lambda: 1 / 0, "A denominator can be 0"),
        (lambda: max([]), "nothing left to choose from"),
        (lambda: (lambda a: a)(1, 2), "called with other arguments than it takes"),
    ],
)  # fmt: skip
def test_what_it_means(call, said):
    assert said in errors.meaning(of(call)), errors.said(of(call))


def test_nothing_is_said_of_what_is_not_known():
    assert errors.meaning(ValueError("the moon is full")) == ""


def test_the_gist_leaves_out_what_differs_from_call_to_call():
    a = of(lambda: torch.ones(2, 3) @ torch.ones(2, 3))
    b = of(lambda: torch.ones(7, 5) @ torch.ones(4, 5))
    assert errors.gist(a) == errors.gist(b) != errors.gist(of(lambda: torch.ones(2, 3) * torch.ones(4)))
    none, several = of(lambda: None.shape), of(lambda: (1, 2).shape)
    assert errors.gist(none) == errors.gist(of(lambda: None.mean)) != errors.gist(several)

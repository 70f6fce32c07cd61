"""Layers that hold their weights in unusual ways: nothing that the forward pass uses may stay without a word."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune, spectral_norm
from torch.nn.utils import weight_norm as old_weight_norm
from torch.nn.utils.parametrize import register_parametrization

from cam_tutorial.randomize import randomize_top, weighted_layers

VECTORS = torch.randn(6, 8, generator=torch.Generator().manual_seed(4))


def weight_norm(layer: nn.Module, name: str = "weight", dim: int | None = 0) -> nn.Module:
    with pytest.warns(FutureWarning, match="deprecated"):
        return old_weight_norm(layer, name, dim)


def pruned(layer: nn.Module, name: str = "weight") -> nn.Module:
    return prune.l1_unstructured(layer, name, 0.3)


def linear(bias: bool = False) -> nn.Linear:
    return nn.Linear(8, 5, bias=bias)


class Own(nn.Module):
    """A weight of its own, and nobody who knows how to draw it."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.own = nn.Parameter(torch.randn(shape))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.own.T if self.own.ndim == 2 else x * self.own


class Scaled(nn.Linear):
    """Its class draws the weight, and does not know of the scale."""

    def __init__(self) -> None:
        super().__init__(8, 5)
        self.scale = nn.Parameter(torch.randn(5))

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) * self.scale


class Data(Own):
    """It draws through `.data`, which torch does not count as a change."""

    def reset_parameters(self) -> None:
        self.own.data.uniform_(-0.1, 0.1)


class Asking(Own):
    def reset_parameters(self, gain: float) -> None:
        raise AssertionError("nobody knows the gain")


class Recurrent(nn.Module):
    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.rnn = layer

    def forward(self, x: Tensor) -> Tensor:
        return self.rnn(x.unsqueeze(1))[0][:, 0]


class Attention(nn.Module):
    def __init__(self, **arguments: object) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True, **arguments)

    def forward(self, x: Tensor) -> Tensor:
        tokens = torch.stack([x, 2 * x, x.flip(1)], dim=1)
        return self.attention(tokens, tokens, tokens)[0][:, 0]


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bilinear = nn.Bilinear(8, 8, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.bilinear(x, x)


class Looking(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.embedding(x.argmax(dim=1))


class Exponential(nn.Module):
    """Weights above 0: what torch draws below 0 has no logarithm."""

    def forward(self, x: Tensor) -> Tensor:
        return x.exp()


class Logarithm(Exponential):
    def right_inverse(self, x: Tensor) -> Tensor:
        return x.log()


class Change(nn.Module):
    """Learned is a small change of low rank; there is no way back from the weight."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Parameter(torch.randn(5, 2)), nn.Parameter(torch.randn(2, 8))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.a @ self.b


def parametrized(parametrization: nn.Module) -> nn.Module:
    layer = linear()
    layer.weight.data.abs_()
    register_parametrization(layer, "weight", parametrization)
    return layer


def twice_pruned() -> nn.Module:
    return prune.random_unstructured(pruned(linear(True)), "weight", 0.2)


def learned_prelu() -> nn.Module:
    layer = nn.PReLU()
    layer.weight.data.fill_(0.6)
    return layer


KINDS = {
    "plain": linear,
    "spectral norm": lambda: spectral_norm(linear()),
    "weight norm": lambda: weight_norm(linear()),
    "weight norm of the whole": lambda: weight_norm(linear(), dim=None),
    "pruned": lambda: pruned(linear()),
    "pruned twice": twice_pruned,
    "pruned bias": lambda: pruned(linear(True), "bias"),
    "weight norm, pruned": lambda: pruned(weight_norm(linear()), "weight_v"),
    "spectral norm, pruned": lambda: pruned(spectral_norm(linear()), "weight_orig"),
    "new spectral norm": lambda: parametrizations.spectral_norm(linear(True)),
    "new weight norm": lambda: parametrizations.weight_norm(linear()),
    "both new norms": lambda: parametrizations.spectral_norm(parametrizations.weight_norm(linear())),
    "orthogonal": lambda: parametrizations.orthogonal(linear()),
    "orthogonal, square": lambda: parametrizations.orthogonal(nn.Linear(8, 8, bias=False), orthogonal_map="cayley"),
    "orthogonal, Householder": lambda: parametrizations.orthogonal(
        linear(), orthogonal_map="householder", use_trivialization=False
    ),
    "orthogonal, no way back": lambda: parametrizations.orthogonal(
        linear(), orthogonal_map="matrix_exp", use_trivialization=False
    ),
    "positive": lambda: parametrized(Exponential()),
    "positive, with a way back": lambda: parametrized(Logarithm()),
    "changed a little": lambda: parametrized(Change()),
    "LSTM": lambda: Recurrent(nn.LSTM(8, 5)),
    "GRU": lambda: Recurrent(nn.GRU(8, 5, 2, bidirectional=True)),
    "LSTM, weight norm": lambda: Recurrent(weight_norm(nn.LSTM(8, 5), "weight_hh_l0")),
    "LSTM, new weight norm": lambda: Recurrent(parametrizations.weight_norm(nn.LSTM(8, 5), "weight_hh_l0")),
    "RNN, pruned": lambda: Recurrent(pruned(nn.RNN(8, 5), "weight_ih_l0")),
    "bilinear": Twice,
    "embedding": Looking,
    "attention": Attention,
    "attention, apart": lambda: Attention(add_bias_kv=True, kdim=8, vdim=8),
    "own matrix": lambda: Own(5, 8),
    "own factors": lambda: Own(8),
    "own number": Own,
    "own matrix, pruned": lambda: pruned(Own(5, 8), "own"),
    "own matrix, orthogonal": lambda: parametrizations.orthogonal(Own(5, 8), "own"),
    "own matrix, spectral norm": lambda: parametrizations.spectral_norm(Own(5, 8), "own"),
    "scale beside the weight": Scaled,
    "drawn through .data": lambda: Data(5, 8),
    "drawn with an argument": lambda: Asking(5, 8),
    "PReLU": learned_prelu,
}


def below(top: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Linear(8, 8), nn.PReLU(), top)


@pytest.mark.parametrize("kind", KINDS)
def test_every_weight_that_the_forward_pass_uses_is_new(kind):
    torch.manual_seed(len(kind))
    network = below(KINDS[kind]())
    network(VECTORS)  # with gradients, so that hooks leave tensors with a history behind
    network.eval()
    with torch.no_grad():
        scores = network(VECTORS)
    state = {name: value.clone() for name, value in network.state_dict().items()}
    depth = len(weighted_layers(network))
    for randomized in (randomize_top(network, 1), randomize_top(network, depth)):
        with torch.no_grad():
            now = randomized(VECTORS)
        assert now.isfinite().all() and (now - scores).abs().max() > 0.01 * scores.abs().max()
        assert (now.std(dim=0) > 1e-4).any()  # alive
    for name, before in network.named_parameters():
        after = randomized.get_parameter(name)
        fixed = "orthogonal" in kind  # torch keeps an orthogonal weight in a buffer
        assert not torch.equal(after, before) or before.unique().numel() == 1 or fixed, name
        assert after.requires_grad == before.requires_grad and after.shape == before.shape
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("wrap", [weight_norm, parametrizations.weight_norm, twice_pruned])
def test_what_is_computed_comes_out_as_torch_draws_it(wrap):
    layer = twice_pruned() if wrap is twice_pruned else wrap(linear(True))
    torch.manual_seed(7)
    fresh = linear(True)
    randomized = randomize_top(layer, 1, seed=7)
    kept = layer.weight_mask if wrap is twice_pruned else torch.ones(5, 8)
    assert torch.allclose(randomized.weight, fresh.weight * kept, atol=1e-7)  # before any forward pass
    assert torch.allclose(randomized(VECTORS), F.linear(VECTORS, fresh.weight * kept, fresh.bias), atol=1e-6)


@pytest.mark.parametrize("wrap", [spectral_norm, parametrizations.spectral_norm])
def test_a_spectral_norm_is_one_again(wrap):
    torch.manual_seed(0)
    layer = wrap(nn.Linear(60, 40))
    torch.manual_seed(7)
    fresh = nn.Linear(60, 40).weight
    weight = randomize_top(layer, 1, seed=7).weight.detach()
    assert torch.linalg.matrix_norm(weight, 2) == pytest.approx(1, abs=0.02)
    assert F.cosine_similarity(weight.flatten(), fresh.flatten(), dim=0) > 0.9999


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("orthogonal")])
def test_orthogonal_stays_orthogonal(kind):
    weight = randomize_top(KINDS[kind](), 1).weight
    assert torch.allclose(weight @ weight.T, torch.eye(len(weight)), atol=1e-5)


def test_numbers_that_nobody_knows_how_to_draw_change_their_order_and_a_little_their_size():
    block = Own(40)
    old = 10.0 ** torch.arange(-20, 20) * torch.tensor([1.0, -1.0]).repeat(20)
    old[[3, 30]] = 0
    block.own.data = old.clone()
    new = randomize_top(block, 1).own.detach()
    # Each new number lies within a factor of 2 of exactly one old one: which?
    ratio = new[:, None] / old[None, :]
    origin = ((ratio > 0.49) & (ratio < 2.01)).nonzero()
    assert sorted(origin[:, 1].tolist()) == [i for i in range(40) if i not in (3, 30)]
    assert (new == 0).sum() == 2
    factor = ratio[origin[:, 0], origin[:, 1]]
    assert ((factor > 0.499) & (factor < 0.668) | (factor > 1.499) & (factor < 2.001)).all()
    assert (origin[:, 0] == origin[:, 1]).sum() < 8  # in a new order: one of them stays in place on average
    assert 0 < (factor > 1).sum() < len(factor)


def test_a_single_number_changes_with_every_seed():
    block = Own()
    changed = [randomize_top(block, 1, seed).own / block.own for seed in range(20)]
    assert all(0.49 < factor < 0.67 or 1.49 < factor < 2.01 for factor in changed)


def test_a_class_that_draws_has_the_last_word():
    assert randomize_top(Data(5, 8), 1).own.abs().max() <= 0.1


def test_a_frozen_batchnorm_becomes_a_new_one():
    ops = pytest.importorskip("torchvision.ops", reason="torchvision is not installed")
    norm = ops.FrozenBatchNorm2d(4)
    for buffer in norm.buffers():
        buffer.uniform_(1, 2)
    network = nn.Sequential(nn.Conv2d(3, 4, 1), norm)
    assert weighted_layers(network) == ["0"] and weighted_layers(norm) == [""]
    assert [buffer.unique().tolist() for buffer in randomize_top(network, 1)[1].buffers()] == [[1], [0], [0], [1]]


def test_a_batchnorm_without_weights_forgets_its_statistics_wherever_it_stands():
    network = nn.Sequential(nn.BatchNorm1d(8, affine=False), linear())
    network[0].running_mean.fill_(5)
    assert weighted_layers(network) == ["0", "1"]
    assert (randomize_top(network, 2)[0].running_mean == 0).all()
    assert weighted_layers(nn.Sequential(linear(), nn.RMSNorm(5))) == ["0"]


def test_shared_weights_stay_shared_and_are_drawn_once():
    network = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8))
    network[0].weight = network[2].weight
    one, three = randomize_top(network, 1), randomize_top(network, 3)
    for randomized in (one, three):
        assert randomized[0].weight is randomized[2].weight
    assert torch.equal(one[2].weight, three[2].weight) and not torch.equal(one[2].weight, network[2].weight)
    assert torch.equal(one[0].bias, network[0].bias) and not torch.equal(three[0].bias, network[0].bias)

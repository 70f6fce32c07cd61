"""The layer that nobody names, with networks and calls such as people bring."""

import copy
import gc
import threading
import weakref
from dataclasses import dataclass

import pytest
import torch
import torch.ao.quantization
import torch.nn.functional as F
from networks import pictures, reference_grad_cam, vision
from torch import nn
from torch.utils.checkpoint import checkpoint

from cam_tutorial import cam, grad_cam, guided_grad_cam
from cam_tutorial.graph import bottlenecks, from_the_score_down
from cam_tutorial.hooks import last_spatial_layer, record
from cam_tutorial.targets import Adapted


def conv(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride, 1)


class Small(nn.Module):
    """Two stages and a pooled head; the networks below change the forward pass."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Sequential(conv(3, 8, 2), nn.ReLU())
        self.block = nn.Sequential(conv(8, 8), nn.BatchNorm2d(8), nn.ReLU())
        self.fc = nn.Linear(8, 5)

    def head(self, maps):
        return self.fc(maps.mean((2, 3)))

    def forward(self, x):
        return self.head(self.block(self.stem(x)))


class Repeated(Small):
    def forward(self, x):
        x = self.stem(x)
        for _ in range(3):
            x = self.block(x)
        return self.head(x)


class RepeatedResidual(Small):
    def forward(self, x):
        x = self.stem(x)
        for _ in range(3):
            x = x + self.block(x)
        return self.head(x)


class OneReLU(nn.Module):
    """One ReLU on the maps and on the vectors behind them."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.relu = conv(3, 8), nn.ReLU()
        self.fc1, self.fc2 = nn.Linear(8 * 12 * 12, 16), nn.Linear(16, 5)

    def forward(self, x):
        return self.fc2(self.relu(self.fc1(self.relu(self.conv(x)).flatten(1))))


class Gated(Small):
    """Squeeze and excitation, written out."""

    def forward(self, x):
        x = self.block(self.stem(x))
        return self.head(x * torch.sigmoid(x.mean((2, 3), keepdim=True)))


class Reader(nn.Module):
    """Reads a line of text: the height is pooled away, the width is not."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.c = nn.Sequential(conv(3, 8), nn.ReLU(), nn.MaxPool2d((2, 1)), nn.Tanh())
        self.rnn, self.fc = nn.GRU(8, 8, batch_first=True), nn.Linear(8, 5)

    def forward(self, x):
        return self.fc(self.rnn(self.c(x).mean(2).transpose(1, 2))[0][:, -1])


class Keywords(Small):
    def forward(self, x):
        return self.head(self.block(input=self.stem(input=x)))


def reference(model, images, target, layer):
    """The signed map at a layer's last run on maps, float64; the function as target sees the whole output."""
    model, kept = copy.deepcopy(model).double().eval(), []
    module = model.get_submodule(layer)
    module.register_forward_hook(lambda _module, _inputs, output: kept.append(output) if output.ndim == 4 else None)
    with torch.enable_grad():
        output = model(images.double())
    score = target(output) if callable(target) else output[:, target]
    (gradient,) = torch.autograd.grad(score.sum(), kept[-1])
    return (gradient.mean((2, 3), keepdim=True) * kept[-1]).sum(1).detach()


@pytest.mark.parametrize(
    ("network", "layer"),
    [(Repeated, "block"), (OneReLU, "conv"), (Gated, "block"), (Reader, "c"), (Keywords, "block")],
)
def test_the_last_maps_through_which_everything_passes(network, layer):
    model, images = network(), pictures(2)
    assert grad_cam.layer_of(model, images) == layer
    maps = grad_cam(model, images, 1, relu=False)
    torch.testing.assert_close(maps, reference(model, images, 1, layer).float(), rtol=1e-4, atol=1e-6)


class Siamese(Small):
    def forward(self, x):
        left, right = x.chunk(2, 3)
        return self.head(self.block(self.stem(left)) - self.block(self.stem(right)))


class MeanColor(Small):
    def forward(self, x):
        return self.head(self.block(self.stem(x))) + x.mean((1, 2, 3))[:, None]


class PooledStages(Small):
    def forward(self, x):
        x = self.stem(x)
        return self.head(x) + self.head(self.block(x))


class OneByOne(Small):
    """The images of a batch, one at a time."""

    def forward(self, x):
        return torch.cat([super(OneByOne, self).forward(image) for image in x.split(1)])


class Tiles(Small):
    def forward(self, x):
        tiles = torch.cat([half for rows in x.chunk(2, 2) for half in rows.chunk(2, 3)])
        return super().forward(tiles).view(4, len(x), -1).mean(0)


@pytest.mark.parametrize("network", [Siamese, PooledStages, Tiles, RepeatedResidual])
def test_where_there_are_ways_around_the_question_goes_back(network):
    with pytest.raises(ValueError, match="no layer .* through which everything passes .*'block' .*: name a layer"):
        grad_cam(network(), pictures(2), 1)


def test_a_network_that_takes_its_batch_apart_is_explained_one_image_at_a_time():
    model, images = OneByOne(), pictures(2)
    for function in (grad_cam, guided_grad_cam, cam):
        with pytest.raises(ValueError, match="'block' gives .* for 2 images.*explain one image at a time"):
            function(model, images, 1)
    expected = reference(Small(), images[:1], 1, "block").float()
    torch.testing.assert_close(grad_cam(model, images[:1], 1, relu=False), expected, rtol=1e-4, atol=1e-6)


class Video(nn.Module):
    """Four frames of three channels each, one decision."""

    def __init__(self):
        super().__init__()
        self.c = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())
        self.lstm, self.fc = nn.LSTM(8, 8, batch_first=True), nn.Linear(8, 5)

    def forward(self, x):
        features = self.c(x.view(-1, 3, *x.shape[2:])).mean((2, 3))
        return self.fc(self.lstm(features.view(len(x), 4, 8))[0][:, -1])


@pytest.mark.parametrize("count", [1, 2])
def test_maps_of_frames_are_no_maps_of_images(count):
    images = torch.randn(count, 12, 16, 16)
    for function in (grad_cam, guided_grad_cam):
        with pytest.raises(ValueError, match="no layer of this network gives one stack of maps for each image"):
            function(Video(), images, 1)
        with pytest.raises(ValueError, match=f"'c' gives .* for {count} images, not one stack of maps for each"):
            function(Video(), images, 1, "c")


class Heads(Small):
    """Two heads, of which one branches off early."""

    def __init__(self):
        super().__init__()
        self.early = nn.Sequential(conv(8, 6), nn.ReLU())
        self.fc_early = nn.Linear(6, 5)

    def forward(self, x):
        x = self.stem(x)
        return {"early": self.fc_early(self.early(x).mean((2, 3))), "late": self.head(self.block(x))}


def test_each_head_of_a_network_has_a_layer_of_its_own():
    model, images = Heads(), pictures(2)
    targets = {"early": lambda output: output["early"][:, 1], "block": lambda output: output["late"][:, 1]}
    for _ in range(2):
        for layer, target in targets.items():
            assert grad_cam.layer_of(model, images, target) == layer
            maps = grad_cam(model, images, target, relu=False)
            torch.testing.assert_close(maps, reference(model, images, target, layer).float(), rtol=1e-4, atol=1e-6)


class Pick:
    """A target function with a switch."""

    def __init__(self, key):
        self.key = key

    def __call__(self, output):
        return output[self.key][:, 1]

    def early(self, output):
        return output["early"][:, 1]


@dataclass
class Unhashable:
    number: int

    def __call__(self, output):
        return output["late"][:, self.number]


def test_a_target_function_may_be_any_object():
    model, images = Heads(), pictures(1)
    pick = Pick("early")
    assert grad_cam.layer_of(model, images, pick) == "early"
    pick.key = "late"
    assert grad_cam.layer_of(model, images, pick) == "block"
    assert grad_cam.layer_of(model, images, pick.early) == "early"
    assert grad_cam.layer_of(model, images, Unhashable(1)) == "block"


def test_the_layer_is_looked_for_once():
    model, images, passes = Small(), pictures(2), []
    model.register_forward_hook(lambda *_: passes.append(1))

    def cost(function, *arguments):
        passes.clear()
        function(model, *arguments)
        return len(passes)

    def score(output):
        return output[:, 1]

    assert [cost(grad_cam, images), cost(grad_cam, images, 3), cost(cam, images)] == [2, 1, 1]
    assert [cost(grad_cam, images[..., :10]), cost(grad_cam, images[..., :10])] == [2, 1]
    assert [cost(grad_cam, images, score), cost(grad_cam, images, score)] == [2, 1]
    assert cost(grad_cam, images, 1, "block") == 1


def test_a_network_that_was_changed_is_looked_at_again():
    class Switched(Small):
        pool_early = False

        def __init__(self):
            super().__init__()
            self.pool_early = False

        def forward(self, x):
            x = self.stem(x)
            return self.head(x if self.pool_early else self.block(x))

    model, images = Switched(), pictures(1)
    assert grad_cam.layer_of(model, images) == "block"
    model.pool_early = True
    assert grad_cam.layer_of(model, images) == "stem"
    model.pool_early = False
    model.block = nn.Identity()
    assert grad_cam.layer_of(model, images) == "stem"
    assert grad_cam.layer_of(copy.deepcopy(model), images) == "stem"


def test_neither_the_network_nor_the_target_function_is_kept_alive():
    model, images = Small(), pictures(1)

    def of(network):
        return lambda output: output[:, 1] + 0 * network.fc.bias[1]

    target = of(model)
    grad_cam(model, images, target)
    grad_cam(model, images)
    dead = weakref.ref(model), weakref.ref(target)
    del model, target
    gc.collect()
    assert [reference() for reference in dead] == [None, None]


# Tokens


class Transformer(nn.Module):
    """A ViT in small; `read` says what of the tokens the head reads."""

    def __init__(self, blocks=2, registers=0, read="class", width=16, shared=False, last=False):
        super().__init__()
        torch.manual_seed(0)
        self.patch, self.read, self.extra, self.last = nn.Conv2d(3, width, 4, 4), read, 1 + registers, last
        self.class_token = nn.Parameter(torch.randn(1, self.extra, width))
        block = nn.TransformerEncoderLayer(width, 2, 32, batch_first=True, norm_first=not shared)
        self.blocks = nn.ModuleList(block if shared else copy.deepcopy(block) for _ in range(blocks))
        self.norm, self.fc = nn.LayerNorm(width), nn.Linear(width, 5)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        parts = [self.class_token.expand(len(x), -1, -1), x]
        x = torch.cat(parts[::-1] if self.last else parts, 1)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return self.fc(x[:, -1 if self.last else 0] if self.read == "class" else x[:, self.extra :].mean(1))


@pytest.mark.parametrize(
    ("arguments", "layer"),
    [
        ({}, "blocks.1.norm1"),
        ({"blocks": 1}, "blocks.0.norm1"),
        ({"registers": 4}, "blocks.1.norm1"),
        ({"read": "mean"}, "norm"),
        ({"registers": 4, "read": "mean"}, "norm"),
        ({"width": 64}, "blocks.1.norm1"),  # 64 = 8² channels are no tokens
    ],
)
def test_tokens_return_to_their_grid(arguments, layer):
    model, images = Transformer(**arguments).eval(), torch.randn(2, 3, 12, 20)
    assert grad_cam.layer_of(model, images) == layer
    kept = []
    with torch.enable_grad():
        handle = model.get_submodule(layer).register_forward_hook(lambda _m, _i, output: kept.append(output))
        output = model(images)
        handle.remove()
    (gradient,) = torch.autograd.grad(output[:, 1].sum(), kept[0])
    A, gradient = kept[0][:, model.extra :].detach(), gradient[:, model.extra :]
    expected = (A * gradient.mean(1, keepdim=True)).sum(2).view(2, 3, 5)
    torch.testing.assert_close(grad_cam(model, images, 1, relu=False), expected, rtol=1e-4, atol=1e-6)


def test_a_class_token_behind_the_others_is_taken_for_no_place():
    model, images = Transformer(last=True), torch.randn(1, 3, 12, 20)
    with pytest.raises(ValueError, match=r"reads one token alone of 'norm' \(1, 16, 16\), and not one of the first 1"):
        grad_cam(model, images, 1)

    def to_maps(output):
        return output[:, :-1].transpose(1, 2).reshape(len(output), -1, 3, 5)

    assert grad_cam(model, images, 1, "blocks.1.norm1", reshape=to_maps).shape == (1, 3, 5)


def test_the_patches_are_not_taken_for_what_a_shared_encoder_made_of_them():
    with pytest.raises(ValueError, match="no layer of this network gives one stack of maps"):
        grad_cam(Transformer(3, shared=True), pictures(1), 1)


@pytest.mark.parametrize("layer", [None, "features.7", "norm"])
def test_rows_of_channels_are_read_as_such(layer):
    model, images = vision("swin_t"), pictures(1, 64)
    kept = []
    handle = model.get_submodule(layer or "norm").register_forward_hook(lambda _m, _i, output: kept.append(output))
    output = model(images)
    handle.remove()
    assert kept[0].shape == (1, 2, 2, 768)
    (gradient,) = torch.autograd.grad(output[0, 3], kept[0])
    expected = (kept[0] * gradient.mean((1, 2), keepdim=True)).sum(3).detach()
    torch.testing.assert_close(grad_cam(model, images, 3, layer, relu=False), expected, rtol=1e-4, atol=1e-6)


# Networks that are none


def test_adapted_networks():
    images, questions = pictures(2), torch.tensor([[1.0], [-2.0]])

    class Asked(Small):
        def forward(self, x, question):
            return super().forward(x) * question

    model = Asked()
    adapted = Adapted(model, lambda network, images: network(images, questions))
    assert grad_cam.layer_of(adapted, images) == "network.block"
    expected = reference(Small(), images, 1, "block").float() * questions[:, :, None]
    torch.testing.assert_close(grad_cam(adapted, images, 1, relu=False), expected, rtol=1e-4, atol=1e-6)
    by_module = grad_cam(adapted, images, 1, model.block, relu=False)
    torch.testing.assert_close(by_module, expected, rtol=1e-4, atol=1e-6)


def test_advice_about_a_dictionary_can_be_followed():
    model, images = Heads(), pictures(2)
    for function in (grad_cam, cam):
        with pytest.raises(TypeError, match=r"got dict; .*Adapted\(model, lambda network, images: network\(images\)"):
            function(model, images, 1)
    with pytest.raises(TypeError, match="cam explains a class.*Adapted"):
        cam(model, images, lambda output: output["late"][:, 1])
    adapted = Adapted(model, lambda network, images: network(images)["late"])
    maps = cam(adapted, images, 1)
    torch.testing.assert_close(maps.mean((1, 2)) + model.fc.bias[1], adapted.eval()(images)[:, 1])


@pytest.mark.parametrize(
    ("network", "images", "layer", "telling"),
    [
        (
            nn.Sequential(nn.Unflatten(1, (1, 12)), nn.Conv3d(1, 8, 3), nn.Flatten(), nn.Linear(8 * 10 * 14 * 14, 5)),
            torch.randn(2, 12, 16, 16),
            "1",
            r"layer '1' gives \(2, 8, 10, 14, 14\), which is no stack of maps .*say by reshape=",
        ),
        (nn.Sequential(nn.Conv1d(3, 4, 3)), torch.randn(2, 3, 50), None, r"must have the shape \(N, C, H, W\), got"),
        (Small(), torch.randn(2, 3, 4, 16, 16), None, r"must have the shape \(N, C, H, W\), got \(2, 3, 4, 16, 16\)$"),
        (Small(), torch.randn(2, 3, 0, 5), None, r"a pixel or more, got the shape \(2, 3, 0, 5\)"),
        (Small(), torch.randn(2, 3, 8, 8, device="meta"), None, "images must have values"),
        (Small().to("meta"), torch.randn(2, 3, 8, 8), None, "some weights of the network have no values yet"),
        (nn.Sequential(nn.LazyConv2d(4, 3)), torch.randn(2, 3, 8, 8), None, "run lazy layers on images once"),
        (Small(), torch.randn(2, 3, 1, 1), None, "no layer .* maps of more than one position for images of 1×1"),
    ],
)
def test_images_and_networks_of_another_kind_are_refused(network, images, layer, telling):
    with pytest.raises(ValueError, match=telling):
        grad_cam(network, images, 1, layer)


@pytest.mark.filterwarnings("ignore")
def test_what_is_scripted_cannot_be_seen():
    model, images = Small().eval(), pictures(1)
    cut = copy.deepcopy(model)
    cut.block = torch.jit.script(cut.block)
    whole = (torch.jit.script(model), torch.jit.trace(model, images), torch.jit.freeze(torch.jit.script(model)))
    for network, layer in [*((network, None) for network in whole), (cut, "block"), (cut, "block.0")]:
        with pytest.raises(ValueError, match="scripted or traced .* explain the network that it was made from"):
            grad_cam(network, images, 1, layer)
    assert grad_cam.layer_of(cut, images) == "stem"
    torch.testing.assert_close(grad_cam(cut, images, 1), grad_cam(model, images, 1, "stem"))


class Detached(Small):
    def forward(self, x):
        return self.head(self.block(self.stem(x)).detach())


class Inference(Small):
    @torch.inference_mode()
    def forward(self, x):
        return super().forward(x)


class Reentrant(Small):
    def forward(self, x):
        return self.head(checkpoint(lambda x: self.block(self.stem(x)), x, use_reentrant=True))


class NoBackward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return None


class Stopped(Small):
    def forward(self, x):
        return self.head(NoBackward.apply(self.block(self.stem(x))))


@pytest.mark.parametrize("network", [Detached, Inference, Reentrant, Stopped])
@pytest.mark.parametrize("layer", [None, "block"])
@pytest.mark.filterwarnings("ignore:None of the inputs have requires_grad")
def test_where_no_gradient_comes_one_sentence_says_so(network, layer):
    with pytest.raises(ValueError, match="the score does not depend on .* in a way that gradients can follow"):
        grad_cam(network(), pictures(1), 1, layer)


def test_checkpointing_without_reentrance_changes_nothing():
    class Checkpointed(Small):
        def forward(self, x):
            return self.head(checkpoint(self.block, self.stem(x), use_reentrant=False))

    images = pictures(1)
    for layer in (None, "stem", "block.0"):
        torch.testing.assert_close(grad_cam(Checkpointed(), images, 1, layer), grad_cam(Small(), images, 1, layer))


class Raising(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        raise NotImplementedError("not written yet")


def test_an_operation_without_a_derivative():
    class Front(Small):
        def forward(self, x):
            return self.head(self.block(Raising.apply(self.stem(x))))

    images = pictures(1)
    with pytest.raises(ValueError, match="followed through the whole network: not written yet; name a layer"):
        grad_cam(Front(), images, 1)
    with pytest.raises(ValueError, match="no gradient comes to layer 'stem' from the score: not written yet"):
        grad_cam(Front(), images, 1, "stem")
    torch.testing.assert_close(grad_cam(Front(), images, 1, "block"), grad_cam(Small(), images, 1))


@pytest.mark.filterwarnings("ignore")
def test_static_int8_networks_give_no_gradients():
    Q = torch.ao.quantization
    model = nn.Sequential(
        Q.QuantStub(), conv(3, 8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5), Q.DeQuantStub()
    ).eval()
    model.qconfig, images = Q.get_default_qconfig("x86"), pictures(2)
    Q.prepare(model, inplace=True)
    model(images)
    Q.convert(model, inplace=True)
    with pytest.raises(ValueError, match="in a way that gradients can follow"):
        grad_cam(model, images, 1)
    with pytest.raises(TypeError, match="layer '2' gives numbers of type torch.quint8"):
        grad_cam(model, images, 1, "2")


def test_complex_numbers_are_no_maps():
    class Spectrum(nn.Module):
        def forward(self, x):
            return torch.fft.fft2(x)

    class Filtered(Small):
        def __init__(self):
            super().__init__()
            self.spectrum = Spectrum()

        def forward(self, x):
            return self.head(self.spectrum(self.block(self.stem(x))).abs())

    assert grad_cam.layer_of(Filtered(), pictures(1)) == "block"
    with pytest.raises(TypeError, match="gives numbers of type torch.complex64; choose one that gives real numbers"):
        grad_cam(Filtered(), pictures(1), 1, "spectrum")


@pytest.mark.parametrize("size", [224, 1024])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_at_many_pixels(size, dtype):
    torch.manual_seed(0)
    model = nn.Sequential(conv(3, 4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5))
    nn.init.normal_(model[4].weight, std=0.05)
    images = torch.randn(1, 3, size, size)
    expected = grad_cam(model, images, 1)
    maps = grad_cam(copy.deepcopy(model).to(dtype), images.to(dtype), 1)
    assert maps.dtype == torch.float32
    assert (maps - expected).norm() < 8 * torch.finfo(dtype).eps * expected.norm()


# What surrounds the call


def test_threads_and_networks_that_share_a_part():
    trunk = Small().train()
    networks = [trunk, nn.Sequential(trunk.stem, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)).train()]
    images, wrong = pictures(2), []
    truth = [grad_cam(network, images, 1) for network in networks]

    def work(which):
        for _ in range(10):
            try:
                maps = grad_cam(networks[which], images, 1)
            except Exception as error:
                wrong.append(error)
            else:
                wrong.extend([maps] if not torch.allclose(maps, truth[which], atol=1e-6) else [])

    threads = [threading.Thread(target=work, args=(i % 2,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert all(module.training for network in networks for module in network.modules())


def test_an_error_half_way_leaves_no_trace():
    class Failing(Small):
        def forward(self, x):
            self.block(self.stem(x))
            raise ArithmeticError("half-way")

    model = Failing().train()
    for layer in (None, "block"):
        with torch.no_grad(), pytest.raises(ArithmeticError, match="half-way"):
            grad_cam(model, pictures(2), 1, layer)
        assert torch.is_grad_enabled()
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert all(module.training for module in model.modules())


def test_a_hook_may_explain_another_network():
    model, other, images, inner = Small(), Small(), pictures(1), []
    expected = grad_cam(other, images, 1)
    handle = model.block.register_forward_hook(lambda *_: inner.append(grad_cam(other, images, 1)))
    maps = grad_cam(model, images, 1)
    handle.remove()
    assert all(torch.equal(found, expected) for found in [maps, *inner]) and inner


def test_a_network_that_is_empty_to_python_is_a_network():
    class Empty(Small):
        def __len__(self):
            return 0

    images = pictures(1)
    assert torch.equal(grad_cam(Empty(), images, 1), grad_cam(Small(), images, 1))


def test_the_steps_that_cannot_be_gone_around():
    x = torch.ones(2, requires_grad=True)
    start = x.clone()
    trunk = start * 2
    branch = trunk.exp()
    joined = trunk + branch
    aside = torch.ones(2, requires_grad=True) * 3
    score = (joined * aside).sum()
    among = {step.grad_fn for step in (joined, trunk, branch, aside)}
    steps = from_the_score_down(score)
    assert bottlenecks(steps, start.grad_fn, among) == {joined.grad_fn, trunk.grad_fn}
    # A way around all of it knows nothing of places, and does not count; one around some of them does.
    steps = from_the_score_down(score + start.sum())
    assert bottlenecks(steps, start.grad_fn, among) == {joined.grad_fn, trunk.grad_fn}
    steps = from_the_score_down(score + (1 * branch).sum())
    assert bottlenecks(steps, start.grad_fn, among) == {trunk.grad_fn}
    steps = from_the_score_down(aside.sum())
    assert bottlenecks(steps, start.grad_fn, among) == bottlenecks(steps, None, among) == set()


def test_a_way_around_that_knows_no_place_does_not_count():
    images = pictures(2)
    expected = reference(MeanColor(), images, 1, "block").float()
    assert last_spatial_layer(MeanColor(), images) == "block"
    torch.testing.assert_close(grad_cam(MeanColor(), images, 1, relu=False), expected, rtol=1e-4, atol=1e-6)


def test_a_single_map_pooled_into_a_single_score_is_a_stack_of_maps():
    model, images = (
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 1, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        pictures(2),
    )
    assert last_spatial_layer(model, images) == "2"
    torch.testing.assert_close(cam(model, images, 0).mean((1, 2)), model(images)[:, 0])


class AttentionPooling(nn.Module):
    """A question that reads all places: everything passes through its keys and values, and yet they are no maps."""

    def __init__(self, softmax):
        super().__init__()
        self.kv, self.question, self.softmax = nn.Linear(8, 16), nn.Parameter(torch.ones(8)), softmax

    def forward(self, places):
        keys, values = self.kv(places).chunk(2, dim=2)
        return (self.softmax((keys @ self.question)[:, None]) @ values)[:, 0]


@pytest.mark.parametrize("softmax", [nn.Softmax(dim=-1), lambda scores: scores.softmax(dim=-1)])
def test_what_an_attention_is_made_of_are_no_maps_to_look_at(softmax):
    class Pooled(Small):
        def __init__(self):
            super().__init__()
            self.pool = AttentionPooling(softmax)

        def forward(self, x):
            return self.fc(self.pool(self.block(self.stem(x)).flatten(2).transpose(1, 2)))

    assert last_spatial_layer(Pooled(), pictures(1)) == "block"


def test_ways_are_counted_without_end():
    x = torch.ones(1, requires_grad=True)
    start = y = x.clone()
    for _ in range(2000):  # 2 to the power of 2000 ways
        y = y + y.abs()
    z = y * 1
    among = {y.grad_fn, start.grad_fn}
    assert bottlenecks(from_the_score_down(z.sum()), start.grad_fn, among) == among


def test_a_shared_layer_is_recorded_at_its_last_run_on_maps():
    model, images = OneReLU(), pictures(2)
    with record(model, "relu") as recorded:
        model(images)
    torch.testing.assert_close(recorded.output, F.relu(model.conv(images)))
    assert last_spatial_layer(model, images) == "conv"  # which runs once


@pytest.mark.parametrize("layer", [None, "conv", "relu"])
def test_one_relu_for_maps_and_vectors(layer):
    model, images = OneReLU(), pictures(2)
    torch.testing.assert_close(
        grad_cam(model, images, 1, layer, relu=False),
        reference(model, images, 1, layer or "conv").float(),
        rtol=1e-4,
        atol=1e-6,
    )


def test_the_references_agree():
    images = pictures(2)
    _, maps = reference_grad_cam(Small(), images, torch.tensor([1, 1]), "block")
    torch.testing.assert_close(maps, reference(Small(), images, 1, "block"))

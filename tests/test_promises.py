"""What every function that explains a network promises, whichever it is."""

import copy

import pytest
import torch
from explainers import ALL, WITH_FUNCTION, WITH_LAYER, every_function
from networks import OneConvolution, changes, everything, pictures, witness
from torch import nn

from cam_tutorial import cam, deconvnet, grad_cam, guided_backprop, saliency


@every_function
def test_the_result_has_the_shape_that_is_promised_and_something_in_it(function):
    result = function(witness(), pictures(), 1)
    assert result.shape == ((3, 6, 6) if function in (cam, grad_cam) else (3, 3, 12, 12))
    assert result.flatten(1).any(dim=1).all()


# --- The model is exactly as before ---


def model_with_a_past():
    """Parts in train mode, parts frozen, some gradients there and some not, hooks of the user's own."""
    model = witness().train()
    model.bn1.eval()
    model.block[0].eval()
    model.conv1.requires_grad_(False)
    model.fc.weight.grad = torch.full_like(model.fc.weight, 0.5)
    model.block.register_forward_hook(lambda module, inputs, output: None)
    model.fc.register_forward_pre_hook(lambda module, inputs: None)
    return model


@every_function
@pytest.mark.parametrize("around", [torch.enable_grad, torch.no_grad, torch.inference_mode])
def test_nothing_is_left_behind(function, around):
    model, images = model_with_a_past(), pictures()
    with around():
        before = everything(model)
        function(model, images, 1)
        function(model, images)
        assert changes(before, everything(model)) == []


FAILURES = {
    "the network fails half-way": (ArithmeticError, ALL, lambda f, m, x: f(m, x, 1)),
    "the target function fails": (
        ZeroDivisionError,
        WITH_FUNCTION,
        lambda f, m, x: f(m, x, lambda output: 1 / 0),
    ),
    "the target function is wrong": (
        ValueError,
        WITH_FUNCTION,
        lambda f, m, x: f(m, x, lambda output: output),
    ),
    "no such class": (ValueError, ALL, lambda f, m, x: f(m, x, 5)),
    "no such layer": (ValueError, WITH_LAYER, lambda f, m, x: f(m, x, 1, "nowhere")),
    "a layer that does not run": (RuntimeError, WITH_LAYER, lambda f, m, x: f(m, x, 1, "never_run")),
    "a layer of one position": (ValueError, WITH_LAYER, lambda f, m, x: f(m, x, 1, "pool")),
    "a layer that leads nowhere": (ValueError, WITH_LAYER, lambda f, m, x: f(m, x, 1, "aside")),
    "a layer that gives a tuple": (TypeError, WITH_LAYER, lambda f, m, x: f(m, x, 1, "pair")),
    "NaN in an image": (ValueError, ALL, lambda f, m, x: f(m, x * torch.nan, 1)),
    "images of another number of channels": (RuntimeError, ALL, lambda f, m, x: f(m, x[:, :2], 1)),
}


@pytest.mark.parametrize(
    ("function", "failure"), [(f, name) for name, (_, functions, _) in FAILURES.items() for f in functions]
)
def test_nothing_is_left_behind_by_a_failure(function, failure):
    error, _, call = FAILURES[failure]
    model, images = model_with_a_past(), pictures()
    model.explode = failure == "the network fails half-way"
    with torch.no_grad():
        before = everything(model)
        with pytest.raises(error):
            call(function, model, images)
        assert changes(before, everything(model)) == []


@every_function
def test_training_goes_on_as_if_nothing_had_been_explained(function):
    def train(explain):
        model, images = witness().train(), pictures(8)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        torch.manual_seed(0)
        for _ in range(3):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images.clone()), torch.arange(8) % 5)
            loss.backward()
            if explain:
                function(model, images, 1)
            optimizer.step()
        return model

    for a, b in zip(train(True).state_dict().values(), train(False).state_dict().values(), strict=True):
        assert torch.equal(a, b)


# --- Whatever state the network is in ---


@every_function
def test_frozen_parameters_make_no_difference(function):
    expected = function(witness(), pictures(), 1)
    assert torch.equal(function(witness().requires_grad_(False), pictures(), 1), expected)


@every_function
@pytest.mark.parametrize("around", [torch.no_grad, torch.inference_mode])
def test_no_grad_and_inference_mode_make_no_difference(function, around):
    expected = function(witness(), pictures(), 1)
    model = witness()
    with around():
        images = pictures()
        assert torch.equal(function(model, images, 1), expected)
        assert torch.equal(function(model.requires_grad_(False), images, 1), expected)
    assert torch.equal(function(model, images, 1), expected)  # images made inside, explained outside


@every_function
def test_train_mode_makes_no_difference(function):
    expected = function(witness(), pictures(), 1)
    assert torch.equal(function(witness().train(), pictures(), 1), expected)


@every_function
def test_autocast_around_it_works_and_leaves_no_weights_without_gradient(function):
    model = witness()
    expected = function(model, pictures(), 1).float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        result = function(model, pictures(), 1).float()
        loss = model(pictures()).sum()
    loss.backward()
    assert all(p.grad is not None for n, p in model.named_parameters() if n.split(".")[0] in ("conv1", "block", "fc"))
    assert (result - expected).norm() < 0.25 * expected.norm()


@every_function
def test_weights_made_in_inference_mode_are_refused_with_what_to_do(function):
    with torch.inference_mode():
        model = witness()
    with pytest.raises(ValueError, match="build or load it outside"):
        function(model, pictures(), 1)


# --- The images ---


@every_function
def test_the_images_are_left_alone_even_by_a_network_that_writes_into_its_input(function):
    images = pictures()
    before = images.clone()
    with torch.no_grad():
        shifted = images.clone()
        witness()(shifted)
        assert not torch.equal(shifted, images), "the network was meant to write into its input"
    function(witness(), images, 1)
    assert torch.equal(images, before)
    assert images._version == 0


@every_function
def test_images_that_require_a_gradient_or_hang_in_a_graph_are_explained_and_left_so(function):
    expected = function(witness(), pictures(), 1)
    leaf = pictures().requires_grad_()
    leaf.grad = torch.ones_like(leaf)
    result = function(witness(), leaf, 1)
    assert torch.equal(result, expected) and not result.requires_grad
    assert leaf.requires_grad and leaf.grad.eq(1).all()
    hanging = 1 * leaf
    result = function(witness(), hanging, 1)
    assert torch.equal(result, expected) and not result.requires_grad
    assert hanging.grad_fn is not None and leaf.grad.eq(1).all()


@every_function
def test_images_that_are_a_view_or_ordered_by_channels_last_make_no_difference(function):
    model, images = witness(dtype=torch.float64), pictures(dtype=torch.float64)
    expected = function(model, images, 1)
    view = images.repeat_interleave(2, dim=3)[..., ::2]
    torch.testing.assert_close(function(model, view, 1), expected)
    torch.testing.assert_close(function(model, images.to(memory_format=torch.channels_last), 1), expected)
    four_times_the_same = images[:1].expand(4, 3, 12, 12)
    four = function(model, four_times_the_same, 1)
    torch.testing.assert_close(four, expected[:1].expand(4, *expected.shape[1:]))


# --- Each image by itself ---


@every_function
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("target", [None, 2, [4, 0, 2, 1, 1]])
def test_each_image_of_a_batch_gets_what_it_would_get_alone(function, training, target):
    model = witness(dtype=torch.float64).train(training)
    images = pictures(5, dtype=torch.float64)
    together = function(model, images, target)
    for i in range(5):
        alone = function(model, images[i : i + 1], target[i] if isinstance(target, list) else target)
        torch.testing.assert_close(together[i : i + 1], alone, rtol=1e-9, atol=1e-12)


@every_function
def test_targets_may_be_a_list_a_tensor_or_small_integers(function):
    expected = function(witness(), pictures(), [4, 0, 2])
    for target in (torch.tensor([4, 0, 2]), (4, 0, 2), torch.tensor([4, 0, 2], dtype=torch.uint8)):
        assert torch.equal(function(witness(), pictures(), target), expected)


# --- What is asked ---


@pytest.mark.parametrize("function", [saliency, deconvnet, guided_backprop])
def test_a_function_as_target_explains_what_it_computes(function):
    by_index = function(witness(), pictures(), 2)
    torch.testing.assert_close(function(witness(), pictures(), lambda output: output[:, 2]), by_index)
    doubled = function(witness(), pictures(), lambda output: 2 * output[:, 2])
    torch.testing.assert_close(doubled, 2 * by_index)


@pytest.mark.parametrize("function", WITH_FUNCTION)
def test_a_network_whose_output_is_written_to_in_place_is_explained(function):
    expected = function(OneConvolution(inplace=False), torch.arange(16.0).view(1, 1, 4, 4), 0)
    result = function(OneConvolution(inplace=True), torch.arange(16.0).view(1, 1, 4, 4), 0)
    assert torch.equal(result, expected) and result.any()


# --- The results ---


@every_function
def test_two_calls_and_two_classes_give_independent_results(function):
    model, images = witness(), pictures()
    first, other = function(model, images, 1), function(model, images, 2)
    kept = first.clone()
    assert not torch.equal(first, other)
    other.fill_(9)
    assert torch.equal(first, kept)
    first.fill_(9)
    assert torch.equal(function(model, images, 1), kept), "a second call must neither add up nor see the first"


@pytest.mark.parametrize(("function", "arguments"), [*((f, {}) for f in ALL), (grad_cam, {"relu": False})])
def test_results_are_detached_and_own_their_memory(function, arguments):
    model, images, kept = witness(), pictures(), []
    for module in model.modules():
        module.register_forward_hook(lambda module, inputs, output: kept.extend([*inputs, output]))
    result = function(model, images, 1, **arguments)
    assert not result.requires_grad and result.grad_fn is None
    others = [
        images,
        *model.parameters(),
        *model.buffers(),
        *(t for t in kept if isinstance(t, torch.Tensor)),
    ]
    assert len(others) > 30
    assert result.untyped_storage().data_ptr() not in {t.untyped_storage().data_ptr() for t in others}
    assert result.untyped_storage().nbytes() == result.numel() * result.element_size()
    assert result.is_contiguous()


def test_one_map_a_class_does_not_hand_out_the_networks_own_maps():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    kept = []
    model[0].register_forward_hook(lambda module, inputs, output: kept.append(output))
    maps = cam(model, pictures(), 1)
    assert torch.equal(maps, kept[-1][:, 1])
    maps.zero_()
    assert kept[-1][:, 1].any()


@every_function
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_the_type_stays_and_the_result_is_as_exact_as_it_allows(function, dtype):
    model = witness().to(dtype)
    result = function(model, pictures(dtype=dtype), 1)
    # Grad-CAM's share of a place may be too small for half precision.
    assert result.dtype == (torch.float32 if function in WITH_LAYER else dtype)
    expected = function(copy.deepcopy(model).double(), pictures(dtype=dtype).double(), 1)
    assert expected.dtype == torch.float64
    # Not each entry: rounding may open a ReLU or choose another maximum, and the gradient goes another way.
    near = (result.double() - expected).abs() < 8 * torch.finfo(dtype).eps * expected.abs().max()
    assert near.double().mean() > 0.9

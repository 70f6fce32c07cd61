"""Whole networks of other makers: attention, tokens and scales that blocks hold themselves."""

import pytest
import torch
from torch import Tensor, nn

from cam_tutorial.randomize import randomize_top, weighted_layers

pytestmark = pytest.mark.filterwarnings("ignore")  # what the makers warn of is not the matter here


SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}


def torchvision(make) -> nn.Module:
    return make(pytest.importorskip("torchvision", reason="torchvision is not installed").models)


def vit(models) -> nn.Module:
    return models.VisionTransformer(32, 16, num_layers=2, num_heads=2, hidden_dim=32, mlp_dim=64, num_classes=5)


def convnext(models) -> nn.Module:
    block = models.convnext.CNBlockConfig
    return models.ConvNeXt([block(16, 32, 1), block(32, None, 1)], num_classes=5)


def swin(models) -> nn.Module:
    return models.SwinTransformer([4, 4], 16, [1, 1], [2, 2], [2, 2], num_classes=5)


def timm(name: str, **arguments: object) -> nn.Module:
    library = pytest.importorskip("timm", reason="timm is not installed")
    return library.create_model(name, pretrained=False, num_classes=5, **arguments)


def timm_vit() -> nn.Module:
    return timm("vit_tiny_patch16_224", img_size=32, embed_dim=32, depth=2, num_heads=2, init_values=0.1)


def timm_swin() -> nn.Module:
    sizes = {"img_size": 32, "window_size": 2, "embed_dim": 16, "depths": (1, 1), "num_heads": (2, 2)}
    return timm("swin_tiny_patch4_window7_224", **sizes)


def timm_mixer() -> nn.Module:
    library = pytest.importorskip("timm", reason="timm is not installed")
    return library.models.mlp_mixer.MlpMixer(num_classes=5, img_size=32, num_blocks=2, embed_dim=32)


def transformers() -> nn.Module:
    library = pytest.importorskip("transformers", reason="transformers is not installed")
    return library.ViTForImageClassification(library.ViTConfig(image_size=32, num_labels=5, **SMALL))


NETWORKS = {
    "torchvision's ViT": (lambda: torchvision(vit), "heads.head"),
    "torchvision's ConvNeXt": (lambda: torchvision(convnext), "classifier.2"),
    "torchvision's Swin": (lambda: torchvision(swin), "head"),
    "timm's ViT": (timm_vit, "head"),
    "timm's ConvNeXt": (lambda: timm("convnext_atto", depths=(1, 1, 1, 1), dims=(8, 8, 16, 32)), "head.fc"),
    "timm's Swin": (timm_swin, "head.fc"),
    "timm's Mixer": (timm_mixer, "head"),
    "transformers' ViT": (transformers, "classifier"),
}


def scores(network: nn.Module) -> Tensor:
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        found = network(images)
    return getattr(found, "logits", found)


@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_that_was_learned_stays(name):
    make, top = NETWORKS[name]
    torch.manual_seed(0)
    network = make().eval()
    with torch.no_grad():
        for parameter in network.parameters():  # fresh networks have zeros and ones, learned ones have not
            parameter.add_(torch.randn_like(parameter), alpha=0.02)
    state = {key: value.clone() for key, value in network.state_dict().items()}
    before, layers = scores(network), weighted_layers(network)
    assert layers[-1] == top
    for depth in (1, len(layers)):
        randomized = randomize_top(network, depth)
        now = scores(randomized)
        assert now.isfinite().all() and (now - before).abs().max() > 0.1 * before.abs().max()
    for key, parameter in network.named_parameters():
        assert not torch.equal(parameter, randomized.get_parameter(key)), key
    assert all(torch.equal(value, state[key]) for key, value in network.state_dict().items())


def test_what_blocks_hold_themselves_is_a_layer_below_what_is_inside_of_them():
    names = weighted_layers(torchvision(vit))
    assert names[:4] == ["", "conv_proj", "encoder", "encoder.layers.encoder_layer_0.self_attention"]
    network = torchvision(convnext)
    names = weighted_layers(network)
    block = next(name for name in names if name and hasattr(network.get_submodule(name), "layer_scale"))
    assert names[names.index(block) + 1] == f"{block}.block.0"
    randomized = randomize_top(network, len(names) - names.index(block) - 1)
    old, new = (net.get_submodule(block) for net in (network, randomized))
    assert torch.equal(old.layer_scale, new.layer_scale) and not torch.equal(old.block[0].weight, new.block[0].weight)


def test_attention_leaves_alone_what_was_drawn_above_it():
    """Torch's initialization of an attention sets the bias of its output layer, which is a layer of its own here."""
    network = nn.MultiheadAttention(8, 2)
    network.in_proj_bias.data.fill_(3)
    names = weighted_layers(network)
    assert names == ["", "out_proj"]
    one, two = (randomize_top(network, depth) for depth in (1, 2))
    assert torch.equal(one.out_proj.bias, two.out_proj.bias) and one.out_proj.bias.any()
    assert torch.equal(one.in_proj_weight, network.in_proj_weight)
    assert not torch.equal(two.in_proj_weight, network.in_proj_weight)
    assert not two.in_proj_bias.any()  # as in a new attention

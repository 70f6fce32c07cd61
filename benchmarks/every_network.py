"""The networks that the package is tried on, all with random weights: torchvision's, and some of timm and transformers.

`tests/test_every_network.py` runs them one by one, and `benchmarks/networks.py` makes a table of them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

CLASSES = 20
# No weights are drawn but these, over and over: to draw the 640 million of the largest network takes longer than all
# that is done with it. A prime number of them, so that no two rows of a matrix are alike.
DRAWN = 4_194_301


class Network(NamedTuple):
    """A network, and what is expected of it."""

    library: str
    name: str
    layer: str | None  # that `grad_cam` takes when nobody names one; None: it says that there is none
    size: int | tuple[int, int]  # of the images; height and width where they differ
    stride: int  # pixels from one place of the layer's maps to the next
    make: Callable[..., nn.Module]
    options: dict[str, Any]  # with which it is made


def build(network: Network) -> nn.Module:
    """The network in eval mode, with weights and statistics of the size that they have after training.

    Raises:
        ImportError: its library is not installed.
    """
    with _NothingDrawn():
        model = network.make(**network.options).eval()
    begin = sum(map(ord, network.name))
    with torch.no_grad():
        for name, weights in model.named_parameters():
            begin = (begin * 31 + 17) % DRAWN  # another beginning for each
            _fill(weights.view(-1), begin)
            if name.endswith("bias"):
                weights.mul_(0.2)
            elif weights.ndim < 2:  # the scales of a normalization
                weights.abs_().clamp_(max=1).add_(0.5)
            else:
                weights.mul_((2 * len(weights) / weights.numel()) ** 0.5)
        norms = [module for module in model.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
        for norm in norms:
            norm.train()
            norm.momentum = 1.0  # the statistics of these images alone
        if norms:
            model(pictures(network))
        for norm in norms:
            norm.momentum = 0.1
    return model.eval()


def pictures(network: Network, count: int = 2) -> Tensor:
    """Images of noise, (count, 3, height, width)."""
    height, width = network.size if isinstance(network.size, tuple) else (network.size, network.size)
    return torch.randn(count, 3, height, width, generator=torch.Generator().manual_seed(1))


@functools.cache
def _noise() -> Tensor:
    return torch.randn(DRAWN, generator=torch.Generator().manual_seed(0))


def _fill(weights: Tensor, begin: int) -> None:
    """Write the noise into the weights, from `begin` on, and from its start again wherever it ends."""
    at = 0
    while at < len(weights):
        piece = _noise()[begin : begin + len(weights) - at]
        weights[at : at + len(piece)] = piece
        at, begin = at + len(piece), 0


class _NothingDrawn(TorchFunctionMode):
    """While the block runs, weights that would be drawn are zero."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.__name__ in ("uniform_", "normal_", "erfinv_") or func.__name__.endswith(("_uniform_", "_normal_")):
            weights = args[0] if args else kwargs["tensor"]
            with torch.no_grad():
                return weights.zero_()
        return func(*args, **(kwargs or {}))


# By the beginning of the name: the layer, the size of the images, the stride.
_TORCHVISION = {
    "alexnet": ("features", 96, 48),
    "convnext": ("features", 64, 32),
    "densenet": ("features", 64, 32),
    "efficientnet": ("features", 64, 32),
    "googlenet": ("inception5b", 64, 32),
    "inception_v3": ("Mixed_7c", 128, 64),
    "maxvit_t": ("blocks.3", 224, 32),
    "mnasnet": ("layers", 64, 32),
    "mobilenet": ("features", 64, 32),
    "regnet": ("trunk_output", 64, 32),
    "resnet": ("layer4", 64, 32),
    "resnext": ("layer4", 64, 32),
    "shufflenet": ("conv5", 64, 32),
    "squeezenet": ("classifier.2", 64, 21),
    "swin": ("permute", 64, 32),
    "vgg": ("features", 64, 32),
    "vit_b_16": ("encoder.layers.encoder_layer_11.ln_1", 64, 16),
    "vit_b_32": ("encoder.layers.encoder_layer_11.ln_1", 64, 32),
    "vit_h_14": ("encoder.layers.encoder_layer_31.ln_1", 56, 14),
    "vit_l_16": ("encoder.layers.encoder_layer_23.ln_1", 64, 16),
    "vit_l_32": ("encoder.layers.encoder_layer_23.ln_1", 64, 32),
    "wide_resnet": ("layer4", 64, 32),
}


def torchvision_networks() -> list[Network]:
    """All that classify: 80 in torchvision 0.29."""
    import torchvision

    networks = []
    for name in torchvision.models.list_models(module=torchvision.models):
        options: dict[str, Any] = {"weights": None, "num_classes": CLASSES}
        layer, size, stride = next(expected for start, expected in _TORCHVISION.items() if name.startswith(start))
        if name.startswith("vit"):
            options["image_size"] = size
        if name in ("googlenet", "inception_v3"):
            options["init_weights"] = False  # which takes half a minute
        if name == "inception_v3":
            options["aux_logits"] = False  # they want larger images
        make = functools.partial(torchvision.models.get_model, name)
        networks.append(Network("torchvision", name, layer, size, stride, make, options))
    return networks


def _timm(name: str, layer: str | None, size: int = 64, stride: int = 32, **options: Any) -> Network:
    def make(**options: Any) -> nn.Module:
        import timm

        model: nn.Module = timm.create_model(name, num_classes=CLASSES, **options)
        return model

    return Network("timm", name, layer, options.get("img_size", size), stride, make, options)


TIMM = [
    # Vision transformers that classify by a class token
    _timm("vit_tiny_patch16_224", "blocks.11.norm1", img_size=64, stride=16),
    _timm("vit_tiny_r_s16_p8_224", "blocks.11.norm1", img_size=64),
    _timm("vit_small_patch14_reg4_dinov2", "blocks.11.norm1", img_size=56, stride=14),
    _timm("vit_small_patch16_18x2_224", "blocks.17.attns.1.norm", img_size=64, stride=16),
    _timm("deit_tiny_patch16_224", "blocks.11.norm1", img_size=64, stride=16),
    _timm("deit_tiny_distilled_patch16_224", "blocks.11.norm1", img_size=64, stride=16),
    _timm("deit3_small_patch16_224", "blocks.11.norm1", img_size=64, stride=16),
    _timm("flexivit_small", "blocks.11.norm1", img_size=64, stride=16),
    _timm("convit_tiny", "blocks.11.norm1", img_size=64, stride=16),
    _timm("cait_xxs24_224", "blocks", img_size=64, stride=16),
    _timm("coat_lite_tiny", "serial_blocks4.1.norm1", img_size=64),
    _timm("mvitv2_small_cls", "stages.3.blocks.1.norm1", img_size=64),
    _timm("pit_ti_distilled_224", "transformers.2.blocks.3.norm1", img_size=64),
    _timm("tnt_s_patch16_224", "blocks.11.norm_out", img_size=64, stride=16),
    _timm("volo_d1_224", "norm", img_size=64, stride=16),
    _timm("xcit_nano_12_p16_224", "cls_attn_blocks.1.norm1", img_size=64, stride=16),
    # Vision transformers that average
    _timm("vit_relpos_small_patch16_224", "blocks.11", img_size=64, stride=16),
    _timm("vit_small_patch16_dinov3", "norm", img_size=64, stride=16),
    _timm("vit_base_patch16_siglip_224", "norm", img_size=64, stride=16),
    _timm("beit_base_patch16_224", "blocks.11", img_size=64, stride=16),
    _timm("eva02_tiny_patch14_224", "blocks.11", img_size=56, stride=14),
    _timm("samvit_base_patch16_224", "neck", img_size=64, stride=16),
    # Stages of attention, of mixers, of both
    _timm("swin_tiny_patch4_window7_224", "norm", img_size=64),
    _timm("swinv2_tiny_window8_256", "norm", img_size=64),
    _timm("swinv2_cr_tiny_224", "stages", img_size=64),
    _timm("maxvit_pico_rw_256", "norm", img_size=64),
    _timm("coatnet_nano_rw_224", "norm", img_size=64),
    _timm("gcvit_xxtiny", "stages", img_size=224),
    _timm("hiera_tiny_224", "blocks.11", img_size=224),
    _timm("davit_tiny", "stages"),
    _timm("efficientformer_l1", "norm", 224),
    _timm("efficientvit_b0", "head.in_conv"),
    _timm("focalnet_tiny_srf", "norm"),
    _timm("levit_128s", "stages", img_size=224, stride=56),
    _timm("mobilevit_xxs", "final_conv"),
    _timm("mobilevitv2_050", "stages"),
    _timm("mvitv2_tiny", "norm", img_size=64),
    _timm("nest_tiny", "norm", img_size=224, stride=16),
    _timm("nextvit_small", "norm"),
    _timm("pvt_v2_b0", "stages"),
    _timm("tiny_vit_5m_224", "stages", 224),
    _timm("twins_pcpvt_small", "norm"),
    _timm("twins_svt_small", "norm"),
    _timm("visformer_tiny", "norm", img_size=64),
    _timm("edgenext_xx_small", "stages"),
    _timm("fastvit_t8", "final_conv"),
    _timm("gmlp_ti16_224", "norm", img_size=64, stride=16),
    _timm("mixer_s32_224", "norm", img_size=64),
    _timm("resmlp_12_224", "norm", img_size=64, stride=16),
    _timm("sequencer2d_s", "norm", img_size=64, stride=16),
    _timm("poolformer_s12", "stages"),
    _timm("mambaout_femto", "stages"),
    _timm("crossvit_9_240", None, 240),  # two branches, neither of which everything passes through
    # Convolutions
    _timm("convnext_atto", "stages"),
    _timm("convnextv2_atto", "stages"),
    _timm("convmixer_768_32", "blocks", stride=7),
    _timm("dla34", "level5"),
    _timm("dpn48b", "features"),
    _timm("efficientnet_b0", "bn2"),
    _timm("ghostnet_050", "blocks"),
    _timm("halonet26t", "stages", 256),
    _timm("hrnet_w18_small", "final_layer"),
    _timm("inception_next_atto", "stages"),
    _timm("mobilenetv3_small_050", "blocks"),
    _timm("mobilenetv4_conv_small_050", "blocks"),
    _timm("mobileone_s0", "stages"),
    _timm("nf_resnet26", "final_act"),
    _timm("regnety_002", "s4"),
    _timm("repvit_m0_9", "stages"),
    _timm("res2net50_48w_2s", "layer4"),
    _timm("resnest14d", "layer4"),
    _timm("resnetv2_18", "norm"),
    _timm("rexnet_100", "features"),
    _timm("seresnet18", "layer4"),
    _timm("starnet_s050", "norm"),
    _timm("xception41", "blocks"),
]

_ENCODER = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 3, "intermediate_size": 96}
_VIT = _ENCODER | {"image_size": 64, "patch_size": 16}
_SWIN = {"image_size": 64, "embed_dim": 24, "depths": [1, 1, 2], "num_heads": [2, 2, 4], "window_size": 4}
_STAGES = {"hidden_sizes": [16, 24, 32, 48], "depths": [1, 1, 2, 2]}
_RESNET = _STAGES | {"embedding_size": 16}
_PVT = _STAGES | {"image_size": 64, "num_attention_heads": [1, 2, 4, 4]}
_MOBILEVIT = {"image_size": 64, "hidden_sizes": [24, 32, 40], "neck_hidden_sizes": [8, 16, 24, 32, 40, 48, 64]}


def _transformers(family: str, layer: str | None, config: dict[str, Any], stride: int = 32) -> Network:
    def make(**options: Any) -> nn.Module:
        import transformers

        made = getattr(transformers, f"{family}Config")(num_labels=CLASSES, **options)
        model: nn.Module = getattr(transformers, f"{family}ForImageClassification")(made)
        return model

    return Network("transformers", family, layer, 64, stride, make, config)


TRANSFORMERS = [
    _transformers("ViT", "vit.layers.2.layernorm_before", _VIT, 16),
    _transformers("DeiT", "deit.layers.2.layernorm_before", _VIT, 16),
    _transformers("Beit", "beit.layers.2", _VIT, 16),
    _transformers("Dinov2", "dinov2.layernorm", _VIT, 16),
    _transformers("Dinov2WithRegisters", "dinov2_with_registers.layernorm", _VIT, 16),
    _transformers("Siglip", "vision_model.post_layernorm", {"vision_config": _VIT}, 16),
    _transformers("Swin", "swin.layernorm", _SWIN, 16),
    _transformers("Swinv2", "swinv2.layernorm", _SWIN, 16),
    _transformers("ConvNext", "convnext.encoder.stages.3", _STAGES),
    _transformers("ConvNextV2", "convnextv2.encoder.stages.3", _STAGES),
    _transformers("ResNet", "resnet.encoder.stages.3", _RESNET),
    _transformers("RegNet", "regnet.encoder.stages.3", _RESNET | {"groups_width": 8}),
    _transformers("MobileViT", "mobilevit.conv_1x1_exp", _MOBILEVIT),
    _transformers("Pvt", "pvt.encoder.block.3.1.layer_norm_1", _PVT),
    _transformers("PvtV2", "pvt_v2.encoder.layers.3.layer_norm", _PVT),
    _transformers("PoolFormer", "norm", _STAGES),
    _transformers("Segformer", "segformer.stages.3", _PVT),
]


def every_network() -> list[Network]:
    """All of them, whether or not their libraries are installed."""
    return [*torchvision_networks(), *TIMM, *TRANSFORMERS]

"""Every classifier of torchvision, and some of timm and transformers: the layer that nobody names, and its maps."""

from importlib.util import find_spec

import pytest
import torch
from networks import reference_grad_cam

from benchmarks.every_network import build, every_network, pictures
from benchmarks.networks import FUNCTIONS, IN_SHORT, NO_LAYER, NOT_POOLED, NOT_TRIED, WORKS, stored
from cam_tutorial import cam, grad_cam
from cam_tutorial.cam import NotPooled
from cam_tutorial.grids import channels_last, tokens
from cam_tutorial.targets import as_logits

# What the others' code will stop to do one day is theirs to say.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

NETWORKS = {f"{network.library} {network.name}": network for network in every_network()}
TARGET = torch.tensor([3, 11])
# A float64 copy of more weights takes long and much memory. These networks have smaller sisters of the same code, and
# where the smallest sister is large, it stands here.
MOST_WEIGHTS = 35e6
SMALLEST = ("alexnet", "vgg11", "vit_b_32", "beit_base_patch16_224", "vit_base_patch16_siglip_224")


def built(id):
    if find_spec(NETWORKS[id].library) is None:
        pytest.skip(f"{NETWORKS[id].library} is not installed; pip install 'cam-tutorial[networks]' brings it")
    return build(NETWORKS[id])


def close(ours, theirs, tolerance=1e-6):
    assert ours.shape == theirs.shape and ours.isfinite().all()
    assert ((ours - theirs).flatten(1).norm(dim=1) <= tolerance * theirs.flatten(1).norm(dim=1)).all()


@pytest.mark.parametrize("id", NETWORKS)
def test_the_layer_that_nobody_names_and_its_maps(id):
    network, model, images = NETWORKS[id], built(id), pictures(NETWORKS[id])
    if network.layer is None:
        with pytest.raises(ValueError, match=r"^no layer of this network .*: name a layer, and say by reshape="):
            grad_cam(model, images)
        return
    side = network.size // network.stride
    in_double = id.split()[1] in SMALLEST or sum(weights.numel() for weights in model.parameters()) < MOST_WEIGHTS
    if in_double:
        model, images = model.double(), images.double()
        # First, since some networks keep a piece of their last run, of which there can be no copy.
        _, expected = reference_grad_cam(model, images, TARGET, network.layer, (side, side))
    assert grad_cam.layer_of(model, images) == network.layer
    maps = grad_cam(model, images, TARGET, relu=False)
    assert maps.shape == (2, side, side) and maps.isfinite().all() and maps.any()
    if in_double:
        close(maps, expected)
        assert cam_outcome(model, images) == stored()[id]["cam"]


def cam_outcome(model, images):
    """What the table says of `cam`, once it has been seen that it is true."""
    with torch.no_grad():
        logits = as_logits(model(images), 2)
    c = int(logits.sum(dim=0).argmax())  # a class that both images may be
    try:
        means = cam(model, images, c).mean((1, 2))
    except NotPooled as refusal:
        assert "use grad_cam" in str(refusal) and "\n" not in str(refusal)
        return NOT_POOLED
    # The means differ from the scores by the bias, which is the same for both images.
    assert abs(means[0] - means[1] - logits[0, c] + logits[1, c]) < 1e-3 * abs(logits[0, c] - logits[1, c])
    return WORKS


def test_the_stored_table_has_the_layer_of_every_network():
    layers = {id: row["layer"].strip("`") for id, row in stored().items()}
    assert layers == {id: network.layer or NO_LAYER for id, network in NETWORKS.items()}


def test_every_outcome_in_the_stored_table_is_one_that_it_explains():
    outcomes = {row[function] for row in stored().values() for function in FUNCTIONS}
    assert outcomes <= {WORKS, NOT_TRIED, *IN_SHORT.values()}


# Which networks need which way to their maps, said instead of found.
WAYS = {
    "torchvision vit_b_32": tokens(1),
    "timm vit_tiny_patch16_224": tokens(1, grid=(4, 4)),
    "timm deit_tiny_distilled_patch16_224": tokens(2),
    "timm vit_small_patch14_reg4_dinov2": tokens(5),
    "timm mixer_s32_224": tokens(0),
    "timm swin_tiny_patch4_window7_224": channels_last,
    "transformers Swin": tokens(0),
}


@pytest.mark.parametrize("id", WAYS)
def test_the_way_to_the_maps_can_be_said_as_well_as_found(id):
    model, images = built(id), pictures(NETWORKS[id])
    found = grad_cam(model, images, TARGET, relu=False)
    assert torch.equal(grad_cam(model, images, TARGET, relu=False, reshape=WAYS[id]), found)
    assert torch.equal(grad_cam(model, images, TARGET, NETWORKS[id].layer, relu=False, reshape=WAYS[id]), found)


# Images that are not square: options of the network, height and width of the images and of the maps.
OBLONG = {
    "torchvision resnet18": ({}, (96, 160), (3, 5)),
    "torchvision swin_t": ({}, (96, 160), (3, 5)),
    "timm vit_tiny_patch16_224": ({"img_size": (96, 128)}, (96, 128), (6, 8)),
    "timm deit_tiny_distilled_patch16_224": ({"img_size": (64, 128)}, (64, 128), (4, 8)),
    "timm swin_tiny_patch4_window7_224": ({"img_size": (64, 96)}, (64, 96), (2, 3)),
    "timm mixer_s32_224": ({"img_size": (64, 96)}, (64, 96), (2, 3)),
    "transformers ViT": ({"image_size": (48, 64)}, (48, 64), (3, 4)),
}


@pytest.mark.parametrize("id", OBLONG)
def test_images_that_are_not_square(id):
    options, size, grid = OBLONG[id]
    built(id)
    network = NETWORKS[id]._replace(size=size, options=NETWORKS[id].options | options)
    model, images = build(network).double(), pictures(network).double()
    assert grad_cam.layer_of(model, images) == network.layer
    maps = grad_cam(model, images, TARGET, relu=False)
    assert maps.shape == (2, *grid)
    close(maps, reference_grad_cam(model, images, TARGET, network.layer, grid)[1])


@pytest.mark.filterwarnings("ignore")  # as in test_peers
@pytest.mark.parametrize(
    ("id", "layer", "reshape"),
    [
        ("torchvision vit_b_32", "encoder.layers.encoder_layer_11.ln_1", tokens(1)),
        ("torchvision swin_t", "features.7.1.norm1", channels_last),
        ("timm swin_tiny_patch4_window7_224", "layers.3.blocks.1.norm2", tokens(0)),
    ],
)
def test_grad_cam_with_reshape_is_that_of_grad_cam_with_reshape_transform(id, layer, reshape):
    peer = pytest.importorskip("pytorch_grad_cam")

    def transform(output):  # as grad-cam's documentation writes it
        places = output[:, -4:] if output.ndim == 3 else output
        return places.reshape(len(output), 2, 2, output.shape[-1]).transpose(2, 3).transpose(1, 2)

    model, images = built(id), pictures(NETWORKS[id])
    targets = [peer.utils.model_targets.ClassifierOutputTarget(c) for c in TARGET.tolist()]
    where = [model.get_submodule(layer)]
    with peer.GradCAM(model, where, reshape_transform=transform) as extractor:
        extractor(images, targets)
        recorded = extractor.activations_and_grads
        A, gradient = (kept[0].detach().numpy() for kept in (recorded.activations, recorded.gradients))
        theirs = torch.as_tensor(extractor.get_cam_image(images, where[0], targets, A, gradient))
    close(grad_cam(model, images, TARGET, layer, relu=False), theirs, 1e-3)
    close(grad_cam(model, images, TARGET, layer, relu=False, reshape=reshape), theirs, 1e-3)

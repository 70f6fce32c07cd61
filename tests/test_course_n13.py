"""What notebook 13 says of learning without labels: worked by hand on small numbers, and its pictures looked at."""

import math

import torch
import torch.nn.functional as F

from cam_tutorial import grad_cam, training, zoo
from cam_tutorial.course.n13_without_labels import contrast, material, rotation
from cam_tutorial.course.n13_without_labels.solutions import my_contrastive_score as score


def test_the_score_by_hand():
    """Two views at right angles, each its own partner, T = 1: log of e / (e + 1)."""
    z = torch.eye(2)
    torch.testing.assert_close(score(z, z, 1.0), torch.full((2,), math.log(math.e / (math.e + 1))))
    torch.testing.assert_close(score(z, z.flip(0), 1.0), torch.full((2,), math.log(1 / (math.e + 1))))


def test_all_alike_scores_as_chance_and_a_small_t_sharpens():
    z = F.normalize(torch.ones(5, 3), dim=1)
    torch.testing.assert_close(score(z, z, 0.2), torch.full((5,), -math.log(5)))
    assert (score(torch.eye(4), torch.eye(4), 0.1) > score(torch.eye(4), torch.eye(4), 1.0)).all()


def test_the_training_loss_is_a_score_with_the_other_views_of_its_kind_below_the_line():
    generator = torch.Generator().manual_seed(1)
    one, other = (F.normalize(torch.randn(4, 3, generator=generator), dim=1) for _ in range(2))
    points, total = torch.cat([one, other]), 0.0
    for i in range(8):
        products = [(points[i] @ points[j] / contrast.TEMPERATURE).exp() for j in range(8) if j != i]
        total -= ((points[i] @ points[(i + 4) % 8] / contrast.TEMPERATURE).exp() / sum(products)).log() / 8
    torch.testing.assert_close(contrast.nt_xent(one, other), total)


def test_each_map_belongs_to_its_own_view_alone():
    """A target over many views: changing one picture changes no other's map."""
    torch.manual_seed(0)
    network = contrast.ContrastNet().eval()
    images = torch.randn(3, 3, 48, 48)
    partners = network(images.flip(3)).detach()
    changed = images.clone()
    changed[2] = -changed[2]
    maps = [grad_cam(network, some, lambda z: score(z, partners, 0.2), layer="trunk") for some in (images, changed)]
    torch.testing.assert_close(maps[0][:2], maps[1][:2])
    assert not torch.equal(maps[0][2], maps[1][2])


def test_a_view_and_its_maps_give_the_same_point():
    network = contrast.ContrastNet().eval()
    A = torch.rand(2, 64, 6, 6)
    torch.testing.assert_close(network.points(A).norm(dim=1), torch.ones(2))
    torch.testing.assert_close(
        network(torch.ones(1, 3, 48, 48)), network.points(network.trunk(torch.ones(1, 3, 48, 48)))
    )


def test_turned_pictures_turn_to_the_left_as_often_as_it_says():
    images = torch.arange(16.0).reshape(1, 1, 4, 4).expand(40, 3, 4, 4)
    pictures, turns = rotation.turned(images, 3)
    assert set(turns.tolist()) == {0, 1, 2, 3}
    for picture, n in zip(pictures, turns.tolist(), strict=True):
        assert torch.equal(picture, images[0].rot90(n, (1, 2)))
    assert pictures[turns == 1][0, 0, 3, 0] == images[0, 0, 0, 0]  # top left goes to bottom left


def test_views_keep_shape_and_depend_on_chance_alone():
    images = torch.randn(4, 3, 48, 48)
    once, again = (contrast.changed(images, torch.Generator().manual_seed(5)) for _ in range(2))
    assert once.shape == images.shape and torch.equal(once, again)
    assert not torch.equal(once, contrast.changed(images, torch.Generator().manual_seed(6)))


# The pictures.


def test_species_in_turn_and_no_scene_twice():
    learned, tested = material.examples(2), material.held_out(2)
    assert learned.labels.tolist() == tested.labels.tolist() == [*range(8)] * 2
    assert learned.small.shape == (16, 3, 48, 48)
    pictures = {one.numpy().tobytes() for part in (learned, tested) for one in part.images}
    assert len(pictures) == 32 and material.FIRST + 8 < training.HELD_OUT_SEED < material.HELD_OUT


def test_crossing_changes_the_backdrop_or_the_animal_and_nothing_else():
    scenes = material.held_out(1).scenes
    one, other = scenes[0], scenes[3]
    images = [zoo.scene(scene.seed, [scene.animals[0].name]).image for scene in (one, other)]
    torch.testing.assert_close(
        material.crossed([one], [one]), rotation.small(zoo.preprocess(images[0]))
    )  # crossed with itself
    elsewhere = 0.25 * material.crossed([one], [other])[0] + 0.5
    both = one.animals[0].mask | other.animals[0].mask
    away = ~F.max_pool2d(both[None].float(), 5, 1, 2)[0].bool()
    far = F.avg_pool2d(away[None].float(), 2)[0] == 1
    plain = [0.25 * rotation.small(zoo.preprocess(image))[0] + 0.5 for image in images]
    torch.testing.assert_close(elsewhere[:, far], plain[1][:, far], atol=0.02, rtol=0)
    inside = F.avg_pool2d((~one.animals[0].mask)[None].float(), 2)[0] == 0
    assert (elsewhere - plain[0])[:, inside].abs().mean() < (elsewhere - plain[1])[:, inside].abs().mean()


def test_things_beside_the_animal_are_smaller_and_leave_it_as_it_was():
    pictures = material.held_out(2)
    both, alone = material.with_things(pictures)
    assert both.shape == alone.shape == pictures.small.shape
    scenes = [material.beside(scene) for scene in pictures.scenes]
    covered = torch.stack([scene.things[0].mask.float().mean() for scene in scenes])
    assert covered.mean() < pictures.masks.float().mean()
    for scene, image, drawn in zip(scenes, pictures.small, both, strict=True):
        untouched = rotation.small(zoo.preprocess(scene.without(scene.things[0]).image))[0]
        torch.testing.assert_close(untouched, image)
        assert not torch.equal(drawn, image)


def test_guesses_are_those_of_the_course():
    pictures = material.held_out(1)
    guesses = material.blind(pictures)
    torch.testing.assert_close(guesses["any place"], pictures.masks.double().mean(dim=(1, 2)))
    middle = pictures.masks[:, 47:49, 47:49].flatten(1)
    assert ((guesses["center"] == 1) >= middle.all(dim=1)).all() and (
        (guesses["center"] == 1) <= middle.any(dim=1)
    ).all()


def test_linear_classifiers_learn_what_a_trunk_holds():
    """One label of each is enough for features that tell the species; of several trunks the mean is taken."""

    class Trunk(torch.nn.Module):
        def __init__(self, tells):
            super().__init__()
            self.tells = tells

        def forward(self, images):
            told = images.mean(dim=(1, 2, 3), keepdim=True) if self.tells else torch.rand(len(images), 1, 1, 1)
            return torch.sin(told * torch.arange(1.0, 65).view(1, 64, 1, 1))

    pictures = material.held_out(2)
    pictures.images.copy_(pictures.labels.view(-1, 1, 1, 1) / 4 * torch.ones_like(pictures.images))
    found = material.learned([Trunk(True)], pictures, pictures)
    assert list(found) == list(material.EXAMPLES)
    for right in found.values():
        torch.testing.assert_close(right, torch.ones(16, dtype=torch.float64))
    torch.manual_seed(0)
    both = material.learned([Trunk(True), Trunk(False)], pictures, pictures)
    assert ((both[1] >= 0.5) & (both[1] <= 1)).all() and both[1].mean() < 0.9


def test_where_a_map_lies():
    scene = zoo.scene(3, ["cat"])
    assert material.where(scene.animals[0].mask.float(), scene) == "on the animal"
    assert material.where((~scene.animals[0].mask).float(), scene) == "beside it"


def test_an_untrained_trunk_leaves_chance_alone():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    trunk = material.untrained(1)
    assert torch.equal(torch.rand(2), expected) and trunk(torch.zeros(1, 3, 48, 48)).shape == (1, 64, 6, 6)


def test_fewer_scenes_than_a_batch_still_train():
    """One step of all there are, in place of none: an untrained network must not come back as trained."""
    assert len(contrast.train(seed=3, scenes=5, epochs=2, held_out=50, progress=False).losses) == 2

"""What notebook 11 says of few examples: worked by hand on small numbers, and its pictures looked at."""

import torch
from torch import nn

from cam_tutorial import class_activation_map, models, training, zoo
from cam_tutorial.course.n11_few_examples import material
from cam_tutorial.course.n11_few_examples.solutions import my_folded as folded
from cam_tutorial.course.n11_few_examples.solutions import my_nearest_mean as nearest_mean


def test_the_nearest_mean_by_hand():
    """Means (2, 1) and (0, −3): weights twice that, biases −5 and −9."""
    F = torch.tensor([[1.0, 0], [0, -3], [3, 2]])
    w, b = nearest_mean(F, torch.tensor([0, 1, 0]), 2)
    assert w.tolist() == [[4, 2], [0, -6]] and b.tolist() == [-5, -9]


def test_it_decides_as_the_distances_do():
    generator = torch.Generator().manual_seed(11)
    F, labels = torch.randn(40, 7, generator=generator), torch.arange(40) % 5
    means = torch.stack([F[labels == c].mean(dim=0) for c in range(5)])
    w, b = nearest_mean(F, labels, 5)
    f = torch.randn(300, 7, generator=generator)
    assert torch.equal((f @ w.T + b).argmax(dim=1), torch.cdist(f, means).argmin(dim=1))
    torch.testing.assert_close(f @ w.T + b, f.square().sum(1, keepdim=True) - torch.cdist(f, means).square())


def test_folding_by_hand():
    """v (F − 3) / 2 + 1 with v = 4: 2 F − 5."""
    w, b = folded(torch.tensor([[4.0]]), torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([2.0]))
    assert w.tolist() == [[2]] and b.tolist() == [-5]


def test_only_folded_weights_make_the_identity_hold():
    generator = torch.Generator().manual_seed(12)
    A = torch.rand(6, 4, 3, 5, generator=generator)
    v, a = torch.randn(5, 4, generator=generator), torch.randn(5, generator=generator)
    mean, std = torch.rand(4, generator=generator), 0.5 + torch.rand(4, generator=generator)
    labels = torch.tensor([0, 3, 4, 1, 2, 3])
    scores = (((A.mean(dim=(2, 3)) - mean) / std) @ v.T + a).gather(1, labels[:, None])[:, 0]
    w, b = folded(v, a, mean, std)
    torch.testing.assert_close(class_activation_map(A, w, labels).mean(dim=(1, 2)) + b[labels], scores)
    off = class_activation_map(A, v, labels).mean(dim=(1, 2)) + a[labels] - scores
    assert (off.abs() > 0.01).all()


def test_what_all_classes_share_changes_the_maps_and_no_probability():
    generator = torch.Generator().manual_seed(13)
    A, w, u = (torch.randn(*size, generator=generator) for size in ((3, 4, 2, 3), (5, 4), (4,)))
    F, labels = A.mean(dim=(2, 3)), torch.tensor([2, 0, 4])
    torch.testing.assert_close((F @ w.T).softmax(dim=1), (F @ (w + u).T).softmax(dim=1))
    added = class_activation_map(A, w + u, labels) - class_activation_map(A, w, labels)
    torch.testing.assert_close(added, torch.einsum("k,nkhw->nhw", u, A))


# The pictures.


def test_the_first_5_n_pictures_are_n_of_each():
    some = material.examples(1, each=3)
    assert some.labels.tolist() == [*range(5)] * 3
    assert torch.equal(material.examples(1, each=2).pixels, some.pixels[:10])


def test_bytes_are_the_scene_to_half_a_step():
    some = material.held_out(each=1)
    scene = next(zoo.scenes_of(1, material.HELD_OUT + 3, "whale"))
    assert some.labels[3] == zoo.NEWCOMERS.index("whale")
    assert torch.equal(some.masks[3], scene.animals[0].mask)
    assert (some.images[3] - zoo.preprocess(scene.image)[0]).abs().max() <= 4 / 255 / 2 + 1e-6
    assert some.images.is_contiguous(memory_format=torch.channels_last)


def test_no_picture_is_learned_from_twice_or_tested_on():
    parts = [*(material.examples(draw, each=2) for draw in range(3)), material.held_out(each=2)]
    pictures = {one.numpy().tobytes() for part in parts for one in part.pixels}
    assert len(pictures) == sum(map(len, parts)) == 40
    assert material.FIRST + 100 < training.HELD_OUT_SEED < material.HELD_OUT < material.HELD_OUT_TWO


def test_old_and_new_animals_stand_before_the_same_backgrounds():
    new, old = material.two(4), material.two_of_the_eight(4)
    same = (new.pixels == old.pixels).all(dim=1).double().mean(dim=(1, 2))
    assert (same > 0.4).all() and (same < 1).all()


# The classifiers.


def test_an_untrained_network_leaves_chance_alone_and_can_take_a_trunk():
    trunk = models.load("zoo-gap").trunk
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    one, two, layer = material.untrained(), material.untrained(trunk), material.head(torch.ones(5, 4), torch.zeros(5))
    assert torch.equal(torch.rand(2), expected)
    assert torch.equal(one.classifier.weight, two.classifier.weight) and layer.weight.sum() == 20
    for name, tensor in trunk.state_dict().items():
        assert torch.equal(two.trunk.state_dict()[name], tensor)
        assert two.trunk.state_dict()[name].data_ptr() != tensor.data_ptr()


def test_every_draw_learns_from_its_own_first_examples():
    drawn = [material.Pictures(torch.zeros(250, 1), torch.arange(250) % 5, torch.zeros(250, 1)) for _ in range(2)]
    inputs = [torch.arange(250.0), torch.arange(250.0) + 1000]
    seen = material.learned(lambda x, y: (len(x), len(y), x[0].item()), inputs, drawn)
    assert seen == {n: [(5 * n, 5 * n, 0), (5 * n, 5 * n, 1000)] for n in (1, 5, 20, 50)}


def test_right_counts_per_draw_and_picture():
    tests = material.Pictures(torch.zeros(3), torch.tensor([0, 2, 1]), torch.zeros(3))
    always = [material.head(torch.zeros(5, 2), nn.functional.one_hot(torch.tensor(c), 5).float()) for c in (0, 1)]
    assert material.right({7: always}, torch.zeros(3, 2), tests)[7].tolist() == [[1, 0, 0], [0, 0, 1]]


def test_where_a_map_lies():
    scene = zoo.scene(3, ["frog", "whale"])
    for animal in scene.animals:
        assert material.lies(animal.mask.float(), scene) == f"on the {animal.name}"
    beside = ~(scene.animals[0].mask | scene.animals[1].mask)
    assert material.lies(beside.float(), scene) == "beside both"


def test_blind_guesses_ask_no_class():
    some = material.two(3)
    other = material.Pictures(some.pixels, (some.labels + 1) % 5, some.masks)
    assert all(
        torch.equal(a, b) for a, b in zip(material.blind(some).values(), material.blind(other).values(), strict=True)
    )
    assert (material.center(some).flatten(1).argmax(dim=1) // 96 - 47).abs().max() <= 1


def test_a_lead_holds_if_every_draw_agrees():
    """Two draws of four pictures: right 4 and 3 of 4, against 2 and 2 of 4."""
    first, second = torch.tensor([[1.0, 1, 1, 1], [1, 1, 1, 0]]), torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 1]])
    found = material.lead(first, second)
    assert found.by_draw == (0.5, 0.25) and found.over_pictures.mean == 0.375
    assert (-found).by_draw == (-0.5, -0.25) and (-found).over_pictures.mean == -0.375
    assert (-found).over_pictures.low == -found.over_pictures.high
    one_for_all = material.lead(first, torch.tensor([1.0, 0, 0, 0]))
    assert one_for_all.by_draw == (0.75, 0.5)


def test_who_is_ahead():
    def of(low, high, *draws):
        return material.Lead(material.metrics.Interval((low + high) / 2, low, high), draws)

    assert material.ahead(of(0.1, 0.2, 0.1, 0.2), "a", "b") == "a"
    assert material.ahead(of(-0.2, -0.1, -0.1, -0.2), "a", "b") == "b"
    assert material.ahead(of(-0.1, 0.2, 0.1, 0.2), "a", "b") == "not told apart"
    assert material.ahead(of(0.1, 0.2, 0.3, -0.1), "a", "b") == "not told apart"  # a draw disagrees

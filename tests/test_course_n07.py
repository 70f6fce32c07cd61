"""The room of notebook 07: its questions, its transformer, what is kept for those without weights, a photo dropped."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cam_tutorial import grad_cam, metrics, photos, record, upsample, zoo
from cam_tutorial.course import catalog
from cam_tutorial.course.n07_real_photographs import figures, memory, networks, photographs, vit
from cam_tutorial.course.n07_real_photographs import upload as upload_module
from cam_tutorial.course.n07_real_photographs.upload import Upload

NAMES = ("opening", "game", "layers", "rocket", "four", "moped")


@pytest.fixture(scope="module")
def transformer():
    return vit.load()


@pytest.fixture
def no_weights(monkeypatch):
    """Nothing can be loaded, and nothing was."""

    def missing(name):
        raise photos.Unavailable(f"the weights of {name} are not on this machine")

    networks._squeezenet.cache_clear()
    monkeypatch.setattr(photos, "load_network", missing)
    yield
    networks._squeezenet.cache_clear()


def test_each_two_photographs_are_a_pair_and_each_is_as_often_left_as_right():
    assert len({frozenset(pair) for pair in photographs.PAIRS}) == len(photographs.PAIRS) == 10
    for name in photographs.SHOWN:
        assert [sum(pair[side] == name for pair in photographs.PAIRS) for side in (0, 1)] == [2, 2]


def test_shares_are_averaged_by_photograph_and_by_pair():
    shares = torch.arange(20, dtype=torch.float64)
    asked = [name for pair in photographs.PAIRS for name in pair]
    expected = [sum(n for n, which in enumerate(asked) if which == name) / 4 for name in photographs.SHOWN]
    assert photographs.of_each_photograph(shares).tolist() == expected
    assert photographs.of_each_pair(shares).tolist() == [2 * n + 0.5 for n in range(10)]


def test_scenes_of_the_zoo_are_glued_as_they_are_asked_for():
    questions = list(photographs.zoo_questions(3))
    assert len(questions) == 6 and [cell for _, _, cell in questions] == 3 * [0, 1]
    for (left, one, _), (right, other, _) in zip(questions[::2], questions[1::2], strict=True):
        assert left.shape == (1, 3, 96, 192) and left is right and one != other


def test_what_is_kept_of_deconvnet_is_blank_or_on_one_photograph_alone():
    game = networks.result("game", None, lambda network: {})
    left = game["deconvnet"][~game["blank"]]
    assert 0 < len(left) < 20 and ((left < 0.01) | (left > 0.99)).all()
    assert not game["deconvnet"][game["blank"]].any()


def test_memory_can_be_given_back_anywhere(monkeypatch):
    memory.give_back()
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: pytest.fail("there is no glibc"))
    memory.give_back()


def test_an_outline_goes_around_the_object_and_leaves_the_rest():
    picture = np.full((20, 20, 3), 100, dtype=np.uint8)
    mask = torch.zeros(20, 20, dtype=torch.bool)
    mask[5:15, 5:15] = True
    drawn = figures.outlined(picture, [mask])
    assert drawn[4, 10].tolist() == [255, 255, 255] and drawn[5, 10].tolist() == [38, 50, 63]
    assert drawn[10, 10].tolist() == drawn[0, 0].tolist() == [100, 100, 100] and (picture == 100).all()


def test_only_the_boxes_are_painted_over_and_in_the_colors_of_the_column():
    picture = Image.new("RGB", (12, 6), (10, 20, 30))
    picture.paste((200, 100, 50), (0, 0, 6, 6))
    painted = photographs.painted_over(picture, [(7, 1, 9, 4)], source=2)
    for x in range(12):
        for y in range(6):
            inside = 7 <= x < 9 and 1 <= y < 4
            assert painted.getpixel((x, y)) == ((200, 100, 50) if inside else picture.getpixel((x, y)))


def test_the_transformer_knows_the_animals(transformer):
    assert vit.accuracy(transformer, scenes=60) > 0.9


def test_its_attention_sums_to_one_and_nothing_behind_the_last_block_reads_a_place(transformer):
    images = zoo.preprocess(torch.stack([scene.image for scene in zoo.scenes_of(2, 7, 2)]))
    with torch.no_grad(), record(transformer, "blocks.1.attention.softmax") as attention:
        transformer(images)
    assert attention.output.shape == (2, 4, 145, 145)
    torch.testing.assert_close(attention.output.sum(dim=3), torch.ones(2, 4, 145))
    with record(transformer, "blocks.1", as_leaf=True) as behind:
        score = transformer(images)[:, 0].sum()
    (gradient,) = torch.autograd.grad(score, behind.output)
    assert gradient[:, 0].any() and not gradient[:, 1:].any()
    assert grad_cam.layer_of(transformer, images) == "blocks.1.norm1"


def test_the_solutions_agree_with_the_package_and_with_a_sum_over_paths():
    maps = torch.randn(4, 6, 9, generator=torch.Generator().manual_seed(0))
    game = catalog.find("7.1").solution(maps, [5, 0, 2, 3], (2, 3))
    torch.testing.assert_close(game.double(), metrics.grid_pointing_game(maps, [5, 0, 2, 3], (2, 3)))

    low, top = (torch.rand(1, 2, 5, 5, generator=torch.Generator().manual_seed(n)).softmax(dim=-1) for n in (1, 2))
    rollout = catalog.find("7.2").solution([low, top])[0].flatten()
    for place in range(1, 5):  # from the class token to the place, by way of every token between the blocks
        paths = 0.0
        for between in range(5):
            up = top[0, :, 0, between].double().mean() / 2 + (between == 0) / 2
            down = low[0, :, between, place].double().mean() / 2 + (between == place) / 2
            paths += up * down
        assert rollout[place - 1].item() == pytest.approx(float(paths), abs=1e-6)

    place = photos.Placement((400, 600), (256, 384), (16, 80), (224, 224))
    sizes = (7, 7), (224, 224), (16, 80), (256, 384), (400, 600)
    left, top_, right, bottom = catalog.find("7.3").solution((2, 5), *sizes)
    assert (top_, left) == pytest.approx(place.to_photo(2 * 32, 5 * 32))
    assert (bottom, right) == pytest.approx(place.to_photo(3 * 32, 6 * 32))


def test_without_weights_what_is_kept_is_shown_and_said_to_be_kept(no_weights, capsys):
    assert networks.squeezenet() is None
    assert "the weights of squeezenet1_0 are not on this machine" in capsys.readouterr().out
    for name in NAMES:
        kept = networks.result(name, None, lambda network: pytest.fail("there is no network"))
        assert kept and all(value.isfinite().all() for value in kept.values())
        assert capsys.readouterr().out == "Kept result: the weights are not here.\n"
    assert networks.kept_answer().label == "moped"


def test_without_torchvision_what_is_kept_is_shown(capsys):
    def needs_torchvision():
        raise ModuleNotFoundError("No module named 'torchvision'")

    before, after = networks.computed("vgg", needs_torchvision)["weights"].tolist()
    assert (before, after) == (138_357_544, 20_459_304)
    assert capsys.readouterr().out == "Kept result: torchvision is not here.\n"
    assert networks.computed("swin", needs_torchvision)["is CAM"].all()


def test_networks_are_not_fetched(no_weights, monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert list(networks.at_hand(["squeezenet1_0", "resnet18"])) == []


def test_each_map_lies_on_its_own_half(imagenet_weights):
    """Of all twenty questions, with an interval over the photographs; and what is kept are these numbers."""
    network = networks.squeezenet()
    shares = []
    for image, target, cell in photographs.questions(network):
        map_ = upsample(grad_cam(network.model, image, target, "classifier.2"), image.shape[2:])
        shares.append(metrics.grid_pointing_game(map_, [cell], (1, 2)))
    found = torch.cat(shares)
    each = photographs.of_each_photograph(found)
    assert metrics.interval(each).low > 0.7 and each.min() > 0.6 and found.min() > 0.5
    kept = networks.result("game", None, lambda network: {})["Grad-CAM"]
    torch.testing.assert_close(found, kept.to(found.dtype), atol=0.02, rtol=0)


def test_answers_have_a_map_and_a_box_on_the_photograph(imagenet_weights):
    network, photo = networks.squeezenet(), photographs.photograph("tripod")
    first, *others = networks.answers(network, photo)
    assert first.label == "tripod" and len(others) == 2 and first.layer == "classifier.2"
    left, top, right, bottom = first.box
    assert 150 < left < 230 < 300 < right < 480 and 120 < top < 300 < bottom <= 512  # around the tripod's legs
    assert [one.label for one in networks.first_answers(["squeezenet1_0"], photo)] == ["tripod"]
    assert [one.name for one in networks.at_hand(["squeezenet1_0"])] == ["squeezenet1_0"]


def test_a_dropped_photo_is_one_that_can_be_opened():
    upload = Upload()
    assert upload.file is None
    file = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(file, "PNG")
    upload.name, upload.content = "red.png", file.getvalue()
    assert photos.open_photo(upload.file).size == (20, 10)


def test_the_page_hands_on_what_is_dropped_or_chosen(page):
    """Without a kernel: a model that remembers what it was given."""
    code = base64.b64encode((Path(upload_module.__file__).with_suffix(".js")).read_bytes())
    page.set_content("<div id=place></div>")
    page.evaluate(
        """async (code) => {
            const { default: widget } = await import(`data:text/javascript;base64,${code}`);
            window.given = { words: "Drop it here." };
            const model = { get: (k) => given[k], set: (k, v) => (given[k] = v), on() {}, off() {},
                            save_changes: () => (given.saved = true) };
            widget.render({ model, el: document.getElementById("place") });
        }""",
        code.decode(),
    )
    page.set_input_files("input[type=file]", {"name": "red.png", "mimeType": "image/png", "buffer": b"12345"})
    page.wait_for_function("given.saved")
    assert page.evaluate("[given.name, given.content.byteLength]") == ["red.png", 5]
    page.evaluate(
        """() => {
            given.saved = false;
            const dropped = new DataTransfer();
            dropped.items.add(new File(["123"], "blue.png"));
            document.querySelector("label").dispatchEvent(
                new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }"""
    )
    page.wait_for_function("given.saved")
    assert page.evaluate("[given.name, given.content.byteLength]") == ["blue.png", 3]
    page.evaluate("""() => {
        const dropped = new DataTransfer();
        dropped.items.add(new File([new Uint8Array(9_000_001)], "large.png"));
        document.querySelector("label").dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true }));
    }""")
    page.wait_for_function("document.querySelector('[role=status]').textContent.includes('larger than 9 MB')")
    assert page.evaluate("given.name") == "blue.png"

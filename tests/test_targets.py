import numpy as np
import pytest
import torch

from cam_tutorial.targets import as_images, as_logits, class_indices, select_scores

LOGITS = torch.tensor([[1.0, 5, 2], [9, -1, 3]])
CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("target", "scores"),
    [
        (None, [5, 9]),
        (2, [2, 3]),
        (0, [1, 9]),
        ([1, 2], [5, 3]),
        ((1, 1), [5, -1]),
        (torch.tensor([2, 0]), [2, 9]),
        (torch.tensor(1), [5, -1]),
        (torch.tensor([0, 1], dtype=torch.uint8), [1, -1]),
        (np.int64(2), [2, 3]),
        (np.array([0, 1]), [1, -1]),
        (lambda output: output[:, 1] - output[:, 0], [4, -10]),
        (lambda output: -output[:, 2], [-2, -3]),
        (lambda output: output.mean(dim=1), [8 / 3, 11 / 3]),
    ],
)
def test_the_score_of_each_image(target, scores):
    torch.testing.assert_close(select_scores(LOGITS, target, 2), torch.tensor(scores, dtype=torch.float32))


def test_a_function_takes_its_scores_out_of_any_output():
    output = {"similarity": LOGITS}
    scores = select_scores(output, lambda output: output["similarity"][:, 0], 2)
    assert scores.tolist() == [1, 9]


@pytest.mark.parametrize(
    ("target", "error", "telling"),
    [
        (3, ValueError, "from 0 to 2, got 3"),
        (-1, ValueError, "from 0 to 2, got -1"),
        ([0, 7], ValueError, "from 0 to 2, got 7"),
        (1.0, TypeError, "must be a class index or 2 of them"),
        ([0.0, 1.0], TypeError, "must be a class index or 2 of them"),
        (torch.rand(2, 2), TypeError, "numbers of type torch.float32"),
        (True, TypeError, "torch.bool"),
        (torch.tensor([True, False]), TypeError, "torch.bool"),
        ("cat", TypeError, "must be a class index or 2 of them, got 'cat'"),
        (["cat", "dog"], TypeError, "must be a class index"),
        ([0, [1]], TypeError, "must be a class index"),
        ([0, 1, 2], ValueError, r"each of the 2 images, got the shape \(3,\)"),
        ([0], ValueError, r"got the shape \(1,\)"),
        ([[0], [1]], ValueError, r"got the shape \(2, 1\)"),
        ([], TypeError, "must be a class index"),
        (lambda output: output, ValueError, r"one score an image, shape \(2,\), got \(2, 3\)"),
        (lambda output: output.sum(), ValueError, r"shape \(2,\), got \(\)"),
        (lambda output: output[:, :1], ValueError, r"shape \(2,\), got \(2, 1\)"),
        (lambda output: 1.5, ValueError, r"shape \(2,\), got float"),
        (lambda output: output[:, 0] * torch.nan, ValueError, "target function gave hold NaN"),
        (lambda output: output[:, 0] / 0, ValueError, "NaN or infinity"),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused_in_one_sentence(target, error, telling):
    with pytest.raises(error, match=telling) as caught:
        select_scores(LOGITS, target, 2)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("output", "error", "telling"),
    [
        ((LOGITS, LOGITS), TypeError, "got tuple; a network around this one can pick them out: Adapted"),
        ({"logits": LOGITS}, TypeError, "got dict"),
        (LOGITS[0], ValueError, r"\(2, C\), got \(3,\)"),
        (LOGITS[:1], ValueError, r"\(2, C\), got \(1, 3\)"),
        (torch.zeros(2, 3, 4, 4), ValueError, r"\(2, C\), got \(2, 3, 4, 4\)"),
        (torch.tensor([[0.0, 1], [torch.nan, 0]]), ValueError, "hold NaN"),
    ],
)
def test_an_output_that_is_no_table_of_scores_is_refused(output, error, telling):
    with pytest.raises(error, match=telling):
        as_logits(output, 2)
    with pytest.raises(error, match=telling):
        select_scores(output, 0, 2)


def test_an_infinite_score_is_refused_but_another_class_may_be_masked():
    masked = torch.tensor([[0.0, -torch.inf]])
    assert select_scores(masked, 0, 1).item() == 0
    with pytest.raises(ValueError, match="must be finite"):
        select_scores(masked, 1, 1)


def test_one_index_stands_for_all_images():
    assert class_indices(1, 3, 2, CPU).tolist() == [1, 1, 1]


def test_the_images_are_copied_and_free_of_any_graph():
    leaf = torch.ones(1, 3, 2, 2, requires_grad=True)
    with torch.inference_mode():
        inferred = torch.ones(1, 3, 2, 2)
        assert not as_images(inferred).is_inference()
    for images in (leaf, 1 * leaf, inferred):
        copy = as_images(images)
        assert torch.equal(copy, images) and not copy.requires_grad and not copy.is_inference()
        copy.zero_()
        assert images.all()


@pytest.mark.parametrize(
    ("images", "error", "telling"),
    [
        (torch.rand(3, 4, 4), ValueError, r"got \(3, 4, 4\); for a single image write images\[None\]"),
        (torch.rand(4, 4), ValueError, r"\(N, C, H, W\), got \(4, 4\)"),
        (
            torch.zeros(1, 3, 4, 4, dtype=torch.uint8),
            TypeError,
            r"got torch.uint8; convert with images.float\(\) / 255",
        ),
        (torch.rand(0, 3, 4, 4), ValueError, "at least one image"),
        (np.zeros((1, 3, 4, 4), np.float32), TypeError, "torch.Tensor.*got ndarray"),
    ],
)
def test_what_is_no_batch_of_images_is_refused(images, error, telling):
    with pytest.raises(error, match=telling):
        as_images(images)

"""The checker itself: whatever an attempt does, the notebook lives, and one sentence says what to change."""

import sys
import time

import pytest
import torch
from torch import nn

from cam_tutorial import exercises
from cam_tutorial.exercises import sandbox
from cam_tutorial.exercises.exercise import exercise
from cam_tutorial.exercises.judge import judge

CAM = exercises.find("2.1")
IOU = exercises.find("2.5")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(exercises, "_states", {})


@pytest.fixture
def shown(monkeypatch) -> list[str]:
    """What is put out, as plain text."""
    texts: list[str] = []
    monkeypatch.setattr(exercises, "show", lambda one: texts.append(repr(one)))
    return texts


# --- right answers, however they are written --------------------------------------------------------------------------


def with_loops(features, weights, class_index):
    result = torch.zeros(features.shape[1], features.shape[2])
    for i in range(features.shape[1]):
        for j in range(features.shape[2]):
            result[i, j] = sum(weights[class_index, k] * features[k, i, j] for k in range(len(features)))
    return result


def with_einsum(features, weights, class_index):
    return torch.einsum("k,kij->ij", weights[class_index], features)


def with_matmul(features, weights, class_index):
    return (weights[class_index] @ features.flatten(1)).view(features.shape[1:])


def in_place_on_a_copy(features, weights, class_index):
    return features.clone().mul_(weights[class_index].view(-1, 1, 1)).sum(0)


def in_float64(features, weights, class_index):
    return with_einsum(features.double(), weights.double(), class_index)


def with_a_gradient(features, weights, class_index):
    return with_einsum(features.requires_grad_(), weights, class_index)


def right_to_rounding(features, weights, class_index):
    return with_einsum(features, weights, class_index) * (1 + 3e-6)


@pytest.mark.parametrize(
    "attempt",
    [with_loops, with_einsum, with_matmul, in_place_on_a_copy, in_float64, with_a_gradient, right_to_rounding],
)
def test_a_right_answer_passes_however_it_is_written(attempt, shown):
    assert exercises.check("2.1", attempt) is attempt
    right = "✓ 2.1 The class activation map: right. From here on the notebook uses your `my_class_activation_map`."
    note = " (It gives torch.float64, the tutorial's torch.float32: convert it if a later cell stumbles over that.)"
    assert shown == [right + note * (attempt is in_float64)]


def test_one_percent_off_is_not_rounding():
    verdict = judge(CAM, lambda features, weights, class_index: 1.01 * with_einsum(features, weights, class_index))
    assert verdict.state == "wrong" and "expected" in verdict.sentence


# --- wrong answers ---------------------------------------------------------------------------------------------------


def raises(features, weights, class_index):
    w = weights[class_index]
    return features * w  # the learner's line


def returns_nothing(features, weights, class_index):
    (weights[class_index][:, None, None] * features).sum(dim=0)


def returns_a_list(features, weights, class_index):
    return with_einsum(features, weights, class_index).tolist()


def returns_another_shape(features, weights, class_index):
    return with_einsum(features, weights, class_index)[None]


def returns_an_array(features, weights, class_index):
    return with_einsum(features, weights, class_index).numpy()


def changes_its_inputs(features, weights, class_index):
    features *= weights[class_index].view(-1, 1, 1)
    return features.sum(0)


def exits(features, weights, class_index):
    sys.exit(3)


def interrupts(features, weights, class_index):
    raise KeyboardInterrupt


def recurses(features, weights, class_index):
    return recurses(features, weights, class_index)


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (raises, "stops with an error: RuntimeError: The size of tensor a"),
        (returns_nothing, "The result is None: is there a `return`?"),
        (returns_a_list, "The result is a list, expected a tensor of shape (4, 5)."),
        (returns_another_shape, "The result has the shape (1, 4, 5), expected (4, 5)."),
        (returns_an_array, "The result is a NumPy array, expected a tensor of shape (4, 5)."),
        (changes_its_inputs, "writes into its argument features: compute a new tensor, or work on features.clone()."),
        (exits, "stops with an error: SystemExit: 3."),
        (interrupts, "stops with an error: KeyboardInterrupt."),
        (recurses, "stops with an error: RecursionError: maximum recursion depth exceeded"),
        (lambda features: features, "takes (features), and is called with (features, weights, class_index)"),
        (torch.zeros(3), "is a Tensor: pass the function itself, without calling it."),
        (None, "is None: pass the function itself, without calling it."),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_wrong_answer_gets_one_sentence_and_the_notebook_goes_on(attempt, sentence, shown, monkeypatch):
    monkeypatch.setattr(CAM, "picture", None)
    with_tutorials = exercises.check("2.1", attempt)
    assert with_tutorials is CAM.solution
    assert len(shown) == 1 and shown[0].startswith("✗ 2.1 The class activation map: not right yet. ")
    said = shown[0].splitlines()[0]
    assert sentence in said and said.endswith("The notebook goes on with the tutorial's `my_class_activation_map`.")


def test_the_traceback_is_one_line_and_it_is_the_learners():
    verdict = judge(CAM, raises)
    line = raises.__code__.co_firstlineno + 2
    assert verdict.detail.splitlines() == [
        f"line {line}: return features * w  # the learner's line",
        "called with features (3, 4, 5), weights (7, 3), class_index 2",
    ]


def test_the_first_number_that_differs_is_shown():
    def attempt(features, weights, class_index):
        result = with_einsum(features, weights, class_index)
        result[1, 2] = 7
        return result

    features, weights, class_index = CAM.cases(torch.Generator().manual_seed(0))[0]
    expected = with_loops(features, weights, class_index)[1, 2].item()
    assert judge(CAM, attempt).sentence == f"The result[1, 2] is 7, expected {expected:.5g}."


def endless(a, b):
    while True:
        pass


def endless_and_stubborn(a, b):
    while True:
        try:  # noqa: SIM105  (what learners write)
            time.sleep(0.001)
        except:  # noqa: E722
            pass


@pytest.mark.parametrize("attempt", [endless, endless_and_stubborn])
def test_an_endless_loop_is_stopped(attempt, monkeypatch):
    monkeypatch.setattr(IOU, "seconds", 0.5)
    start = time.monotonic()
    verdict = judge(IOU, attempt)
    assert verdict.state == "wrong" and "not finished after 0.5 seconds" in verdict.sentence
    assert time.monotonic() - start < 5
    if attempt is endless:
        assert "and was stopped: is there a loop without an end?" in verdict.sentence
        assert verdict.detail.startswith("it was in line ") and verdict.detail.endswith(
            "called with a (0, 0, 4, 4), b (2, 0, 6, 4)"
        )


def test_a_flood_of_print_is_dammed(capsys):
    def attempt(a, b):
        print("x" * 1_000_000)
        return IOU.solution(a, b)

    verdict = judge(IOU, attempt)
    assert verdict.state == "solved" and len(verdict.printed) < 600
    assert verdict.printed.endswith(f"letters in all; the first {sandbox.KEPT} are shown)")
    assert capsys.readouterr().out == ""
    print("and the standard output is back")
    assert capsys.readouterr().out == "and the standard output is back\n"


def test_what_little_is_printed_is_shown_whole():
    def attempt(a, b):
        print("a is", a) if a == (1, 2, 8, 5) else None
        return IOU.solution(a, b)

    assert judge(IOU, attempt).printed == "a is (1, 2, 8, 5)"


def test_the_global_random_state_is_left_alone():
    before = torch.get_rng_state()
    judge(CAM, lambda *_: torch.randn(4, 5))
    assert torch.equal(torch.get_rng_state(), before)


# --- what an attempt does to a network -------------------------------------------------------------------------------


def step_on_toes(network, what):
    layer = network[0]
    if what == "hooks":
        layer.register_forward_hook(lambda *_: None)
    elif what == "training mode":
        network.train()
    elif what == ".grad":
        network(torch.ones(1, 2)).sum().backward()
    elif what == "requires_grad":
        layer.weight.requires_grad_(False)
    elif what == "weights":
        with torch.no_grad():
            layer.weight += 1


@pytest.mark.parametrize("what", ["hooks", "training mode", ".grad", "requires_grad", "weights"])
def test_what_is_left_behind_on_a_network_is_noticed(what, monkeypatch):
    monkeypatch.setattr(sys.modules["cam_tutorial.exercises.exercise"], "_known", {})

    @exercise(
        "9.1", "Nothing", minutes=1, difficulty=1, hints=["Do nothing.", "At all."],
        cases=lambda generator: [(nn.Sequential(nn.Linear(2, 1)).eval(),)],
    )  # fmt: skip
    def my_nothing(network):
        return len(network)

    def attempt(network):
        step_on_toes(network, what)
        return len(network)

    verdict = judge(my_nothing, attempt)
    assert verdict.state == "wrong" and verdict.sentence.startswith("The result is right, but my_nothing ")
    assert {"training mode": "mode (train or eval)", "hooks": "a hook"}.get(what, what) in verdict.sentence


def test_broken_code_is_not_attempted_until_it_is_changed(monkeypatch):
    monkeypatch.setattr(sys.modules["cam_tutorial.exercises.exercise"], "_known", {})

    @exercise(
        "9.1", "A broken mean", minutes=1, difficulty=1, hints=["Divide.", "By what?"],
        cases=lambda generator: [(torch.rand(3, generator=generator),)],
    )  # fmt: skip
    def my_mean(x):
        return sum(v for v in x) / len(x)

    @my_mean.broken("You forgot to divide.")
    def a_sum(x):
        return sum(v for v in x)

    assert my_mean.stub() == "def my_mean(x):\n    return sum(v for v in x)"
    names: dict = {}
    exec("\n\n" + my_mean.stub(), names)  # as in a cell: on other lines
    assert judge(my_mean, names["my_mean"]).state == "not attempted"
    assert judge(my_mean, lambda x: x.sum()).sentence == "You forgot to divide."
    assert judge(my_mean, lambda x: x.mean()).state == "solved"

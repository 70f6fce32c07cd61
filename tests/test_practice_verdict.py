"""The checker itself: whatever an attempt does, the notebook lives, and one sentence says what to change."""

import re
import sys
import time

import pytest
import torch
from patience import PATIENCE
from torch import nn

from cam_tutorial import exercises
from cam_tutorial.practice import run
from cam_tutorial.practice.exercise import exercise
from cam_tutorial.practice.verdict import judge

CAM = exercises.find("2.1")
IOU = exercises.find("2.5")


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
    return with_einsum(features.clone().requires_grad_(), weights, class_index)


def right_to_rounding(features, weights, class_index):
    return with_einsum(features, weights, class_index) * (1 + 3e-6)


@pytest.mark.parametrize(
    "attempt",
    [with_loops, with_einsum, with_matmul, in_place_on_a_copy, in_float64, with_a_gradient, right_to_rounding],
)
def test_a_right_answer_passes_however_it_is_written(attempt, shown):
    assert exercises.check("2.1", attempt) is attempt
    right = "✓ 2.1 The class activation map: right. From here on the notebook uses your `my_class_activation_map`."
    note = " (It gives float64, the tutorial's float32: convert it if a later cell stumbles over that.)"
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
        (returns_nothing, "Your function gives back None: it needs a `return` with the result"),
        (returns_a_list, "The result is a list of 4. Asked for is a tensor: `torch.stack(...)` makes one"),
        (returns_another_shape, "The numbers are right, but a dimension of size 1 is left over"),
        (returns_an_array, "The result is a NumPy array with the right numbers. Asked for is a tensor"),
        (changes_its_inputs, "writes into its argument features: compute a new tensor, or work on features.clone()."),
        (exits, "stops with an error: SystemExit: 3."),
        (interrupts, "stops with an error: KeyboardInterrupt."),
        (recurses, "stops with an error: RecursionError: maximum recursion depth exceeded"),
        (lambda features: features, "takes (features), and is called with (features, weights, class_index)"),
        (torch.zeros(3), "is a tensor of shape (3,): pass the function itself, without calling it."),
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


def test_a_slow_machine_gets_more_time(monkeypatch):
    """What takes longer than the limit on a machine five times slower than usual is not taken for an endless loop."""
    monkeypatch.setattr(IOU, "seconds", 0.2)
    asked = []

    def slow(a, b):
        if not asked:
            time.sleep(0.5)
        asked.append(a)
        return IOU.solution(a, b)

    monkeypatch.setattr(run, "slowness", lambda: 1)
    assert "not finished after 0.2 seconds" in judge(IOU, slow).sentence
    asked.clear()
    monkeypatch.setattr(run, "slowness", lambda: PATIENCE)
    assert judge(IOU, slow).state == "solved"


@pytest.mark.parametrize("attempt", [endless, endless_and_stubborn])
def test_an_endless_loop_is_stopped(attempt, monkeypatch):
    monkeypatch.setattr(IOU, "seconds", 0.5)
    start = time.monotonic()
    verdict = judge(IOU, attempt)
    assert verdict.state == "wrong" and re.search(r"not finished after \d+(\.5)? seconds", verdict.sentence)
    assert time.monotonic() - start < PATIENCE / 4
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
    assert verdict.printed.endswith(f"letters in all; the first {run.KEPT} are shown)")
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


# --- what is asked to do without --------------------------------------------------------------------------------------


@pytest.fixture
def without_mean():
    @exercise(
        "9.1", "A mean, by hand", minutes=1, difficulty=1, hints=["Add up.", "Divide."],
        cases=lambda generator: [(torch.rand(3, generator=generator),), (torch.rand(4, generator=generator),)],
        forbids={"mean": "Write it without `mean`."},
    )  # fmt: skip
    def my_mean(x):
        return x.sum() / len(x)

    return my_mean


def average(x):
    return x.mean()


@pytest.mark.parametrize(
    "attempt", [lambda x: x.mean(), lambda x: torch.mean(x), lambda x: (lambda y: y.mean())(x), lambda x: average(x)]
)
def test_a_right_answer_by_a_forbidden_way_gets_the_sentence(without_mean, attempt):
    verdict = judge(without_mean, attempt)
    assert (verdict.state, verdict.sentence, verdict.basis) == ("wrong", "Write it without `mean`.", "forbidden")


def test_the_word_in_a_comment_or_in_a_name_of_ones_own_does_no_harm(without_mean):
    def attempt(x):
        """the mean"""
        mean_of_x = x.sum() / len(x)  # mean
        return mean_of_x

    assert judge(without_mean, attempt).state == "solved"


# --- a mistake that fails, and one that fits only where both give numbers ---------------------------------------------


@pytest.fixture
def row():
    @exercise(
        "9.1", "A row", minutes=1, difficulty=1, hints=["Index.", "Once."],
        cases=lambda generator: [
            (torch.rand(*shape, generator=generator), index) for shape, index in (((3, 3), 1), ((4, 4), 2), ((4, 2), 3))
        ],
    )  # fmt: skip
    def my_row(matrix, index):
        return matrix[index]

    @my_row.mistake("That is a column.")
    def column(matrix, index):
        return matrix[:, index]

    @my_row.mistake("You call it.", raises=TypeError)
    def called(matrix, index):
        return matrix(index)

    @my_row.mistake("A row of that name there is not.")
    def named(matrix, index):
        return matrix["row"]

    return my_row


def column_where_there_is_one(matrix, index):
    return matrix[:, min(index, matrix.shape[1] - 1)]


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (lambda matrix, index: matrix.T[index], "That is a column."),  # it fails in the third call, with the same words
        (column_where_there_is_one, "That is a column."),  # it does not fail there: the two others decide
        (lambda matrix, index: len(index), "You call it."),  # other words, and the declared type
        (lambda matrix, index: matrix["line"], "A row of that name there is not."),  # the same words, but for the name
    ],
)
def test_mistakes_that_fail_are_recognized(row, attempt, sentence):
    assert judge(row, attempt).sentence == sentence


def test_another_error_is_not_taken_for_a_known_one(row):
    verdict = judge(row, lambda matrix, index: [][index])
    assert (
        verdict.basis == "error" and "IndexError" in verdict.sentence and "There are fewer entries" in verdict.sentence
    )


# --- the checker never raises, whatever comes -------------------------------------------------------------------------


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("not even this")


class Odd:
    def __eq__(self, other):
        raise ValueError("not to be compared")

    def __repr__(self):
        raise ValueError("not to be shown")


def raises_the_unspeakable(a, b):
    raise Unspeakable


async def asynchronous(a, b):
    return 1.0


def generates(a, b):
    yield 1.0


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (raises_the_unspeakable, "Unspeakable: (its message cannot be shown)"),
        (asynchronous, "is an `async` function"),
        (generates, "hands out a generator: write `return` where `yield` stands"),
        (lambda a, b: Odd(), ""),
        (lambda a, b: torch.ones(2).to_sparse(), "one number is asked for"),
        (lambda a, b: torch.ones((), device="meta"), ""),
        (lambda a, b: IOU.solution, "is a function, not what it gives"),
        (lambda a, b: 1j, "Asked for is a number"),
        (type("Callable", (), {"__call__": lambda self: 3})(), "takes (nothing), and is called with (a, b)"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_check_never_raises(attempt, said, shown):
    assert exercises.check("2.5", attempt) is IOU.solution
    assert len(shown) == 1 and shown[0].startswith("✗ 2.5 ") and said in shown[0]


def test_integers_come_out_as_integers(shown):
    box = exercises.find("2.4")

    def in_tensors(map_, threshold):
        return torch.tensor(box.solution(map_, threshold))

    mine = exercises.check("2.4", in_tensors)
    assert shown[0].endswith("(It gives other types of numbers than Python's own: the notebook converts them.)")
    case = box.cases(torch.Generator().manual_seed(0))[0]
    assert mine(*case) == box.solution(*case) and [type(edge) for edge in mine(*case)] == [int] * 4


# --- what an attempt does to a network -------------------------------------------------------------------------------


def step_on_toes(network, what):
    layer = network[0]
    if what == "hooks":
        layer.register_forward_pre_hook(lambda *_: None)
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
def test_what_is_left_behind_on_a_network_is_noticed(what):
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


def test_broken_code_is_not_attempted_until_it_is_changed():
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


def requires_a_gradient(images, kept):
    images.requires_grad_()


def fills_the_gradient(images, kept):
    images.requires_grad_()
    images.square().sum().backward()
    images.requires_grad_(False)


def writes(images, kept):
    images += 1


def changes_what_is_kept(images, kept):
    kept["A"] *= 2


def adds_an_entry(images, kept):
    kept["B"] = 1


def switches_gradients_off(images, kept):
    torch.set_grad_enabled(False)


def takes_a_core_away(images, kept):
    torch.set_num_threads(torch.get_num_threads() + 1)


def sets_the_default(images, kept):
    torch.set_default_dtype(torch.float64)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (requires_a_gradient, "leaves images with another requires_grad than before"),
        (fills_the_gradient, "leaves a .grad on its argument images"),
        (writes, "writes into its argument images"),
        (changes_what_is_kept, "writes into its argument kept"),
        (adds_an_entry, "changes its argument kept"),
        (takes_a_core_away, "changes PyTorch's number of threads for the whole notebook"),
        (switches_gradients_off, "switches gradients off for the whole notebook"),
        (sets_the_default, "changes PyTorch's default dtype for the whole notebook"),
    ],
)
def test_what_is_done_to_the_arguments_and_to_pytorch_is_noticed_and_undone(step, said):
    @exercise(
        "9.1", "Two", minutes=1, difficulty=1, hints=["Two.", "2."],
        cases=lambda generator: [(torch.rand(2, 3, generator=generator), {"A": torch.ones(2)})],
    )  # fmt: skip
    def my_two(images, kept):
        return 2

    def attempt(images, kept):
        step(images, kept)
        return 2

    threads = torch.get_num_threads()
    verdict = judge(my_two, attempt)
    assert torch.get_num_threads() == threads
    assert verdict.basis == "side effect" and said in verdict.sentence
    assert torch.get_default_dtype() == torch.float32


def test_a_wrong_value_comes_before_something_that_was_changed_beside_a_right_one():
    @exercise(
        "9.1", "Twice", minutes=1, difficulty=1, hints=["Two.", "2."],
        cases=lambda generator: [(torch.ones(2),), (torch.ones(3) + 1,), (torch.ones(1) + 2,)],
    )  # fmt: skip
    def my_twice(x):
        return 2 * x

    def attempt(x):
        x *= 2  # right for the first call, but for what it does to its argument
        return x if len(x) == 2 else x.sin()

    verdict = judge(my_twice, attempt)
    assert verdict.state == "wrong" and verdict.basis != "side effect" and "expected" in verdict.sentence

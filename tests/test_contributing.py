"""The example in CONTRIBUTING.md is complete, and works."""

import re
import types

import pytest

from cam_tutorial.practice.verdict import judge


@pytest.fixture
def example(root, tmp_path):
    """The exercise that CONTRIBUTING.md shows, from a module of its own."""
    (code,) = re.findall(r"```python\n(.*?)```", (root / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "e9_the_brightest_map.py"
    file.write_text(code, encoding="utf-8")
    module = types.ModuleType("e9_the_brightest_map")
    exec(compile(code, str(file), "exec"), vars(module))
    return module.my_brightest_map


def test_its_solution_passes_and_its_mistakes_are_told_apart(example):
    assert judge(example, lambda features: example.solution(features)).state == "solved"
    assert len(example.mistakes) == 3
    for mistake in example.mistakes:
        assert judge(example, mistake.version).sentence == mistake.sentence


def test_its_stub_is_what_the_text_says(example):
    assert example.stub().splitlines()[0] == "def my_brightest_map(features):"
    names: dict = {}
    exec(example.stub(), names)
    assert judge(example, names["my_brightest_map"]).state == "not attempted"


def test_an_attempt_that_is_right_for_the_first_image_only_is_not(example):
    verdict = judge(example, lambda features: example.solution(features[:1]).expand(len(features)))
    assert verdict.state == "wrong" and "right for the first one" in verdict.sentence

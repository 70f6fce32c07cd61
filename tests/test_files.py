"""A file is written whole or not at all."""

import pytest

from cam_tutorial.files import whole


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "map.png"
    path.write_text("old")
    with whole(path) as unfinished:
        assert unfinished.suffix == ".png" and unfinished.parent == tmp_path
        unfinished.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and [*tmp_path.iterdir()] == [path]
    assert path.stat().st_mode & 0o777 == 0o644


def test_an_interruption_leaves_the_old_one(tmp_path):
    path = tmp_path / "map.png"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), whole(path) as unfinished:
        unfinished.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and [*tmp_path.iterdir()] == [path]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"), whole(tmp_path / "nowhere" / "map.png"):
        pass

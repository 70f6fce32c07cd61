"""Figures: described, reproducible, and drawn to the right scale."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from cam_tutorial import blend, plot

GRAY = torch.full((3, 4, 4), 0.5)
ALT = "A sentence that says what is to be seen."


@pytest.fixture
def shown(monkeypatch):
    """What would go to the notebook: the data of each output."""
    outputs = []
    monkeypatch.setattr(plot, "display", lambda data, raw: outputs.append(data))
    return outputs


def picture(data):
    """The picture in an output."""
    code = re.search(r'src="data:image/webp;base64,([^"]+)"', data["text/html"])[1]
    return Image.open(io.BytesIO(base64.b64decode(code)))


@pytest.fixture
def drawn(monkeypatch):
    """Call `panels` and get the figure that it would show."""
    figures = []
    monkeypatch.setattr(plot, "show", lambda figure, alt, caption: figures.append(figure))

    def draw(*arguments, **keywords):
        plot.panels(*arguments, alt=ALT, **keywords)
        return figures[-1]

    return draw


def inches(axes):
    """Left, top, width and height of a panel; the top counted from the figure's."""
    box, (across, up) = axes.get_position(), axes.figure.get_size_inches()
    return tuple(round(x, 6) for x in (box.x0 * across, (1 - box.y1) * up, box.width * across, box.height * up))


def pixels(axes):
    (image,) = axes.get_images()
    return image.get_array()


def test_a_figure_carries_its_description_in_the_page_and_in_plain_text(shown):
    plot.show(np.zeros((5, 5, 3), np.uint8), alt='It says "a < b".')
    (output,) = shown
    assert output["text/plain"] == 'It says "a < b".'
    assert 'alt="It says &quot;a &lt; b&quot;."' in output["text/html"]
    assert picture(output).size == (5, 5)


def test_a_caption_is_for_everybody(shown):
    plot.show(np.zeros((5, 5, 3), np.uint8), alt=ALT, caption="The map $M_c$.")
    assert f'alt="{ALT}"' in shown[0]["text/html"]
    assert shown[1] == {"text/markdown": "The map $M_c$.", "text/plain": "The map $M_c$."}


def test_a_figure_has_no_ground_and_twice_the_pixels_that_it_takes_on_the_page(shown):
    figure, axes = plot.figure(4, 2)
    axes.bar([0, 1], [1, 2])
    plot.show(figure, alt=ALT)
    width = int(re.search(r'width="(\d+)"', shown[0]["text/html"])[1])
    found = picture(shown[0]).convert("RGBA")
    assert found.width == pytest.approx(2 * width, abs=1) and width == pytest.approx(4 * plot.INCH, abs=14)
    assert found.getpixel((3, 3))[3] == 0 and np.asarray(found)[..., 3].max() == 255


@pytest.mark.parametrize("page", [(255, 255, 255), (17, 17, 17)], ids=["light", "dark"])
def test_what_is_written_can_be_read_on_light_and_on_dark_pages(page):
    """Contrast as WCAG 2 reckons it: 4.3 for words, 3 for what is drawn."""

    def luminance(color):
        c = np.asarray(color) / 255
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    def contrast(color):
        low, high = sorted((luminance(page), luminance([int(color[i : i + 2], 16) for i in (1, 3, 5)])))
        return (high + 0.05) / (low + 0.05)

    assert contrast(plot.INK) > 4.3
    drawn = [plot.ACCENT, plot.FOR, plot.AGAINST, *plot.STYLE["axes.prop_cycle"].by_key()["color"]]
    assert min(map(contrast, drawn)) > 3


@pytest.mark.parametrize("alt", ["", "   ", "figure 1"])
def test_a_figure_without_a_description_is_refused(alt):
    with pytest.raises(ValueError, match="alt must say what the figure shows"):
        plot.show(np.zeros((5, 5, 3), np.uint8), alt=alt)


def test_the_same_figure_gives_the_same_bytes(shown):
    for _ in range(2):
        plot.panels([GRAY, GRAY], [None, torch.eye(4)], titles=["a", "b"], alt=ALT)
    assert shown[0] == shown[1]


def test_a_png_keeps_every_level():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None].repeat(3, axis=2)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(plot.png(levels)))), levels)


@pytest.mark.parametrize(
    ("count", "columns", "grid"), [(7, 3, (3, 3)), (2, 5, (2, 1)), (9, None, (4, 3)), (8, None, (4, 2)), (8, 8, (8, 1))]
)
def test_panels_fill_rows_from_left_to_right(count, columns, grid, drawn):
    figure = drawn([GRAY] * count, columns=columns, width=0.5)
    places = [inches(axes)[:2] for axes in figure.axes]
    assert len(places) == count and places == sorted(places, key=lambda place: (place[1], place[0]))
    lefts, tops = ({place[i] for place in places} for i in (0, 1))
    assert (len(lefts), len(tops)) == grid
    assert sorted(lefts) == pytest.approx([(0.5 + plot.GAP) * column for column in range(grid[0])])


def test_a_panel_has_the_width_asked_for_and_the_shape_of_its_picture(drawn):
    wide = torch.zeros(3, 10, 40)
    assert inches(drawn([wide, wide], width=2.0).axes[1])[2:] == (2.0, 0.5)
    assert inches(drawn(heatmaps=[torch.zeros(6, 3)], width=1.0).axes[0])[2:] == (1.0, 2.0)
    for count in (1, 5, 8):
        figure = drawn([wide] * count)
        left, _, width, _ = inches(figure.axes[-1])
        assert left + width <= plot.FULL_WIDTH and 200 / plot.INCH <= width <= plot.LARGEST


def test_each_panel_has_its_title_and_a_line_more_needs_more_room(drawn):
    low = drawn([GRAY] * 3, titles=["a", "", "c"])
    high = drawn([GRAY] * 3, titles=["a", "", "two\nlines"])
    assert [axes.get_title() for axes in low.axes] == ["a", "", "c"]
    assert inches(high.axes[0])[1] > inches(low.axes[0])[1] > inches(drawn([GRAY] * 3).axes[0])[1]


def test_an_image_without_a_map_stays_and_one_with_a_map_is_blended(drawn):
    image, heatmap = torch.rand(3, 8, 8), torch.rand(2, 2)
    plain, glowing, signed = drawn([image] * 2, [None, heatmap]).axes + drawn([image], [heatmap], signed=True).axes
    assert np.array_equal(pixels(plain), image.permute(1, 2, 0))
    assert np.array_equal(pixels(glowing), blend(image, heatmap))
    assert np.array_equal(pixels(signed), blend(image, heatmap, signed=True))
    (limited,) = drawn([image], [heatmap], limit=3).axes
    assert np.array_equal(pixels(limited), blend(image, heatmap, limit=3))


def test_pictures_may_be_arrays_of_bytes(drawn):
    image = np.arange(96, dtype=np.uint8).reshape(4, 8, 3)
    (axes,) = drawn([image]).axes
    assert np.allclose(pixels(axes), image / 255)


@pytest.mark.parametrize(
    ("keywords", "ends", "colors"),
    [
        ({}, [(0, 4), (0, 2)], plot.MAGNITUDE),
        ({"signed": True}, [(-5, 5), (-2, 2)], plot.SIGNED),
        ({"limit": 7}, [(0, 7), (0, 7)], plot.MAGNITUDE),
        ({"signed": True, "limit": 7}, [(-7, 7), (-7, 7)], plot.SIGNED),
        ({"limit": 0}, [(0, 1), (0, 1)], plot.MAGNITUDE),
    ],
)
def test_maps_alone_keep_their_cells_and_share_a_limit_if_there_is_one(keywords, ends, colors, drawn):
    maps = torch.tensor([[[0.0, 4.0], [-5.0, 1.0]], [[0.0, 2.0], [1.0, 0.0]]])
    figure = drawn(heatmaps=maps, **keywords)
    for axes, heatmap, end in zip(figure.axes, maps, ends, strict=True):
        (image,) = axes.get_images()
        assert np.array_equal(image.get_array(), heatmap) and image.get_clim() == end
        assert image.get_cmap().name == colors


def test_numbers_stand_in_their_cells_and_can_be_read(drawn):
    heatmap = torch.tensor([[0.0, 0.25, 8.0]])
    (axes,) = drawn(heatmaps=[heatmap], numbers=True).axes
    assert [(text.get_text(), text.get_position(), text.get_color()) for text in axes.texts] == [
        ("0", (0, 0), "white"),
        ("0.25", (1, 0), "white"),
        ("8", (2, 0), plot.DARK),
    ]
    (axes,) = drawn(heatmaps=[heatmap.mT], numbers=".1f", signed=True).axes
    assert [(text.get_text(), text.get_position(), text.get_color()) for text in axes.texts] == [
        ("0.0", (0, 0), plot.DARK),
        ("0.2", (0, 1), plot.DARK),
        ("8.0", (0, 2), "white"),
    ]
    assert not drawn(heatmaps=[heatmap]).axes[0].texts
    (axes,) = drawn(heatmaps=[torch.tensor([[-0.2, 1.0]])], numbers=".0f").axes
    assert axes.texts[0].get_text() == "0"  # and not "-0"


def test_a_box_surrounds_its_pixels(shown):
    """In the drawn picture: black is the panel, and the box runs around columns 5 to 14 and rows 2 to 7."""
    plot.panels([torch.zeros(3, 10, 20)], boxes=[(5, 2, 15, 8)], width=2.0, alt=ALT)
    seen = np.asarray(picture(shown[0]).convert("RGBA")).astype(int)
    accent = np.abs(seen[..., :3] - [209, 73, 91]).max(axis=2) < 30
    black = (seen[..., :3] < 12).all(axis=2) & (seen[..., 3] > 250)
    for axis, size, first, last in ((0, 20, 5, 15), (1, 10, 2, 8)):
        start, *_, end = black.any(axis=axis).nonzero()[0]
        low, *_, high = accent.any(axis=axis).nonzero()[0]
        cell = (end + 1 - start) / size
        assert (low - start) / cell == pytest.approx(first, abs=0.15)
        assert (high + 1 - start) / cell == pytest.approx(last, abs=0.15)


def test_each_panel_has_its_own_boxes(drawn):
    boxes = [None, (1, 0, 3, 2), [(0, 0, 1, 1), (2, 1, 4, 4)], torch.tensor([0, 1, 2, 3]), []]
    figure = drawn([GRAY] * 5, boxes=boxes)
    found = [[patch.get_bbox().extents.tolist() for patch in axes.patches[::2]] for axes in figure.axes]
    assert found == [  # half a pixel less, as pixel 0 is drawn from -0.5 to 0.5
        [],
        [[0.5, -0.5, 2.5, 1.5]],
        [[-0.5, -0.5, 0.5, 0.5], [1.5, 0.5, 3.5, 3.5]],
        [[-0.5, 0.5, 1.5, 2.5]],
        [],
    ]


@pytest.mark.parametrize(("signed", "ends"), [(False, (0, 3)), (True, (-3, 3))])
def test_a_color_bar_says_what_the_colors_of_the_panels_mean(signed, ends, drawn):
    figure = drawn(heatmaps=[torch.eye(2)] * 3, signed=signed, limit=3, colorbar="evidence", columns=2)
    *panels, bar = figure.axes
    assert bar.get_ylim() == ends and bar.get_ylabel() == "evidence" and len(panels) == 3
    assert {image.get_clim() for axes in panels for image in axes.get_images()} == {ends}
    colors = {image.get_cmap().name for axes in panels for image in axes.get_images()}
    assert {mesh.get_cmap().name for mesh in bar.collections if mesh.get_array() is not None} == colors
    assert inches(bar)[0] > max(inches(axes)[0] + inches(axes)[2] for axes in panels)
    assert inches(bar)[1::2] == inches(panels[0])[1::2]


@pytest.mark.parametrize(
    ("arguments", "keywords", "sentence"),
    [
        ([], {}, "there is nothing to draw: give at least one image or one heatmap, got none"),
        ([[]], {}, "there is nothing to draw"),
        ([None, []], {}, "there is nothing to draw"),
        ([[GRAY] * 2, [None]], {}, "heatmaps must be as many as the panels, 2, got 1"),
        ([[GRAY]], {"titles": ["a", "b"]}, "titles must be as many as the panels, 1, got 2"),
        ([[GRAY] * 3], {"boxes": [None]}, "boxes must be as many as the panels, 3, got 1"),
        (
            [[GRAY]],
            {"boxes": [(1, 2, 3)]},
            r"a box must be \(left, top, right, bottom\), or a list of such, got \(1, 2, 3\)",
        ),
        ([[GRAY]], {"columns": 0}, "columns must be 1 or more, got 0"),
        ([None, [torch.eye(2)]], {"colorbar": "score"}, "a color bar needs a limit"),
        ([[GRAY[None]]], {}, r"image must have the shape .* got \(1, 3, 4, 4\)"),
        ([None, torch.zeros(1, 1, 2, 2)], {}, r"heatmap must have the shape \(h, w\), got \(1, 2, 2\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(arguments, keywords, sentence):
    with pytest.raises(ValueError, match=sentence):
        plot.panels(*arguments, alt=ALT, **keywords)

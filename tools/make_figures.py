"""Draw the pictures of the README with the project itself.

python tools/make_figures.py
"""

from pathlib import Path

import numpy as np
from PIL import Image

from cam_tutorial import blend, cam, models, plot, zoo

FIGURES = Path(__file__).resolve().parent.parent / "figures"
SIZE, GAP = 240, 6  # pixels
SCENES = [(24, ["cat", "butterfly"]), (33, ["rabbit", "snail"])]


def hero() -> Path:
    """Two scenes of two animals, each followed by the map of either animal."""
    network = models.load("zoo-gap")
    tiles = []
    for seed, animals in SCENES:
        scene = zoo.scene(seed, animals)
        images = zoo.preprocess(scene.image).repeat(len(animals), 1, 1, 1)
        maps = cam(network, images, [animal.label for animal in scene.animals])
        sharp = zoo.scene(seed, animals, size=SIZE).image
        plain = np.asarray((sharp * 255).round().byte().permute(1, 2, 0))
        tiles += [plain, *(blend(sharp, heatmap) for heatmap in maps)]
    picture = Image.new("RGB", (3 * SIZE + 2 * GAP, 2 * SIZE + GAP), "white")
    for index, tile in enumerate(tiles):
        row, column = divmod(index, 3)
        picture.paste(Image.fromarray(tile), (column * (SIZE + GAP), row * (SIZE + GAP)))
    path = FIGURES / "hero.png"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(plot.png(picture))
    return path


if __name__ == "__main__":
    print(hero())

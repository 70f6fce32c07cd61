"""Exercise 9.1: from a box in the small picture to a square in the fine one.

A table of mistakes; each is one step done otherwise.
"""

from cam_tutorial.practice.exercise import exercise


def boxes(generator):
    """In the middle, wide and high, at each side and in the corners, too large; other scales, sizes and rims."""
    return [
        ((30, 40, 50, 52),),
        ((41, 20, 50, 60),),
        ((2, 30, 22, 50),),
        ((30, 1, 47, 22),),
        ((80, 40, 96, 60),),
        ((40, 70, 66, 95),),
        ((0, 0, 12, 30), 3, 288, 0.25),
        ((60, 84, 96, 96), 3, 288, 0.5),
        ((10, 20, 90, 60), 3, 288, 0.25),
        ((0, 0, 96, 96), 3, 288, 0.25),
        ((30, 40, 50, 52), 3, 288, 0.0),
        ((12, 20, 28, 26), 4, 256, 0.125),
        ((3, 50, 19, 60), 4, 256, 0.125),
        ((20, 11, 30, 27), 2, 100, 0.375),
        ((5, 9, 21, 14), 1, 64, 0.25),
        ((80, 40, 96, 60), 2, 288, 0.25),
        ((40.5, 30.25, 61.0, 50.75),),
    ]


@exercise(
    "9.1",
    "From a box to a square of the fine picture",
    minutes=8,
    difficulty=2,
    cases=boxes,
    hints=[
        "First put the box into the fine picture: each of its four numbers times `scale`.",
        "The side is the longer of width and height, and `rim` of it more at *either* end: times `1 + 2 * rim`. "
        "It cannot be more than `size`.",
        "Left is the box's middle minus half the side. `min(max(left, 0), size - side)` moves the square inside and "
        "keeps it as large as it is. Likewise top.",
    ],
)
def my_square(box, scale=3, size=288, rim=0.25):
    """(left, top, right, bottom), small picture -> the four of a square, fine picture

    The fine picture is `scale` times as large, `size` pixels wide and high. The square
    has the box's middle; its side is the box's longer side and `rim` of that more at
    either end, at most `size`. Where it sticks out, it is moved inside, not cut.
    """
    left, top, right, bottom = (scale * edge for edge in box)
    side = min((1 + 2 * rim) * max(right - left, bottom - top), size)
    x = min(max((left + right - side) / 2, 0), size - side)
    y = min(max((top + bottom - side) / 2, 0), size - side)
    return x, y, x + side, y + side


def longer(width, height):
    return max(width, height)


def rims(rim):
    return 1 + 2 * rim


def inside(start, side, size):
    return min(max(start, 0), size - side)


def square(box, scale, size, rim, *, long=longer, grown=rims, most=True, move=inside, from_middle=True):
    """The square, with some of its steps done otherwise."""
    left, top, right, bottom = (scale * edge for edge in box)
    side = grown(rim) * long(right - left, bottom - top)
    side = min(side, size) if most else side
    x, y = ((left + right - side) / 2, (top + bottom - side) / 2) if from_middle else (left, top)
    x, y = move(x, side, size), move(y, side, size)
    return x, y, x + side, y + side


def made(sentence, how, rim=0.25, scale=3, size=288):
    """A mistake: `how(box, scale, size, rim)`; the defaults are those of its signature."""
    defaults = scale, size, rim

    @my_square.mistake(sentence)
    def version(box, scale=defaults[0], size=defaults[1], rim=defaults[2]):
        return how(box, scale, size, rim)


def otherwise(sentence, **steps):
    made(sentence, lambda box, scale, size, rim: square(box, scale, size, rim, **steps))


def cut_off(box, scale, size, rim):
    left, top, right, bottom = (scale * edge for edge in box)
    side = (1 + 2 * rim) * max(right - left, bottom - top)
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    return max(x, 0), max(y, 0), min(x + side, size), min(y + side, size)


def each_side(box, scale, size, rim):
    left, top, right, bottom = (scale * edge for edge in box)
    more, higher = rim * (right - left), rim * (bottom - top)
    return max(left - more, 0), max(top - higher, 0), min(right + more, size), min(bottom + higher, size)


def rectangle(box, scale, size, rim):
    left, top, right, bottom = (scale * edge for edge in box)
    more = rim * max(right - left, bottom - top)
    return max(left - more, 0), max(top - more, 0), min(right + more, size), min(bottom + more, size)


def in_the_small_one(box, scale, size, rim):
    return square(box, 1, size / scale, rim)


def rim_in_pixels(box, scale, size, rim):
    left, top, right, bottom = (scale * edge for edge in box)
    side = min(max(right - left, bottom - top) + 2 * rim, size)
    x, y = inside((left + right - side) / 2, side, size), inside((top + bottom - side) / 2, side, size)
    return x, y, x + side, y + side


def with_its_size(box, scale, size, rim):
    left, top, right, bottom = square(box, scale, size, rim)
    return left, top, right - left, bottom - top


def rows_first(box, scale, size, rim):
    left, top, right, bottom = square(box, scale, size, rim)
    return top, left, bottom, right


def middle_and_side(box, scale, size, rim):
    left, top, right, bottom = square(box, scale, size, rim)
    return (left + right) / 2, (top + bottom) / 2, right - left


def middle_not_scaled(box, scale, size, rim):
    left, top, right, bottom = box
    side = min((1 + 2 * rim) * scale * max(right - left, bottom - top), size)
    x, y = inside((left + right - side) / 2, side, size), inside((top + bottom - side) / 2, side, size)
    return x, y, x + side, y + side


def side_not_scaled(box, scale, size, rim):
    left, top, right, bottom = box
    side = min((1 + 2 * rim) * max(right - left, bottom - top), size)
    x = inside(scale * (left + right) / 2 - side / 2, side, size)
    y = inside(scale * (top + bottom) / 2 - side / 2, side, size)
    return x, y, x + side, y + side


def rounded(box, scale, size, rim):
    return tuple(round(edge) for edge in square(box, scale, size, rim))


def whole(box, scale, size, rim):
    return tuple(int(edge) for edge in square(box, scale, size, rim))


made("Where the square sticks out, you cut it, so that it is no square any more. Move it: its side stays.", cut_off)
otherwise(
    "Where the square sticks out, you leave it outside the picture. Move it inside: `min(max(left, 0), size - side)`.",
    move=lambda start, side, size: start,
)
otherwise(
    "You move the square inside at the left and the top alone. At the right and the bottom it may stick out too: left "
    "is at most `size - side`.",
    move=lambda start, side, size: max(start, 0),
)
otherwise(
    "You move the square inside at the right and the bottom alone. At the left and the top it may stick out too: left "
    "is at least 0.",
    move=lambda start, side, size: min(start, size - side),
)
otherwise("The rim comes at either end: the side grows by `2 * rim`, not by `rim`.", grown=lambda rim: 1 + rim)
otherwise("The rim is missing: the side is `1 + 2 * rim` times the box's longer side.", grown=lambda rim: 1)
otherwise(
    "You multiply the side by `2 * rim`. The rim comes on top of the box's own side: times `1 + 2 * rim`.",
    grown=lambda rim: 2 * rim,
)
otherwise("You took the shorter side of the box, so that its ends are cut off: `max` of width and height.", long=min)
otherwise("You took the width whatever the height is: the longer of the two.", long=lambda width, height: width)
otherwise("You took the height whatever the width is: the longer of the two.", long=lambda width, height: height)
otherwise(
    "You took the mean of width and height: the longer of the two.", long=lambda width, height: (width + height) / 2
)
otherwise(
    "You took the square of equal area, the root of width times height. The side is the longer of the two.",
    long=lambda width, height: (width * height) ** 0.5,
)
otherwise("Your side can be more than the picture has: `min(side, size)`.", most=False)
otherwise(
    "Your square begins where the box begins. It has the box's middle: left is the middle minus half the side.",
    from_middle=False,
)
made("You gave no square: each side of the box has its own rim. Take the longer side for both.", each_side)
made(
    "You put the same rim around the box, which leaves a rectangle. Both sides are as long as the longer one.",
    rectangle,
)
made("Your square is one of the small picture: the box's four numbers times `scale` come first.", in_the_small_one)
made("You scaled the side and not the middle: all four numbers of the box times `scale`.", middle_not_scaled)
made("You scaled the middle and not the side: all four numbers of the box times `scale`.", side_not_scaled)
made("Your rim is in pixels. It is a share of the box's longer side: `rim * side` at either end.", rim_in_pixels)
made("You gave (left, top, width, height); asked for is (left, top, right, bottom).", with_its_size)
made("You gave (top, left, bottom, right); asked for is (left, top, right, bottom).", rows_first)
made("You gave the middle and the side; asked for is (left, top, right, bottom).", middle_and_side)
made("You rounded to whole pixels. Give the four numbers as they are; `birds.crop` rounds them.", rounded)
made("You cut off the fractions with `int`. Give the four numbers as they are; `birds.crop` rounds them.", whole)
made("Your rim is ¼ whatever comes in. Use the argument.", lambda box, scale, size, rim: square(box, scale, size, 0.25))
made("Your scale is 3 whatever comes in. Use the argument.", lambda box, scale, size, rim: square(box, 3, size, rim))
made(
    "Your picture has 288 pixels whatever comes in. Use `size`.",
    lambda box, scale, size, rim: square(box, scale, 288, rim),
)
made(
    "Your picture has 96 pixels times `scale` whatever comes in. Use `size`.",
    lambda box, scale, size, rim: square(box, scale, 96 * scale, rim),
)

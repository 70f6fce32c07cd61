"""Exercise 1.2: what a head costs.

A count is that of a linear layer with some number of inputs. So a slip is in the inputs of either head, or in how the
parameters of a layer are counted: a table each, with a line a slip, and what comes of them alone and together.
"""

from cam_tutorial.practice.exercise import exercise


def sizes_of_heads(_):
    """Each of K, H, W and C once 1, square maps, more classes than maps and fewer, and the zoo's own head."""
    return [
        (3, 4, 5, 6), (5, 2, 7, 3), (16, 9, 12, 8), (2, 6, 3, 10), (4, 6, 6, 5), (1, 4, 5, 3), (6, 1, 1, 4),
        (3, 1, 8, 2), (3, 7, 1, 5), (5, 3, 4, 1), (1, 1, 1, 1), (64, 12, 12, 8), (32, 7, 7, 100),
    ]  # fmt: skip


@exercise(
    "1.2",
    "What a head costs",
    minutes=5,
    difficulty=1,
    cases=sizes_of_heads,
    hints=[
        "A linear layer is all that either head has. What differs is how many numbers it gets.",
        "From n inputs to m outputs: n · m weights, and m biases. Here m is the number of classes.",
        "After flattening, n is K · H · W. After pooling, it is K.",
    ],
)
def my_head_parameters(K, H, W, C):
    """K maps of H × W, C classes -> (parameters of a flatten head, of a GAP head)"""
    flatten_head = K * H * W * C + C
    gap_head = K * C + C
    return flatten_head, gap_head


wrong = my_head_parameters.mistake


def flattened(K, H, W, C):
    return K * H * W


def pooled(K, H, W, C):
    return K


def linear(n, C):
    return n * C + C


# How a layer from n inputs to C classes is counted wrongly, in one head or in both.
COUNTS = {
    "the biases are missing. Each class has one: add C": lambda n, C: n * C,
    "you added one bias in all. Each output has one, and there are C of them": lambda n, C: n * C + 1,
    "you gave each input a bias. Biases belong to the outputs: add C, not the inputs": lambda n, C: n * C + n,
    "you left C out of the weights. Each class weighs each input by itself: inputs times C, plus C": lambda n, C: n + C,
    "you counted inputs, not parameters. Each class weighs each input by itself, and has a bias": lambda n, C: n,
    "the biases count twice. Each class has one bias: inputs times C, plus C, once": lambda n, C: n * C + 2 * C,
    "inputs *and* outputs have biases. The outputs alone have one each: add C": lambda n, C: n * C + n + C,
    "you subtracted the biases. They are parameters, too: add C": lambda n, C: n * C - C,
    "everything is multiplied by C once too often: inputs times C, plus C": lambda n, C: (n * C + C) * C,
    "there is an additional class. Inputs times C weights, plus C biases": lambda n, C: (n + 1) * (C + 1),
    "inputs and classes are added before they are multiplied. Inputs times C weights, plus C": lambda n, C: (n + C) * C,
    "you multiplied by the biases. They are added: inputs times C, plus C": lambda n, C: n * C * C,
}
# How many inputs a head's layer has.
FLATTEN_INPUTS = {
    "the positions are missing. Flattening keeps each of them, so the inputs are K · H · W": lambda K, H, W, C: K,
    "the maps are missing. All K of them go into the vector, so the inputs are K · H · W": lambda K, H, W, C: H * W,
    "you counted H · H positions. The maps are not always square: it is H · W": lambda K, H, W, C: K * H * H,
    "you counted W · W positions. The maps are not always square: it is H · W": lambda K, H, W, C: K * W * W,
    "you counted 144 positions, which is right for 12×12 only: it is H · W": lambda K, H, W, C: K * 144,
    "you counted H + W positions. H rows and W columns have H · W": lambda K, H, W, C: K * (H + W),
    "W is missing: the inputs are K · H · W": lambda K, H, W, C: K * H,
    "H is missing: the inputs are K · H · W": lambda K, H, W, C: K * W,
    "you added K to the positions. Each of the K maps has H · W of them: multiply": lambda K, H, W, C: K + H * W,
    "you added K, H and W. A stack of K maps of H rows and W columns has K · H · W numbers": lambda K, H, W, C: (
        K + H + W
    ),
}
GAP_INPUTS = {
    "the inputs are K · H · W. Pooling leaves one number a map, so they are K": lambda K, H, W, C: K * H * W,
    "the positions are kept and the maps pooled. It is the other way around: the inputs are K": lambda K, H, W, C: (
        H * W
    ),
    "there is one input for each class. One averaged map is one input: there are K": lambda K, H, W, C: C,
    "there is one input. Each of the K maps has an average of its own, so there are K": lambda K, H, W, C: 1,
    "the H rows are still there. Pooling averages rows and columns away: the inputs are K": lambda K, H, W, C: K * H,
    "the W columns are still there. Pooling averages rows and columns away: the inputs are K": lambda K, H, W, C: K * W,
}
# Other counts.
FLATTEN = {
    "each class has a bias at every position. It has one, wherever it looks: add C": (
        lambda K, H, W, C: K * H * W * C + H * W * C
    ),
    "each map has a bias. The classes have one each: add C, not K": lambda K, H, W, C: K * H * W * C + K,
    "each class has a bias for each map. It has one in all: add C": lambda K, H, W, C: K * H * W * C + K * C,
    "you counted a 3×3 convolution. Flattening keeps H · W positions of each map": lambda K, H, W, C: 9 * K * C + C,
    "maps *and* classes have biases. The classes alone have one each: add C": lambda K, H, W, C: K * H * W * C + C + K,
    "its count is divided by H · W. It has a weight for each position": lambda K, H, W, C: (
        (K * H * W * C + C) / (H * W)
    ),
    "each position has a bias. The classes have one each: add C": lambda K, H, W, C: K * H * W * C + H * W,
}
GAP = {
    "you counted none. Averaging has no parameters, but a linear layer follows, from K numbers to C": (
        lambda K, H, W, C: 0
    ),
    "you counted the biases alone. A linear layer has K · C weights as well": lambda K, H, W, C: C,
    "the flatten head's count is divided by H · W. That divides its C biases as well, and these stay": (
        lambda K, H, W, C: (K * H * W * C + C) / (H * W)
    ),
    "the flatten head's count is divided by H · W, with `//`. That divides its C biases as well, and these stay": (
        lambda K, H, W, C: (K * H * W * C + C) // (H * W)
    ),
    "the positions have biases. The classes have one each: add C": lambda K, H, W, C: K * C + H * W,
}


GAP_RIGHT = "The GAP head is right. In the flatten head {}."
FLATTEN_RIGHT = "The flatten head is right. In the GAP head {}."
BOTH = "In both heads {}."


def slip(sentence, flatten=flattened, gap=pooled, count=linear, count_gap=linear):
    """A mistake: the number of inputs of either head, and how the parameters of either are counted."""
    wrong(sentence)(lambda K, H, W, C: (count(flatten(K, H, W, C), C), count_gap(gap(K, H, W, C), C)))


for said, count in COUNTS.items():
    slip(BOTH.format(said), count=count, count_gap=count)
    slip(GAP_RIGHT.format(said), count=count)
    slip(FLATTEN_RIGHT.format(said), count_gap=count)
for said, inputs in FLATTEN_INPUTS.items():
    slip(GAP_RIGHT.format(said), flatten=inputs)
for said, inputs in GAP_INPUTS.items():
    slip(FLATTEN_RIGHT.format(said), gap=inputs)
# Likely ones together.
for counted, count in list(COUNTS.items())[:3]:
    for said, inputs in FLATTEN_INPUTS.items():
        slip(f"{BOTH.format(counted)} And the flatten head: {said}.", flatten=inputs, count=count, count_gap=count)
    for said, inputs in GAP_INPUTS.items():
        slip(f"{BOTH.format(counted)} And the GAP head: {said}.", gap=inputs, count=count, count_gap=count)
for counted, count in list(COUNTS.items())[:2]:
    for said, inputs in FLATTEN_INPUTS.items():
        slip(f"In the GAP head {counted}. And the flatten head: {said}.", flatten=inputs, count_gap=count)
    for said, inputs in GAP_INPUTS.items():
        slip(f"In the flatten head {counted}. And the GAP head: {said}.", gap=inputs, count=count)
for said, inputs in FLATTEN_INPUTS.items():
    for gap_said, gap_inputs in list(GAP_INPUTS.items())[:2]:
        if (inputs(2, 3, 5, 7), gap_inputs(2, 3, 5, 7)) != (2, 30):  # that is the right ones in the wrong order
            slip(f"The flatten head: {said}. The GAP head: {gap_said}.", flatten=inputs, gap=gap_inputs)

for said, other in FLATTEN.items():
    wrong(GAP_RIGHT.format(said))(lambda *sizes, other=other: (other(*sizes), my_head_parameters.solution(*sizes)[1]))
for said, other in GAP.items():
    wrong(FLATTEN_RIGHT.format(said))(
        lambda *sizes, other=other: (my_head_parameters.solution(*sizes)[0], other(*sizes))
    )


# The right counts, given otherwise.
def given(sentence, what):
    wrong(sentence)(lambda *sizes: what(*my_head_parameters.solution(*sizes)))


given("Both counts are right, in the wrong order: first the flatten head, then the GAP head.", lambda f, g: (g, f))
given(
    "That is how many times as many the flatten head has. Asked for are the two counts, flatten first.",
    lambda f, g: f / g,
)
given("That is a share of the flatten head's count. Asked for are the two counts, flatten first.", lambda f, g: g / f)
given("You gave the flatten head alone. Give both counts, the flatten head's and the GAP head's.", lambda f, g: f)
given("You gave the GAP head alone. Give both counts, the flatten head's and the GAP head's.", lambda f, g: g)
given("You added the two counts up. Give both, the flatten head's and then the GAP head's.", lambda f, g: f + g)
given("That is how many more the flatten head has. Give both counts, flatten first.", lambda f, g: f - g)
given("The two counts come first, as asked, and then a third value. Give the two alone.", lambda f, g: (f, g, f / g))
wrong(
    "The order is the wrong one, and the biases are missing: first the flatten head, then GAP's, each with C biases."
)(lambda K, H, W, C: (K * C, K * H * W * C))
given("You counted bytes, 4 for each parameter. Asked for are the parameters.", lambda f, g: (4 * f, 4 * g))
wrong("In both heads the maps have biases. The classes have one each: add C, not K.")(
    lambda K, H, W, C: (K * H * W * C + K, K * C + K)
)
wrong("These are the numbers of the zoo's heads, whatever comes in. Count with K, H, W and C.")(
    lambda K, H, W, C: (73_736, 520)
)

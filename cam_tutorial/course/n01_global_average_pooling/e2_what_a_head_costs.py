"""Exercise 1.2: what a head costs."""

from cam_tutorial.practice.exercise import exercise


def sizes_of_heads(_):
    return [(3, 4, 5, 6), (5, 2, 7, 3), (16, 9, 12, 8), (2, 6, 3, 10)]


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
    """K maps of H × W positions, C classes -> (parameters of a flatten head, parameters of a GAP head)"""
    flatten_head = K * H * W * C + C
    gap_head = K * C + C
    return flatten_head, gap_head


@my_head_parameters.mistake("You forgot the biases: each class has one, in both heads. Add C to each count.")
def no_biases(K, H, W, C):
    return K * H * W * C, K * C


@my_head_parameters.mistake(
    "The flatten head is right. In the GAP head you forgot the biases: it is a linear layer, too."
)
def no_bias_after_pooling(K, H, W, C):
    return K * H * W * C + C, K * C


@my_head_parameters.mistake(
    "The GAP head is right. In the flatten head you forgot the biases: it is a linear layer, too."
)
def no_bias_after_flattening(K, H, W, C):
    return K * H * W * C, K * C + C


@my_head_parameters.mistake("You added one bias in all. Each output has one, and there are C of them.")
def one_bias_in_all(K, H, W, C):
    return K * H * W * C + 1, K * C + 1


@my_head_parameters.mistake("You gave each input a bias. Biases belong to the outputs: add C, not the inputs.")
def biases_of_inputs(K, H, W, C):
    return K * H * W * C + K * H * W, K * C + K


@my_head_parameters.mistake(
    "Your flatten head costs as much as the GAP head. Flattening keeps every position, so its inputs are K · H · W."
)
def positions_forgotten(K, H, W, C):
    return K * C + C, K * C + C


@my_head_parameters.mistake(
    "Your GAP head costs as much as the flatten head. Pooling leaves one number a map, so its inputs are K."
)
def not_pooled(K, H, W, C):
    return K * H * W * C + C, K * H * W * C + C


@my_head_parameters.mistake("You counted H · H positions, and the maps are not always square: it is H · W.")
def square_by_height(K, H, W, C):
    return K * H * H * C + C, K * C + C


@my_head_parameters.mistake("You counted W · W positions, and the maps are not always square: it is H · W.")
def square_by_width(K, H, W, C):
    return K * W * W * C + C, K * C + C


@my_head_parameters.mistake(
    "You left the maps out of the flatten head. All K maps are written into the vector, so its inputs are K · H · W."
)
def maps_forgotten(K, H, W, C):
    return H * W * C + C, K * C + C


@my_head_parameters.mistake(
    "You pooled over the maps and kept the positions. GAP averages the positions away: its inputs are K, not H · W."
)
def positions_kept(K, H, W, C):
    return K * H * W * C + C, H * W * C + C


@my_head_parameters.mistake(
    "You counted inputs, not parameters. Each of the C classes weighs each input by itself, and has a bias."
)
def inputs_only(K, H, W, C):
    return K * H * W, K


@my_head_parameters.mistake(
    "You left C out of the weights. Each class has weights of its own: inputs times classes, plus classes."
)
def weights_shared_by_classes(K, H, W, C):
    return K * H * W + C, K + C


@my_head_parameters.mistake("Both counts are right, in the wrong order: first the flatten head, then the GAP head.")
def swapped(K, H, W, C):
    return K * C + C, K * H * W * C + C


@my_head_parameters.mistake(
    "That is how many times as many the flatten head has. Asked for are the two counts, flatten first."
)
def ratio(K, H, W, C):
    return (K * H * W * C + C) / (K * C + C)


@my_head_parameters.mistake(
    "You added one to the inputs *and* added the biases. The bias is either an additional input or C more: not both."
)
def biases_twice(K, H, W, C):
    return (K * H * W + 1) * C + C, (K + 1) * C + C


@my_head_parameters.mistake("You gave the flatten head alone. Give both counts, the flatten head's and the GAP head's.")
def flatten_head_alone(K, H, W, C):
    return K * H * W * C + C


@my_head_parameters.mistake("You gave the GAP head alone. Give both counts, the flatten head's and the GAP head's.")
def gap_head_alone(K, H, W, C):
    return K * C + C


@my_head_parameters.mistake(
    "Averaging has no parameters, but the head does not end there: a linear layer follows, from K numbers to C."
)
def pooling_alone(K, H, W, C):
    return K * H * W * C + C, 0


@my_head_parameters.mistake("You gave each class a bias at every position. A class has one bias, wherever it looks.")
def bias_at_every_position(K, H, W, C):
    return K * H * W * C + H * W * C, K * C + C


@my_head_parameters.mistake("You counted 144 positions, whatever the map. That is right for 12×12 only: it is H · W.")
def always_12_by_12(K, H, W, C):
    return K * 144 * C + C, K * C + C

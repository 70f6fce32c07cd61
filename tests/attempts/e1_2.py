"""Attempts at 1.2."""

import torch
from torch import nn

from attempts import right, wrong


@right("weights plus biases, as a tuple")
def count_plain(K, H, W, C):
    flatten = K * H * W * C + C
    gap = K * C + C
    return flatten, gap


@right("(n + 1) · C")
def count_plus_one(K, H, W, C):
    return ((K * H * W + 1) * C, (K + 1) * C)


@right("with an inner function for the linear layer")
def count_linear(K: int, H: int, W: int, C: int) -> tuple[int, int]:
    def linear(n, m):
        return n * m + m

    return linear(K * H * W, C), linear(K, C)


@right("builds both layers and counts their parameters")
def count_layers(K, H, W, C):
    a = nn.Linear(K * H * W, C)
    b = nn.Linear(K, C)
    return sum(p.numel() for p in a.parameters()), sum(p.numel() for p in b.parameters())


@right("as a list, loop over the two input sizes")
def count_list(K, H, W, C):
    result = []
    for n in (K * H * W, K):
        weights = n * C
        biases = C
        result.append(weights + biases)
    return result


count_lambda = right("a lambda")(lambda K, H, W, C: (C + C * K * H * W, C + C * K))


@wrong("forgets the biases")
def count_no_bias(K, H, W, C):
    return K * H * W * C, K * C


@wrong("forgets the bias of the flatten head only")
def count_bias_once(K, H, W, C):
    return K * H * W * C, K * C + C


@wrong("the wrong way around: the GAP head first")
def count_swapped(K, H, W, C):
    gap = K * C + C
    flatten = K * H * W * C + C
    return gap, flatten


@wrong("one bias for the layer, not one per class")
def count_one_bias(K, H, W, C):
    return K * H * W * C + 1, K * C + 1


@wrong("a bias for each input instead of each output")
def count_input_bias(K, H, W, C):
    n = K * H * W
    return n * C + n, K * C + K


@wrong("takes the maps as square: H·H")
def count_square(K, H, W, C):
    return K * H * H * C + C, K * C + C


@wrong("8 classes, whatever C is")
def count_eight(K, H, W, C):
    return K * H * W * 8 + 8, K * 8 + 8


@wrong("12×12 maps, whatever H and W are")
def count_144(K, H, W, C):
    return 144 * K * C + C, K * C + C


@wrong("adds the inputs to the outputs instead of multiplying")
def count_add(K, H, W, C):
    return K * H * W + C, K + C


@wrong("the GAP head keeps the positions and loses the maps")
def count_positions(K, H, W, C):
    return K * H * W * C + C, H * W * C + C


@wrong("returns how many times more, a single number")
def count_ratio(K, H, W, C):
    return (K * H * W * C + C) / (K * C + C)


@wrong("returns the flatten head only")
def count_only_flatten(K, H, W, C):
    return (K * H * W + 1) * C


@wrong("gets the GAP head by dividing the flatten head, biases and all, by H·W")
def count_divided(K, H, W, C):
    flatten = K * H * W * C + C
    return flatten, flatten // (H * W)


@wrong("multiplies the sum K + H + W")
def count_sum_sizes(K, H, W, C):
    return (K + H + W) * C + C, K * C + C


@wrong("counts the biases twice in the flatten head")
def count_bias_twice(K, H, W, C):
    biases = 2 * C
    return K * H * W * C + biases, K * C + biases // 2


@wrong("a bias for each position")
def count_bias_position(K, H, W, C):
    return K * H * W * C + H * W * C, K * C + C


@wrong("prints the two numbers and returns None")
def count_print(K, H, W, C):
    print(K * H * W * C + C, K * C + C)


@wrong("returns a text with the numbers")
def count_text(K, H, W, C):
    return f"{K * H * W * C + C}", f"{K * C + C}"


@wrong("counts one class only")
def count_one_class(K, H, W, C):
    return K * H * W + 1, K + 1


@wrong("returns the numbers of inputs, not of parameters")
def count_inputs(K, H, W, C):
    return K * H * W, K


@wrong("misspells a name")
def count_typo(K, H, W, C):
    flatten = K * H * W * C + C
    gap = K * C + C
    return flaten, gap


@wrong("calls a method that doesn't exist on nn.Linear")
def count_no_method(K, H, W, C):
    return nn.Linear(K * H * W, C).num_parameters(), nn.Linear(K, C).num_parameters()


@wrong("counts the first parameter tensor only: the weights, not the bias")
def count_weight_only(K, H, W, C):
    first = nn.Linear(K * H * W, C, bias=True).weight
    second = nn.Linear(K, C).weight
    return torch.numel(first), torch.numel(second)


@wrong("order swapped and biases forgotten")
def count_two_mistakes(K, H, W, C):
    return C * K, C * K * H * W

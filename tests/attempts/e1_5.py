"""Attempts at 1.5."""

import numpy as np
import torch

from attempts import right, wrong


@right("full_like and a one at the argmax")
def grads_full(map_):
    average = torch.full_like(map_, 1 / map_.numel())
    maximum = torch.zeros_like(map_)
    maximum.view(-1)[map_.argmax()] = 1
    return average, maximum


@right("compares with the maximum")
def grads_compare(map_):
    H, W = map_.shape
    return torch.ones(H, W) / (H * W), (map_ == map_.max()).float()


@right("divmod for row and column")
def grads_divmod(map_):
    h, w = map_.shape
    row, col = divmod(int(map_.argmax()), w)
    g_avg = torch.zeros(h, w) + 1 / (h * w)
    g_max = torch.zeros(h, w)
    g_max[row, col] = 1.0
    return g_avg, g_max


@right("loops over the cells")
def grads_loops(map_):
    H, W = map_.shape
    a = torch.empty(H, W)
    m = torch.empty(H, W)
    highest = map_.max()
    for i in range(H):
        for j in range(W):
            a[i, j] = 1 / (H * W)
            m[i, j] = 1 if map_[i, j] == highest else 0
    return a, m


@right("NumPy's unravel_index")
def grads_unravel(map_):
    average = torch.ones_like(map_) / map_.nelement()
    maximum = torch.zeros_like(map_)
    i, j = np.unravel_index(map_.argmax().item(), tuple(map_.shape))
    maximum[i, j] = 1
    return average, maximum


@right("both in one stacked tensor")
def grads_stack(map_):
    avg = torch.ones_like(map_).div(map_.numel())
    best = torch.where(map_ == map_.max(), 1.0, 0.0)
    return torch.stack([avg, best])


@right("one_hot")
def grads_one_hot(map_: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    n = map_.numel()
    hot = torch.nn.functional.one_hot(map_.flatten().argmax(), n).reshape(map_.shape)
    return torch.full(map_.shape, 1.0 / n), hot.float()


@wrong("the gradients in the wrong order")
def grads_swapped(map_):
    average = torch.full_like(map_, 1 / map_.numel())
    maximum = (map_ == map_.max()).float()
    return maximum, average


@wrong("uses backward, which the text forbids")
def grads_backward(map_):
    a = map_.detach().clone().requires_grad_()
    a.mean().backward()
    b = map_.detach().clone().requires_grad_()
    b.max().backward()
    return a.grad, b.grad


@wrong("uses torch.autograd.grad, which the text forbids")
def grads_autograd(map_):
    x = map_.clone().requires_grad_(True)
    (g1,) = torch.autograd.grad(x.mean(), x)
    (g2,) = torch.autograd.grad(x.max(), x)
    return g1, g2


@wrong("lets torch.func.grad do the work, which is autograd too")
def grads_func(map_):
    return torch.func.grad(torch.mean)(map_), torch.func.grad(torch.max)(map_)


@wrong("ones for the average: not divided by Z")
def grads_ones(map_):
    return torch.ones_like(map_), (map_ == map_.max()).float()


@wrong("1/4 hard-coded, the number of cells of the example")
def grads_quarter(map_):
    return torch.full_like(map_, 0.25), (map_ == map_.max()).float()


@wrong("divides by the height only")
def grads_height(map_):
    return torch.ones_like(map_) / len(map_), (map_ == map_.max()).float()


@wrong("takes the map as square: 1/H²")
def grads_square(map_):
    n = map_.shape[0]
    return torch.full_like(map_, 1 / n**2), (map_ == map_.max()).float()


@wrong("divmod by the height, right on square maps only")
def grads_divmod_h(map_):
    H, W = map_.shape
    r, c = divmod(map_.argmax().item(), H)
    top = torch.zeros(H, W)
    top[r, c] = 1
    return torch.full((H, W), 1 / (H * W)), top


@wrong("the average's gradient is the map divided by Z")
def grads_values(map_):
    return map_ / map_.numel(), (map_ == map_.max()).float()


@wrong("keeps the value of the maximum where the 1 belongs")
def grads_max_value(map_):
    average = torch.full_like(map_, 1 / map_.numel())
    maximum = torch.where(map_ == map_.max(), map_, torch.zeros_like(map_))
    return average, maximum


@wrong("the maximum of each row gets a one")
def grads_row_max(map_):
    average = torch.full_like(map_, 1 / map_.numel())
    maximum = (map_ == map_.amax(dim=1, keepdim=True)).float()
    return average, maximum


@wrong("1/Z at the maximum, too")
def grads_max_z(map_):
    Z = map_.numel()
    average = torch.ones_like(map_) / Z
    maximum = (map_ == map_.max()) / Z
    return average, maximum


@wrong("marks the minimum")
def grads_min(map_):
    m = torch.zeros_like(map_)
    m.view(-1)[map_.argmin()] = 1
    return torch.full_like(map_, 1 / map_.numel()), m


@wrong("marks the largest absolute value")
def grads_abs(map_):
    m = torch.zeros_like(map_)
    m.view(-1)[map_.abs().argmax()] = 1
    return torch.full_like(map_, 1 / map_.numel()), m


@wrong("only cells above zero count for the average")
def grads_positive(map_):
    a = (map_ > 0).float() / map_.numel()
    return a, (map_ == map_.max()).float()


@wrong("gives the values that are pooled, not their gradients")
def grads_pooled(map_):
    return map_.mean(), map_.max()


@wrong("fills the average map with the average")
def grads_full_mean(map_):
    return torch.full_like(map_, map_.mean().item()), (map_ == map_.max()).float()


@wrong("writes the zeros and the one into the caller's map")
def grads_inplace(map_):
    average = torch.full_like(map_, 1 / map_.numel())
    k = map_.argmax()
    map_.zero_()
    map_.view(-1)[k] = 1
    return average, map_


@wrong("flat vectors instead of maps of the same shape")
def grads_flat(map_):
    n = map_.numel()
    maximum = torch.zeros(n)
    maximum[map_.argmax()] = 1
    return torch.full((n,), 1 / n), maximum


@wrong("the gradient of the average as a single number")
def grads_number(map_):
    return 1 / map_.numel(), (map_ == map_.max()).float()


@wrong("softmax, a soft maximum")
def grads_softmax(map_):
    average = torch.full_like(map_, 1 / map_.numel())
    return average, map_.flatten().softmax(0).reshape(map_.shape)


@wrong("all the other cells get -1")
def grads_minus(map_):
    average = torch.full_like(map_, 1 / map_.numel())
    return average, torch.where(map_ == map_.max(), 1.0, -1.0)


@wrong("marks the whole row and column of the maximum")
def grads_cross(map_):
    H, W = map_.shape
    r, c = divmod(map_.argmax().item(), W)
    m = torch.zeros(H, W)
    m[r] = 1
    m[:, c] = 1
    return torch.full((H, W), 1 / (H * W)), m


@wrong("both results are the same tensor")
def grads_same(map_):
    g = torch.full_like(map_, 1 / map_.numel())
    m = g
    m[map_ == map_.max()] = 1
    m[map_ != map_.max()] = 0
    return g, m


@wrong("returns only the gradient of the maximum")
def grads_only_max(map_):
    average = torch.full_like(map_, 1 / map_.numel())
    maximum = (map_ == map_.max()).float()
    return maximum


@wrong("whole-number maps, where 1/Z becomes 0")
def grads_int(map_):
    average = (torch.ones_like(map_) / map_.numel()).int()
    maximum = (map_ == map_.max()).int()
    return average, maximum


@wrong("2×2 hard-coded")
def grads_2x2(map_):
    average = torch.full((2, 2), 1 / 4)
    maximum = torch.zeros(2, 2)
    maximum[map_.argmax() // 2, map_.argmax() % 2] = 1
    return average, maximum


@wrong("ones for the average, and the value for the maximum")
def grads_two_mistakes(map_):
    return torch.ones_like(map_), map_ * (map_ == map_.max())

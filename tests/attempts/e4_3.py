"""Attempts at 4.3."""

import torch
from attempts import right, wrong


@right("truth values times R")
def products(x, R):
    plain = (x > 0) * R
    deconvnet = (R > 0) * R
    guided = (x > 0) * (R > 0) * R
    return plain, deconvnet, guided


@right("torch.where")
def where(x, R):
    zero = torch.zeros_like(R)
    return (
        torch.where(x > 0, R, zero),
        torch.where(R > 0, R, zero),
        torch.where((x > 0) & (R > 0), R, zero),
    )


@right("ReLU of R for deconvnet, and guided from it")
def with_relu(x, R):
    open_ = (x > 0).float()
    deconv = R.relu()
    return open_ * R, deconv, open_ * deconv


@right("clones with zeros written in; a list")
def written_zeros(x, R):
    plain, deconv = R.clone(), R.clone()
    plain[x <= 0] = 0
    deconv[R <= 0] = 0
    guided = plain.clone()
    guided[R <= 0] = 0
    return [plain, deconv, guided]


@right("masked_fill, stacked to one tensor")
def stacked(x, R):
    plain = R.masked_fill(x <= 0, 0.0)
    return torch.stack([plain, R.clamp(min=0), plain.clamp(min=0)])


@right("R >= 0 in place of R > 0 changes nothing, since R = 0 gives 0 anyway")
def not_negative(x, R):
    return R * (x > 0), R * (R >= 0), R * ((x > 0) & (R >= 0))


@wrong("deconvnet and guided in the wrong order")
def wrong_order(x, R):
    return (x > 0) * R, (x > 0) * (R > 0) * R, (R > 0) * R


@wrong("x >= 0: a ReLU at 0 counts as open")
def at_zero_open(x, R):
    plain = (x >= 0) * R
    return plain, (R > 0) * R, plain * (R > 0)


@wrong("guided asks with or in place of and")
def either(x, R):
    return (x > 0) * R, (R > 0) * R, ((x > 0) | (R > 0)) * R


@wrong("the masks only, without R")
def masks_only(x, R):
    return (x > 0).float(), (R > 0).float(), ((x > 0) & (R > 0)).float()


@wrong("multiplies with the ReLU's output in place of 1[x > 0]")
def times_output(x, R):
    h = x.relu()
    return h * R, R.relu(), h * R.relu()


@wrong("hands on x in place of R")
def hands_on_x(x, R):
    return (x > 0) * x, (R > 0) * x, (x > 0) * (R > 0) * x


@wrong("plain keeps R as it is")
def plain_unchanged(x, R):
    return R, (R > 0) * R, (x > 0) * (R > 0) * R


@wrong("plain and deconvnet mixed up")
def mixed_up(x, R):
    plain = torch.where(R > 0, R, 0)
    deconvnet = torch.where(x > 0, R, 0)
    return plain, deconvnet, torch.where((x > 0) & (R > 0), R, 0)


@wrong("absolute value of R under deconvnet")
def absolute(x, R):
    return (x > 0) * R, R.abs(), (x > 0) * R.abs()


@wrong("guided keeps the negative R")
def guided_negative(x, R):
    return (x > 0) * R, (R > 0) * R, (x > 0) * (R < 0) * R


@wrong("one after the other on the same tensor: R is changed on the way")
def same_tensor(x, R):
    plain = R
    plain[x <= 0] = 0
    deconv = R
    deconv[R <= 0] = 0
    guided = R
    guided[(x <= 0) | (R <= 0)] = 0
    return plain, deconv, guided


@wrong("Python's and on tensors, which raises an error for more than one entry")
def python_and(x, R):
    return (x > 0) * R, (R > 0) * R, (x > 0 and R > 0) * R


@wrong("picks the entries that pass, so that the shape is lost")
def picked(x, R):
    return R[x > 0], R[R > 0], R[(x > 0) & (R > 0)]


@wrong("a dictionary")
def dictionary(x, R):
    return {"plain": (x > 0) * R, "deconvnet": (R > 0) * R, "guided": (x > 0) * (R > 0) * R}


@wrong("guided asks for x · R > 0, which lets through negative R at closed ReLUs")
def sign_of_product(x, R):
    return (x > 0) * R, (R > 0) * R, (x * R > 0) * R


@wrong("works for 2 × 2 only")
def two_by_two(x, R):
    plain, deconv, guided = torch.zeros(2, 2), torch.zeros(2, 2), torch.zeros(2, 2)
    for i in range(2):
        for j in range(2):
            if x[i, j] > 0:
                plain[i, j] = R[i, j]
            if R[i, j] > 0:
                deconv[i, j] = R[i, j]
            if x[i, j] > 0 and R[i, j] > 0:
                guided[i, j] = R[i, j]
    return plain, deconv, guided


@wrong("returns guided alone")
def guided_alone(x, R):
    plain = (x > 0) * R
    deconv = (R > 0) * R
    return torch.minimum(plain, deconv)


@wrong("guided as the smaller of plain and deconvnet, which keeps the negative R of open ReLUs")
def smaller(x, R):
    plain = (x > 0) * R
    deconv = (R > 0) * R
    return plain, deconv, torch.minimum(plain, deconv)


@wrong("guided as the product of both others, which is R squared")
def product_of_both(x, R):
    plain = (x > 0) * R
    deconv = (R > 0) * R
    return plain, deconv, plain * deconv


@wrong("prints and returns nothing")
def printed(x, R):
    print((x > 0) * R, (R > 0) * R, (x > 0) * (R > 0) * R)


@wrong("the sign of x: a closed ReLU turns the gradient around")
def sign(x, R):
    return x.sign() * R, (R > 0) * R, x.sign() * (R > 0) * R

"""What several exercises of notebook 04 are tried on."""

from functools import partial

from cam_tutorial.course.material import kind, told_apart

# PyTorch says nearly everything with a RuntimeError, and mistakes are told apart by the type of their error. So what
# a learner meets in this notebook gets a type of its own, which is shown under the old name.


_mismatch, _unpacking, _a_tuple = kind(RuntimeError), kind(ValueError), kind(TypeError)
_KINDS = {
    "element 0 of tensors does not require grad": kind(RuntimeError),
    "does not require grad": kind(RuntimeError),
    "not have been used in the graph": kind(RuntimeError),
    "scalar outputs": kind(RuntimeError),
    "Boolean value of Tensor": kind(RuntimeError),
    "must match the size of tensor": _mismatch,
    "name 'x' is not defined": _mismatch,
    "tuple index out of range": _unpacking,
    "values to unpack": _unpacking,
    "positional argument": kind(TypeError),
    "not tuple": _a_tuple,
    "'tuple'": _a_tuple,
    "only integer tensors of a single element": _a_tuple,
}


errors_told_apart = partial(told_apart, _KINDS)

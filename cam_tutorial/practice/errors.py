"""What an error of Python or PyTorch means, for somebody who meets it for the first time."""

import re

# The words of an error -> what they mean and what to look at. The first that fits counts; a word of PyTorch's that a
# new version changes costs the explanation, and nothing else: the error itself is always shown.
_MEANINGS: tuple[tuple[str, str], ...] = (
    (r"NameError: .*'(F|nn|np|torch|plt|math|copy|Tensor)' is not defined",
     "`{0}` is not there: run the notebook's first cell, which imports it, or import it yourself."),
    (r"NameError: name '(\w+)' is not defined\. Did you mean: '(\w+)'",
     "`{0}` is not there; `{1}` is."),
    (r"NameError: .*'(\w+)' is not defined",
     "Nothing is called `{0}` here: is it misspelled, an argument of another name, or from a cell that has not run?"),
    (r"UnboundLocalError: .*variable '(\w+)'",
     "`{0}` gets its value later in the function, or in a branch that was not taken: give it one before it is used."),
    (r"grad can be implicitly created only for scalar outputs",
     "A gradient is taken of one number, and here are several: sum the scores first, `.sum()`."),
    (r"element 0 of tensors does not require grad",
     "The score does not hang on anything that requires a gradient: switch it on with `requires_grad_()` *before* the "
     "network runs, and let it run outside of `torch.no_grad()`, without `detach()` or `.item()`."),
    (r"One of the differentiated Tensors does not require grad",
     "The tensor at which you take the gradient does not require one: switch it on before the network runs."),
    (r"appears to not have been used in the graph",
     "The score was not computed from the very tensor at which you take the gradient (a copy, or a slice, is another "
     "tensor)."),
    (r"backward through the graph a second time",
     "The graph is thrown away after the first gradient: compute the score again, or pass `retain_graph=True`."),
    (r"a leaf Variable that requires grad is being used in an in-place operation",
     "A tensor that requires a gradient cannot be written into: work on a clone."),
    (r"Can't call numpy\(\) on Tensor that requires grad",
     "NumPy knows no gradients: `.detach()` first."),
    (r"[Mm]at1 and mat2 shapes cannot be multiplied \((\w+) and (\w+)\)",
     "In `@`, the columns of the first ({0}) must be the rows of the second ({1}): is one of them to be turned with "
     "`.T`, or flattened otherwise?"),
    (r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)",
     "Shapes are lined up from the right, and in dimension {2} there are {0} against {1}: print both shapes. Is a size "
     "written in or mixed up, or does one lack a dimension, which an index `None` would give it?"),
    (r"inconsistent tensor size|size mismatch",
     "The two do not have the same number of entries: print both shapes."),
    (r"shape '(.*)' is invalid for input of size (\d+)",
     "{1} numbers do not fit the shape {0}: print the shape before you change it."),
    (r"view size is not compatible",
     "The numbers do not lie in that order in memory: `.reshape(...)` in place of `.view(...)`."),
    (r"[Bb]atch[12] (?:must be a 3D tensor|tensor to be)",
     "A product of batches wants (N, a, b) and (N, b, c): print both shapes. For a product number by number, use `*`."),
    (r"returned an incorrect number of gradients \(expected (\d+), got (\d+)\)",
     "`backward` hands back one gradient for each argument of `forward` after ctx: {0}, not {1}."),
    (r"expanded size of the tensor|shape mismatch",
     "Two shapes do not fit together: print both. Was a sum or mean over another dimension meant, or does a size stand "
     "there as a number?"),
    (r"spatial dimensions",
     "`F.interpolate` wants (N, C, h, w): a map without channels needs one, `maps[:, None]`."),
    (r"type object '(\w+)' has no attribute '(\w+)'|module '([\w.]+)' has no attribute '(\w+)'",
     "There is no `{1}{3}` in `{0}{2}`: is it misspelled, or is another name meant?"),
    (r"einsum",
     "The letters and the dimensions do not fit: one letter a dimension, and the same letter has the same size "
     "everywhere."),
    (r"Dimension out of range.*got (-?\d+)|dimension specified as (-?\d+)",
     "The tensor has fewer dimensions than that: they count from 0. Print its shape."),
    (r"Expected 3D .* or 4D .* input to conv2d|Expected more than 1 value per channel",
     "The network wants a batch, (N, C, H, W): `image[None]` makes one of a single image."),
    (r"Boolean value of Tensor with more than one value is ambiguous",
     "`if`, `and`, `max()` and the like want one True or False, and the tensor has many: use `.any()`, `.all()`, or "
     "work on the whole tensor (`torch.maximum`, `&`)."),
    (r"only (?:one element|integer) tensors|can only convert|a Tensor with \d+ elements cannot be converted to Scalar",
     "One number is wanted here, and the tensor holds several; or a tuple or list stands where a tensor belongs."),
    (r"too many values to unpack|not enough values to unpack",
     "On the right there is another number of parts than names on the left: print its shape or length."),
    (r"'NoneType' object",
     "Something is None: a function without a `return`, or a `.grad` that nothing was written into."),
    (r"'tuple' object|not tuple",
     "A tuple has come where one thing is wanted: `torch.autograd.grad` gives one even for a single tensor, and "
     "`.max(dim=...)` gives values and indices."),
    (r"'numpy.ndarray' object has no attribute|numpy\.ndarray",
     "That is a NumPy array, and the method is a tensor's: `torch.from_numpy` makes a tensor of it."),
    (r"'Tensor' object has no attribute '(\w+)'",
     "A tensor has no `{0}`: is it misspelled, or a function of `torch` or NumPy?"),
    (r"'(\w+)' object has no attribute '(\w+)'",
     "What you have there is a {0}, which has no `{1}`."),
    (r"'(\w+)' object is not callable",
     "You call something that is a {0}: parentheses behind a value, or a name that was given to something else?"),
    (r"'(\w+)' object is not subscriptable",
     "You index something that is a {0}."),
    (r"required positional argument|got an unexpected keyword|positional argument",
     "A function is called with other arguments than it takes: look at its first line, or at its help."),
    (r"index (\d+) is out of bounds for (?:dimension|axis) (\d+) with size (\d+)",
     "Dimension {1} has {2} entries, numbered from 0, so there is no {0}: is the index one of another "
     "dimension, or does a loop go too far?"),
    (r"IndexError: (?:tuple|list) index out of range",
     "There are fewer entries than that: they count from 0."),
    (r"too many indices for tensor of dimension (\d+)",
     "The tensor has only {0} dimensions: print its shape."),
    (r"expected scalar type|must have the same dtype|expected .* dtype|same dtype",
     "Two types of numbers meet, such as float32 and float64, or True/False and numbers: convert one with `.float()`."),
    (r"can only compute the mean|mean\(\): could not infer output dtype",
     "`mean` wants floating-point numbers: `.float()` (or `.double()`) before it."),
    (r"argmax\(\)|max\(\).*no elements|arg is an empty sequence|empty sequence|iterable argument is empty|no elements",
     "There is nothing left to choose from: the tensor or list is empty."),
    (r"ZeroDivisionError",
     "A denominator can be 0: which input makes it so, and what should come out then?"),
    (r"KeyError: '?(\w+)'?",
     "The dictionary has no entry “{0}”."),
    (r"generator didn't yield",
     "A function under `@contextmanager` needs a `yield`, once."),
    (r"context manager protocol|__enter__",
     "What stands behind `with` is no context manager: is `@contextmanager` missing above the function?"),
    (r"RecursionError",
     "The function calls itself without an end: does it have the name of the function that you meant to call?"),
    (r"NotImplementedError",
     "A part is still to be written."),
    (r"SystemExit|KeyboardInterrupt",
     "Your code ends the program: leave that out."),
    (r"ModuleNotFoundError: No module named '(\w+)'",
     "The library `{0}` is not installed; the exercise can be done without it."),
)  # fmt: skip


def said(error: BaseException) -> str:
    """An error as Python prints it, on one line and not too long; never fails."""
    try:
        message = " ".join(str(error).split())
    except BaseException:  # an error whose own words fail
        message = "(its message cannot be shown)"
    message = message if len(message) <= 200 else message[:200] + " …"
    return f"{type(error).__name__}: {message}".removesuffix(": ")


def meaning(error: BaseException) -> str:
    """What an error means and what to look at, in a sentence; empty if that is not known."""
    text = said(error)
    for words, sentence in _MEANINGS:
        if found := re.search(words, text):
            return sentence.format(*(group or "" for group in found.groups()))
    return ""


def gist(error: BaseException) -> str:
    """The words of an error without the numbers and names in it: what two attempts with one fault have in common."""
    text = re.sub(r"\b(addmm|mm|bmm|matmul|linear)(?:\(\))?: ", "", said(error))  # which of them is no matter
    # What has no such attribute tells faults apart: None is another one than a tuple.
    text = re.sub(r"'(\w+)' object has no attribute", r"\1 object has no attribute", text)
    return re.sub(r"'[^']*'|\d+|\(.*?\)|\[.*?\]", "…", text)

"""What can be told from an attempt's code, without running it."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any


def _compiled(text: str) -> CodeType:
    """The code of the one function that `text` defines."""
    return next(c for c in compile(text, "<stub>", "exec").co_consts if isinstance(c, CodeType))


_IDLE = ("...", "pass", "return", "return None", "raise NotImplementedError", "raise NotImplementedError()")
_NOTHING = [
    _compiled(f"def f():{docstring}\n    {idle}") for idle in _IDLE for docstring in ("", "\n    'what it does'")
]


def code(version: Any) -> str:
    """The code of a function or class of this package, without the decorator that makes it an exercise or a mistake."""
    text = textwrap.dedent(inspect.getsource(version))
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    ours = [decorator for decorator in node.decorator_list if _is_ours(decorator)]
    return "\n".join(text.splitlines()[max((decorator.end_lineno or 0 for decorator in ours), default=0) :])


def _is_ours(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in ("exercise", "mistake", "broken")


def emptied(text: str) -> str:
    """The same names and docstrings, with three dots for the code."""
    return ast.unparse(_Emptied().visit(ast.parse(text)))


class _Emptied(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        docstring = node.body[:1] if ast.get_docstring(node) is not None else []
        node.body = [*docstring, ast.Expr(ast.Constant(...))]
        return node


def is_idle(attempt: Any) -> bool:
    """Whether nothing is written yet: three dots, `pass` or `raise NotImplementedError`, in all of its functions."""
    functions = list(_functions(attempt))
    return bool(functions) and all(map(_is_idle, functions))


def is_same(attempt: Any, text: str) -> bool:
    """Whether an attempt is the function that `text` defines, unchanged but for comments, layout and docstring."""
    wanted = ast.parse(text).body[0]
    for function in _functions(attempt):
        node = _parsed(function)
        if node is not None:
            if not isinstance(wanted, ast.FunctionDef) or _body(node) != _body(wanted):
                return False
        elif not _same_code(function.__code__, _compiled(text)):
            return False
    return True


def names(attempt: Any) -> set[str]:
    """Every name and attribute that an attempt looks up, in functions of its own as well, but for their names."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting = list(_functions(attempt))
    while waiting:
        function = waiting.pop()
        if id(function) in seen:
            continue
        seen.add(id(function))
        for name in _looked_up(function.__code__):
            helper = function.__globals__.get(name)
            # A helper from another cell of the same notebook; a library's functions have globals of their own.
            if isinstance(helper, FunctionType) and helper.__globals__ is function.__globals__:
                waiting.append(helper)  # what it does counts, and not what it is called
            else:
                found.add(name)
    return found


def _looked_up(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _looked_up(constant)


def _functions(attempt: Any) -> Iterator[FunctionType]:
    """The Python functions that an attempt consists of: itself, those of a class, or what is called in its place."""
    if inspect.isclass(attempt):
        for value in vars(attempt).values():
            if isinstance(value, staticmethod | classmethod | FunctionType):
                yield from _functions(value)
        return
    inner = getattr(attempt, "func", None) or getattr(attempt, "__func__", None)  # functools.partial, a bound method
    attempt = inner if inner is not None else attempt
    try:
        attempt = inspect.unwrap(attempt)
    except ValueError:
        return
    if isinstance(attempt, FunctionType):
        yield attempt
    elif callable(attempt):  # an object that can be called
        call = vars(type(attempt)).get("__call__")
        if isinstance(call, FunctionType):
            yield call


def _is_idle(function: FunctionType) -> bool:
    node = _parsed(function)
    if node is not None:
        return all(
            isinstance(statement, ast.Pass)
            or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
            or (isinstance(statement, ast.Return) and ast.unparse(statement) in _IDLE)
            or (isinstance(statement, ast.Raise) and "NotImplementedError" in ast.unparse(statement))
            for statement in node.body
        )
    # Without its source: compiled by the same Python, nothing is the same code as nothing.
    code = function.__code__
    constants = [constant for constant in code.co_consts if constant is not None and not isinstance(constant, str)]
    return not constants and any((code.co_code, code.co_names) == (idle.co_code, idle.co_names) for idle in _NOTHING)


def _parsed(function: FunctionType) -> ast.FunctionDef | None:
    """A function's own definition, if its source can be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    node = tree.body[0] if tree.body else None
    return node if isinstance(node, ast.FunctionDef) and node.name == function.__name__ else None


def _body(node: ast.FunctionDef) -> list[str]:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return [ast.dump(node.args), *map(ast.dump, body)]


def _same_code(a: Any, b: Any) -> bool:
    # Code objects compare their line numbers too, which differ from cell to cell.
    if not isinstance(a, CodeType) or not isinstance(b, CodeType):
        return type(a) is type(b) and bool(a == b)
    pairs = zip(a.co_consts, b.co_consts, strict=False)
    same = a.co_code == b.co_code and a.co_names == b.co_names and len(a.co_consts) == len(b.co_consts)
    return same and all(_same_code(x, y) for x, y in pairs)

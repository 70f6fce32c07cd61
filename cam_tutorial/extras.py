"""Parts of the package that need more than it brings along, and the sentence that says what to install.

The lists themselves stand in pyproject.toml; a test compares them with what each part imports.
"""

from importlib.util import find_spec


def need(part: str, *modules: str, extra: str = "notebooks") -> None:
    """Refuse to import a part of the package where a module that it needs is missing.

    Args:
        part: of the package, such as "cam_tutorial.plot".
        modules: the names that it imports, such as "matplotlib".
        extra: the name of the list that has them.

    Raises:
        ModuleNotFoundError: one of them is not installed.
    """
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        named = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        raise ModuleNotFoundError(f"{part} needs {named}, not installed here: run {how(extra)}", name=missing[0])


def how(extra: str) -> str:
    """The command that installs a list of packages, for a sentence; it needs no index that has this one."""
    return f'pip install "cam-tutorial[{extra}]"'

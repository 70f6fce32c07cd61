"""How the explorers' sentences write numbers and lists."""

from collections.abc import Sequence


def listed(items: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def capitalized(words: str) -> str:
    """With a capital in front, and all others as they are: 'Guided Grad-CAM' stays."""
    return f"{words[0].upper()}{words[1:]}"


def rounded(value: float, digits: int = 2) -> str:
    """With a true minus sign, and no minus before what rounds to zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")

"""“Did you mean …?”: the one place that guesses what a mistyped name was to be."""

import difflib
from collections.abc import Iterable


def nearest(name: object, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that are most like `name`, the likest first; none if none is like it.

    Upper and lower case count as alike. A name that is no string is taken as it prints, so that 2.1 finds "2.1".
    """
    spellings = {each.lower(): each for each in known}
    return [spellings[found] for found in difflib.get_close_matches(str(name).lower(), spellings, n=count, cutoff=0.5)]


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """The end of an error's sentence: "; did you mean 'zoo-gap'?", or nothing if no known name is like it."""
    found = nearest(name, known, count=1)
    return f"; did you mean {found[0]!r}?" if found else ""

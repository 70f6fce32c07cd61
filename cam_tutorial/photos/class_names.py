"""Classes by name: exact spelling first, what has several meanings listed with its numbers, and nothing is guessed."""

import operator
import re
import unicodedata
from collections.abc import Iterator, Sequence

from cam_tutorial.photos.synonyms import NEAR, SAME
from cam_tutorial.suggest import did_you_mean

LISTED = 8  # classes in one sentence


def class_index(which: int | str, categories: Sequence[str]) -> int:
    """The index of a class given by index or name.

    A name is looked for as it is spelled, then without regard to case, spaces, underscores and hyphens, then among the
    synonyms. "cardigan" is the garment, "Cardigan" the dog, and "CARDIGAN" is asked back about.

    Args:
        which: an index, as a number or as text, or a name.
        categories: the names of all classes, in order.

    Raises:
        ValueError: there is no such class, or more than one; the message lists what could be meant, with numbers.
    """
    number = _number(which)
    if number is not None and 0 <= number < len(categories):
        return number
    text = str(which).strip()
    if number is None and text:
        found = next((found for found in _meanings(text, categories) if found), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"{text!r} is the name of {_explained(found, categories)}: give the number of one")
    raise ValueError(
        f"there is no class {which!r}: give an index from 0 to {len(categories) - 1} or a name"
        f"{_hint(text, categories) if number is None else ''}"
    )


def _number(which: int | str) -> int | None:
    if isinstance(which, str):
        return int(which) if re.fullmatch(r"\s*-?\d{1,9}\s*", which) else None
    try:
        return None if isinstance(which, bool) else operator.index(which)
    except TypeError:
        return None


def _meanings(text: str, categories: Sequence[str]) -> Iterator[list[int]]:
    """The classes with this name: by its spelling, by its letters, by their synonyms."""
    yield [index for index, name in enumerate(categories) if name == text]
    key = _key(text)
    yield [index for index, name in enumerate(categories) if _key(name) == key]
    yield [index for index, name in enumerate(categories) if key in map(_key, _synonyms(name))]


def _hint(text: str, categories: Sequence[str]) -> str:
    """The end of the sentence: the classes with these words in their names, or else one name that is spelled alike."""
    wanted = _words(text)
    found = [
        index
        for index, name in enumerate(categories)
        if wanted and any(wanted <= _words(each) for each in (name, *_synonyms(name)))
    ]
    for words, runs in NEAR.items():
        if wanted and wanted <= _words(words):
            found += [index for run in runs for index in _run(run, categories)]
    if found:
        return f"; near that are {_listed(sorted(set(found)), categories)}"
    return did_you_mean(text, categories)


def _run(run: tuple[str, ...], categories: Sequence[str]) -> range:
    """The classes from the first name to the last; none for categories without them, which are not ImageNet's."""
    if run[0] not in categories or run[-1] not in categories:
        return range(0)
    return range(categories.index(run[0]), categories.index(run[-1]) + 1)


def _listed(found: Sequence[int], categories: Sequence[str]) -> str:
    """“281 tabby, 282 tiger cat”, and how many more there are."""
    named = ", ".join(f"{index} {categories[index]}" for index in found[:LISTED])
    return named + (f" and {len(found) - LISTED} more" if len(found) > LISTED else "")


def _explained(found: Sequence[int], categories: Sequence[str]) -> str:
    """“264 Cardigan (Cardigan Welsh corgi) and 474 cardigan (cardigan sweater)”: a name alone would not do."""
    return " and ".join(
        f"{index} {categories[index]}" + "".join(f" ({other})" for other in _synonyms(categories[index])[:1])
        for index in found
    )


def _synonyms(name: str) -> list[str]:
    return SAME[name].split(", ") if name in SAME else []


def _key(name: str) -> str:
    """The letters and digits of a name, without accents: what two spellings of it have in common."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", name).casefold())


def _words(text: str) -> set[str]:
    """The words of a name, each in the singular: an s at its end is left out."""
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFKD", text).casefold())
    return {word.removesuffix("s") for word in found} - {""}

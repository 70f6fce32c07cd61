"""Attempts at 17.2."""

from attempts import right, wrong

FULL = {
    "a": ("true", 11), "b": ("true", 5), "c": ("other number", 2), "d": ("true", 2), "e": ("other data", 4),
    "f": ("never done", 4), "g": ("another's", 16), "h": ("true", 12), "i": ("another's", 13),
    "j": ("other number", 6), "k": ("never done", 7), "l": ("true", 9), "m": ("true", 14), "n": ("other data", 15),
}  # fmt: skip


@right("a dictionary")
def audit_plain():
    return dict(FULL)


@right("the table that the number was taken from")
def audit_from():
    return {**FULL, "c": ("other number", 1)}


@right("lists for pairs")
def audit_lists():
    return {letter: list(pair) for letter, pair in FULL.items()}


@right("filled in one by one, backwards")
def audit_backwards():
    audit = {}
    for letter in sorted(FULL, reverse=True):
        audit[letter] = FULL[letter]
    return audit


@right("two lists")
def audit_zip():
    verdicts = [pair[0] for pair in FULL.values()]
    cards = [pair[1] for pair in FULL.values()]
    return dict(zip("abcdefghijklmn", zip(verdicts, cards, strict=True), strict=True))


@wrong("all true")
def audit_all_true():
    return {letter: ("true", FULL[letter][1]) for letter in FULL}


@wrong("the first three only")
def audit_three():
    return {letter: FULL[letter] for letter in "abc"}


@wrong("nothing yet")
def audit_empty():
    return {}


@wrong("guided backprop passes as Grad-CAM's")
def audit_i():
    return {**FULL, "i": ("true", 13)}


@wrong("takes the wrong row for a wrong table")
def audit_j():
    return {**FULL, "j": ("other data", 6)}


@wrong("13.2 is looked up in the table of the test images")
def audit_c_card():
    return {**FULL, "c": ("other number", 3)}


@wrong("verdicts without evidence")
def audit_verdicts():
    return {letter: pair[0] for letter, pair in FULL.items()}


@wrong("a verdict in other words")
def audit_words():
    return {letter: ("wrong", card) if said != "true" else (said, card) for letter, (said, card) in FULL.items()}


@wrong("letters in capitals")
def audit_capitals():
    return {letter.upper(): pair for letter, pair in FULL.items()}


@wrong("a list of pairs")
def audit_list():
    return list(FULL.values())


@wrong("cards counted from 0")
def audit_zero():
    return {letter: (said, card - 1) for letter, (said, card) in FULL.items()}


@wrong("the tag was a network's")
def audit_n():
    return {**FULL, "n": ("true", 15)}


@wrong("people in the pointing game are another paper's")
def audit_k():
    return {**FULL, "k": ("another's", 7)}


@wrong("evidence as words")
def audit_card_words():
    return {letter: (said, f"card {card}") for letter, (said, card) in FULL.items()}


@wrong("forgets the return")
def audit_no_return():
    dict(FULL)


@wrong("the crop is evidence for the random crop's being tried")
def audit_f():
    return {**FULL, "f": ("true", 4)}

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


# Another round, by three who had read the notebook alone.


TRUTH = {
    "a": ("true", 11), "b": ("true", 5), "c": ("other number", 1), "d": ("true", 2), "e": ("other data", 4),
    "f": ("never done", 4), "g": ("another's", 16), "h": ("true", 12), "i": ("another's", 13),
    "j": ("other number", 6), "k": ("never done", 7), "l": ("true", 9), "m": ("true", 14), "n": ("other data", 15),
}  # fmt: skip


@right("written out")
def b_out():
    return {
        "a": ("true", 11), "b": ("true", 5), "c": ("other number", 1), "d": ("true", 2), "e": ("other data", 4),
        "f": ("never done", 4), "g": ("another's", 16), "h": ("true", 12), "i": ("another's", 13),
        "j": ("other number", 6), "k": ("never done", 7), "l": ("true", 9), "m": ("true", 14),
        "n": ("other data", 15),
    }  # fmt: skip


@right("c from the table where the number would have to stand")
def b_c_two():
    return TRUTH | {"c": ("other number", 2)}


@right("three lists, zipped")
def b_zip():
    t, o, d, n, a = "true", "other number", "other data", "never done", "another's"
    verdicts = [t, t, o, t, d, n, a, t, a, o, n, t, t, d]
    cards = [11, 5, 1, 2, 4, 4, 16, 12, 13, 6, 7, 9, 14, 15]
    return dict(zip("abcdefghijklmn", zip(verdicts, cards, strict=True), strict=True))


@right("lists in place of tuples")
def b_lists():
    return {letter: list(pair) for letter, pair in TRUTH.items()}


@right("filled in backward, one by one")
def b_backward():
    found = {}
    for letter in reversed("abcdefghijklmn"):
        found[letter] = TRUTH[letter]
    return found


@right("grouped by verdict")
def b_grouped():
    cards = {"true": "a11 b5 d2 h12 l9 m14", "other number": "c1 j6", "other data": "e4 n15",
             "never done": "f4 k7", "another's": "g16 i13"}  # fmt: skip
    return {w[0]: (v, int(w[1:])) for v, text in cards.items() for w in text.split()}


@wrong("nothing yet but one sentence, and that wrong: no gradient is Grad-CAM's")
def b_one():
    return {"a": ("another's", 12)}


@wrong("card first")
def b_swapped():
    return {letter: (card, verdict) for letter, (verdict, card) in TRUTH.items()}


@wrong("d: other number, compared with saliency on GoogLeNet")
def b_d():
    return TRUTH | {"d": ("other number", 2)}


@wrong("d true, from the class errors")
def b_d_card():
    return TRUTH | {"d": ("true", 1)}


@wrong("e true: the numbers stand there")
def b_e_true():
    return TRUTH | {"e": ("true", 4)}


@wrong("e: other data, but of the wrong card")
def b_e_card():
    return TRUTH | {"e": ("other data", 1)}


@wrong("f: never done, card 5 on boxes")
def b_f_card():
    return TRUTH | {"f": ("never done", 5)}


@wrong("g true: the card has 14 pathologies")
def b_g_true():
    return TRUTH | {"g": ("true", 16)}


@wrong("h: another's")
def b_h():
    return TRUTH | {"h": ("another's", 12)}


@wrong("h true, by the rank correlations")
def b_h_card():
    return TRUTH | {"h": ("true", 10)}


@wrong("i: another's, by the experiment with people")
def b_i_card():
    return TRUTH | {"i": ("another's", 6)}


@wrong("j: other number, by the pointing game")
def b_j_card():
    return TRUTH | {"j": ("other number", 7)}


@wrong("k: never done, by the table of people naming")
def b_k_card():
    return TRUTH | {"k": ("never done", 6)}


@wrong("l: other number")
def b_l():
    return TRUTH | {"l": ("other number", 9)}


@wrong("m: other data")
def b_m():
    return TRUTH | {"m": ("other data", 14)}


@wrong("a verdict of the first marking: not in the paper")
def b_not_in():
    return TRUTH | {"g": ("not in the paper", 16)}


@wrong("a card that is not there")
def b_seventeen():
    return TRUTH | {"g": ("another's", 17)}


@wrong("two cards for c")
def b_two_cards():
    return TRUTH | {"c": ("other number", (1, 2))}


@wrong("one left out in the middle")
def b_left_out():
    return {letter: pair for letter, pair in TRUTH.items() if letter != "h"}


@wrong("a question mark where unsure")
def b_unsure():
    return TRUTH | {"k": ("?", 7)}

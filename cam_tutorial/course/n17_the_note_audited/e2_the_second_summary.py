"""Exercise 17.2: a second summary with eight planted errors, and the evidence for each verdict."""

from cam_tutorial.practice.exercise import exercise

from .audit import EVIDENCE, SUMMARY, VERDICTS, first_fault
from .material import list_mistakes


def one_summary(generator):
    return [("two papers on heatmaps",)]


def judged(attempt, summary):
    """What is to be mended first; whichever key is none of the sentences."""
    fault = first_fault(attempt())
    return "unknown sentence" if fault.startswith("unknown sentence") else fault


@exercise(
    "17.2",
    "The second summary, with evidence",
    minutes=14,
    difficulty=2,
    cases=one_summary,
    probe=judged,
    hints=[
        "Begin with the numbers. Find the card that has them, and read what that card counts, of what and for whom.",
        "Of the eight, two are another paper's, two were never done, two have other data and two another number.",
        "A card that shows that something was never done is the table in which it would have to stand.",
    ],
)
def my_audit():
    """-> sentence -> (verdict, card): {"a": ("true", 3), "b": ("never done", 9)}

    The verdicts: true, another's, never done, other data, other number.
    """
    return {
        "a": ("true", 11),
        "b": ("true", 5),
        "c": ("other number", 2),
        "d": ("true", 2),
        "e": ("other data", 4),
        "f": ("never done", 4),
        "g": ("another's", 16),
        "h": ("true", 12),
        "i": ("another's", 13),
        "j": ("other number", 6),
        "k": ("never done", 7),
        "l": ("true", 9),
        "m": ("true", 14),
        "n": ("other data", 15),
    }


RIGHT = {letter: (one.verdict, one.evidence[0]) for letter, one in SUMMARY.items()}


def but(letter, pair):
    return lambda: {**RIGHT, letter: pair}


def without(letter):
    return lambda: {key: pair for key, pair in RIGHT.items() if key != letter}


def other_card(letter):
    return next(card for card in range(1, len(EVIDENCE) + 1) if card not in SUMMARY[letter].evidence)


def no_return():
    dict(RIGHT)


list_mistakes(
    my_audit,
    ("nothing", no_return, "Your function gives nothing back: it needs a `return` with the dictionary."),
    ("not_a_dictionary", lambda: list(RIGHT.items()),
     "Give a dictionary: a letter, a colon, and a pair of verdict and card, for each sentence."),
    ("in_capitals", lambda: {"A": ("true", 1)},
     "A key of your dictionary is no sentence of the summary: they are \"a\" to \"n\", in small letters."),
    *[(f"missing_{letter}", without(letter),
       f"{'' if letter == 'a' else 'Up to here it is right. '}Sentence {letter} is still to be judged.")
      for letter in SUMMARY],
    *[(f"verdict_{letter}", but(letter, (next(v for v in VERDICTS if v != one.verdict), one.evidence[0])), one.wrong)
      for letter, one in SUMMARY.items()],
    *[(f"evidence_{letter}", but(letter, (one.verdict, other_card(letter))), f"The verdict is right. {one.look}")
      for letter, one in SUMMARY.items()],
    *[(f"no_pair_{letter}", but(letter, "true"),
       f"Sentence {letter} needs a pair, a verdict and the number of a card: `(\"true\", 1)`.") for letter in SUMMARY],
    *[(f"no_verdict_{letter}", but(letter, ("right", 1)),
       f"Sentence {letter}: the verdicts are true, another's, never done, other data and other number.")
      for letter in SUMMARY],
    *[(f"no_card_{letter}", but(letter, ("true", 17)),
       f"Sentence {letter}: a card is named by its number, from 1 to {len(EVIDENCE)}.") for letter in SUMMARY],
)  # fmt: skip

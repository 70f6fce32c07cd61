"""The second summary, with eight planted errors; the evidence; and how an audit of it is judged."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from IPython.display import display

VERDICTS = ("true", "another's", "never done", "other data", "other number")
ALL_RIGHT = "all judged, and each with evidence"


@dataclass(frozen=True)
class Sentence:
    """One sentence of the summary.

    Attributes:
        text: what it says.
        verdict: one of `VERDICTS`.
        evidence: the numbers of the cards that show it.
        wrong: what to say to who gives another verdict.
        look: what to say to who gives the verdict with a card that does not show it.
    """

    text: str
    verdict: str
    evidence: tuple[int, ...]
    wrong: str
    look: str


SUMMARY = {
    "a": Sentence(
        "Class activation mapping weighs the last maps by the classifier's own weights, and needs no gradient.",
        "true", (11,),
        "Sentence a: write down CAM's formula, and see whether it holds a derivative.",
        "Sentence a needs the formula of CAM: which card has it?"),
    "b": Sentence(
        "A box is drawn around the largest connected piece of what is above 20 % of the map's maximum.",
        "true", (5,),
        "Sentence b: compare each of its three parts with the card on boxes.",
        "Sentence b is about boxes: which card says how they are drawn?"),
    "c": Sentence(
        "With such boxes GoogLeNet-GAP errs on ILSVRC in 13.2 % of the validation images at top-5, class and place "
        "counted together.",
        "other number", (1, 2),
        "Sentence c: the number exists. Look for its table, and ask what that table counts.",
        "Sentence c is about the validation images: one card has their errors about the class, another those about "
        "class or box. Name one of these."),
    "d": Sentence(
        "It does not win everywhere: at top-1, AlexNet-GAP localizes worse than gradient saliency on AlexNet.",
        "true", (2,),
        "Sentence d: find both rows in one table, and mind that these are errors.",
        "Sentence d compares two localization errors on the validation images: one card has both."),
    "e": Sentence(
        "On ILSVRC, classifying again inside of CAM's box raises the accuracy from 63.0 to 67.8 %.",
        "other data", (4,),
        "Sentence e: both numbers exist. Look at which images they belong to.",
        "Sentence e needs the card that has 63.0 and 67.8."),
    "f": Sentence(
        "A random crop of the same size was tried there too, and brought 0.9 points.",
        "never done", (4,),
        "Sentence f: look for the table of crops, and see which crops are in it.",
        "Sentence f needs the table in which a random crop would have to stand."),
    "g": Sentence(
        "The same paper marks the places of 14 pathologies on X-rays of the chest.",
        "another's", (16,),
        "Sentence g: that was done. By whom?",
        "Sentence g needs the card about X-rays."),
    "h": Sentence(
        "Grad-CAM does without the change of architecture; on a network with GAP its map, before the ReLU, is CAM's "
        "over Z.",
        "true", (12,),
        "Sentence h: notebook 03 checks this equation on a network.",
        "Sentence h states an equation: which card has it?"),
    "i": Sentence(
        "For finer pictures its authors introduce guided backpropagation, and multiply the two.",
        "another's", (13,),
        "Sentence i says two things. The second is right. Who introduced guided backpropagation?",
        "Sentence i: which card says whose the rule is?"),
    "j": Sentence(
        "People who see only the picture made by guided backpropagation name the right class in 61.23 % of the cases.",
        "other number", (6,),
        "Sentence j: the number exists. Which row does it stand in?",
        "Sentence j needs the card with what people said."),
    "k": Sentence(
        "In the pointing game Grad-CAM reaches 70.58, and people, who were asked to point as well, five points more.",
        "never done", (7,),
        "Sentence k: the first number is right. See whether the card knows of people.",
        "Sentence k needs the card of the pointing game."),
    "l": Sentence(
        "Its maps showed that a network told doctors from nurses by their looks; after the training set was balanced, "
        "the accuracy on a balanced test rose from 82 to 90 %.",
        "true", (9,),
        "Sentence l: compare both numbers and what was balanced with the card.",
        "Sentence l needs the card about doctors and nurses."),
    "m": Sentence(
        "Adebayo and others put random weights into the upper layers: guided backpropagation's picture hardly changed.",
        "true", (14,),
        "Sentence m: compare it with the card, and with notebook 04.",
        "Sentence m needs the card about random weights."),
    "n": Sentence(
        "And Lapuschkin and others found a deep network that knew horses by a photographer's tag.",
        "other data", (15,),
        "Sentence n: the tag and the horses are right. What kind of classifier was it?",
        "Sentence n needs the card about the tag."),
}  # fmt: skip

CAM, GRAD_CAM = "CAM paper (as reported), {}", "Grad-CAM paper, {}"
EVIDENCE = (
    (CAM.format("table 1"),
     "Error about the class, ILSVRC, validation images, top-1 / top-5: GoogLeNet-GAP 35.0 / 13.2, VGGnet-GAP "
     "33.4 / 12.2, AlexNet-GAP 51.1 / 26.3."),
    (CAM.format("table 2"),
     "Error about class or box, same images, top-1 / top-5: GoogLeNet-GAP 56.40 / 43.00, AlexNet-GAP 67.19 / 52.16; "
     "gradient saliency on GoogLeNet 61.31 / 50.55, on AlexNet 65.17 / 52.64."),
    (CAM.format("table 3"),
     "The same, test images, top-5. From labels alone: GoogLeNet-GAP 42.9, with several boxes 37.1, saliency 46.4. "
     "Trained with boxes: GoogLeNet 26.7, OverFeat 29.9, AlexNet 34.2."),
    (CAM.format("table 4"),
     "Accuracy of GoogLeNet-GAP on birds, CUB-200-2011: full image 63.0, CAM's crop 67.8, true box 70.5."),
    ("CAM paper, section 3", "Cut at 20 % of the maximum; box of the largest connected component."),
    (GRAD_CAM.format("people name the class"), "Right: deconvnet 53.33 %, guided backprop 44.44 %, Guided Grad-CAM "
     "61.23 %."),
    (GRAD_CAM.format("pointing game"), "Grad-CAM 70.58; c-MWP, another method, 60.30."),
    (GRAD_CAM.format("localization (as reported)"),
     "Error on ILSVRC-15's validation images, top-1 / top-5: VGG-16 56.51 / 46.41; CAM on VGG-GAP 57.20 / 45.14."),
    (GRAD_CAM.format("doctors and nurses"), "In training 78 % of the doctors were men, 93 % of the nurses women. With "
     "a balanced training set 82 → 90 % on a balanced test."),
    (GRAD_CAM.format("rank correlation with occlusion"),
     "Grad-CAM 0.254, Guided Grad-CAM 0.261, guided backprop 0.168, CAM 0.208."),
    ("Notebook 02", "M(i, j) = Σ w · A(i, j), with the classifier's weights w. One forward pass."),
    ("Notebook 03, “Where CAM exists, Grad-CAM is CAM”", "There ∂y/∂A = w / Z at every place, so α = w / Z."),
    ("Notebook 04, “Who owns which idea”",
     "Guided backprop: Springenberg and others, 2014. Grad-CAM's paper multiplies it in."),
    ("Adebayo and others, 2018; notebook 04", "With random weights from the top, gradients and Grad-CAM change, guided "
     "backprop hardly; it does once the lower layers are random too."),
    ("Lapuschkin and others, 2019; notebook 06", "Horses by a tag in photographs of PASCAL VOC 2007: a classifier on "
     "Fisher vectors, no network."),
    ("CheXNet, 2017", "CAM on X-rays of the chest, for 14 pathologies."),
)  # fmt: skip


class Listed:
    """A summary, or its evidence, as a table and as text."""

    def __init__(self, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        self.heads, self.rows = heads, rows

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in self.rows)

    def _repr_html_(self) -> str:
        left = 'style="text-align: left; vertical-align: top"'
        head = "".join(f'<th scope="col" {left}>{html.escape(one)}</th>' for one in self.heads)
        lines = ("".join(f"<td {left}>{html.escape(one)}</td>" for one in row) for row in self.rows)
        body = "".join(f"<tr>{line}</tr>" for line in lines)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def summary() -> None:
    """Show the second summary."""
    rows = [(letter, one.text) for letter, one in SUMMARY.items()]
    display(Listed(("", "the second summary"), rows))  # type: ignore[no-untyped-call]


def evidence() -> None:
    """Show the cards."""
    rows = [(str(number), *card) for number, card in enumerate(EVIDENCE, start=1)]
    display(Listed(("card", "where", "what stands there"), rows))  # type: ignore[no-untyped-call]


def audited(answer: Mapping[str, tuple[str, int]]) -> None:
    """Show an audit beside the summary."""
    rows = [(letter, SUMMARY[letter].text, said, str(card)) for letter, (said, card) in answer.items()]
    display(Listed(("", "the second summary", "verdict", "card"), rows))  # type: ignore[no-untyped-call]


def first_fault(answer: Any) -> str:
    """What is to be mended first in an audit, in the order of the sentences; `ALL_RIGHT` if nothing is.

    Of a fault it says where and of which kind it is, and not what would be right.
    """
    if answer is None:
        return "nothing"
    if not isinstance(answer, Mapping):
        return "no dictionary"
    if any(key not in SUMMARY for key in answer):
        return "a key that is no sentence"
    for letter, sentence in SUMMARY.items():
        if letter not in answer:
            return f"{letter}: missing"
        pair = answer[letter]
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            return f"{letter}: no pair"
        said, card = pair
        if said not in VERDICTS:
            return f"{letter}: no such verdict"
        if isinstance(card, bool) or card not in range(1, len(EVIDENCE) + 1):
            return f"{letter}: no such card"
        if said != sentence.verdict:
            return f"{letter}: the verdict"
        if card not in sentence.evidence:
            return f"{letter}: the evidence"
    return ALL_RIGHT

"""What makes exercises, predictions and claims work; it knows no notebook.

    from cam_tutorial.practice import answer, claim, predict

An attempt's way, a file a step:

    exercise.py     what an exercise is: a solution, what it is tried on, the known ways to get it wrong
    source.py       what can be told from an attempt's code alone: untouched, uses what the text forbids
    run.py          one run of an attempt on all cases -> one report; snapshot.py: what a call left changed
    compare.py      one answer beside the expected one -> one difference, or none
    verdict.py      reads the report and the differences -> what is said
                    relations.py: how the answer hangs together with the right one; errors.py: what an error means
    card.py         shows it; picture.py draws a wrong map beside the expected one
    progress.py     remembers what is solved and predicted; catalog.py finds the exercises of a course

A prediction is asked and answered in prediction.py (question.js is what the page shows); claims.py checks a sentence.
"""

from cam_tutorial import extras

extras.need(__name__, "IPython", "anywidget", "traitlets")

from .claims import claim
from .prediction import answer, predict

__all__ = ["answer", "claim", "predict"]

"""Attempts at 15.2."""

from collections import Counter

import torch
from attempts import right, wrong


@right("a Counter for each question")
def counters(questions, answers, asked):
    seen = {}
    for q, a in zip(questions.tolist(), answers.tolist()):
        seen.setdefault(q, Counter())[a] += 1
    return torch.tensor([seen[q].most_common(1)[0][0] for q in asked.tolist()])


@right("mode")
def mode(questions, answers, asked):
    return torch.stack([answers[questions == q].mode().values for q in asked])


@right("a table of counts")
def table(questions, answers, asked):
    counts = torch.zeros(int(questions.max()) + 1, int(answers.max()) + 1)
    for q, a in zip(questions, answers):
        counts[q, a] += 1
    return counts.argmax(dim=1)[asked]


@right("index_put")
def index_put(questions, answers, asked):
    counts = torch.zeros(int(questions.max()) + 1, int(answers.max()) + 1)
    counts.index_put_((questions, answers), torch.ones(len(answers)), accumulate=True)
    return counts[asked].max(dim=1).indices


@right("one-hot products")
def products(questions, answers, asked):
    same = (asked[:, None] == questions[None, :]).float()
    return (same @ torch.nn.functional.one_hot(answers).float()).argmax(dim=1)


@right("unique with counts")
def unique(questions, answers, asked):
    out = []
    for q in asked.tolist():
        values, counts = torch.unique(answers[questions == q], return_counts=True)
        out.append(values[counts.argmax()].item())
    return torch.tensor(out)


@right("max with a key")
def with_key(questions, answers, asked):
    result = []
    for q in asked:
        mine = answers[questions == q].tolist()
        result.append(max(set(mine), key=mine.count))
    return torch.as_tensor(result)


@wrong("the most frequent of all")
def of_all(questions, answers, asked):
    return answers.bincount().argmax().repeat(len(asked))


@wrong("max in place of argmax")
def maximum(questions, answers, asked):
    return torch.stack([answers[questions == q].bincount().max() for q in asked])


@wrong("the first answer")
def first(questions, answers, asked):
    return torch.stack([answers[questions == q][0] for q in asked])


@wrong("the last answer, by a dictionary")
def last(questions, answers, asked):
    table = dict(zip(questions.tolist(), answers.tolist()))
    return torch.tensor([table[q] for q in asked.tolist()])


@wrong("asked as places")
def as_places(questions, answers, asked):
    return answers[asked]


@wrong("the mean of the numbers")
def mean(questions, answers, asked):
    return torch.stack([answers[questions == q].float().mean().round() for q in asked])


@wrong("for each question once")
def once(questions, answers, asked):
    return torch.stack([answers[questions == q].bincount().argmax() for q in questions.unique()])


@wrong("for the old questions")
def old(questions, answers, asked):
    return torch.stack([answers[questions == q].bincount().argmax() for q in questions])


@wrong("the median")
def median(questions, answers, asked):
    return torch.stack([answers[questions == q].median() for q in asked])


@wrong("the rarest")
def rarest(questions, answers, asked):
    return torch.tensor([Counter(answers[questions == q].tolist()).most_common()[-1][0] for q in asked])


@wrong("zeros for the others")
def zeros(questions, answers, asked):
    return torch.stack([(answers * (questions == q)).bincount().argmax() for q in asked])


@wrong("counts, no choice")
def counts(questions, answers, asked):
    return torch.stack([answers[questions == q].bincount(minlength=int(answers.max()) + 1) for q in asked])

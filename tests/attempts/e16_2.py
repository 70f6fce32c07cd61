"""Attempts at 16.2."""

import numpy as np
import torch
from attempts import right, wrong


@right("a sentinel at each end, differences")
def differences(curve, threshold):
    above = (curve > threshold * curve.max()).numpy().astype(int)
    edges = np.diff(np.concatenate([[0], above, [0]]))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    k = int(np.argmax(stops - starts))
    return int(starts[k]), int(stops[k])


@right("all segments, longest first")
def brute(curve, threshold):
    above = curve > threshold * curve.max()
    T = len(curve)
    for length in range(T, 0, -1):
        for start in range(T - length + 1):
            if above[start : start + length].all():
                return start, start + length
    return 0, 0


@right("a while loop")
def loop(curve, threshold):
    cut = float(threshold * curve.max())
    values = curve.tolist()
    best_start, best_stop, t = 0, 0, 0
    while t < len(values):
        if values[t] > cut:
            start = t
            while t < len(values) and values[t] > cut:
                t += 1
            if t - start > best_stop - best_start:
                best_start, best_stop = start, t
        else:
            t += 1
    return best_start, best_stop


@right("a string split at zeros")
def string(curve, threshold):
    text = "".join("1" if high else "0" for high in (curve > threshold * curve.max()).tolist())
    longest = max(text.split("0"), key=len)
    start = text.index(longest)
    return start, start + len(longest)


@right("run lengths that count up")
def counting(curve, threshold):
    above = curve > threshold * curve.max()
    run, lengths = 0, []
    for high in above:
        run = run + 1 if bool(high) else 0
        lengths.append(run)
    length = max(lengths)
    stop = lengths.index(length) + 1
    return stop - length, stop


@right("normalized first")
def normalized(curve, threshold):
    above = curve / curve.max() > threshold
    best, start = (0, 0), None
    for t in range(len(above) + 1):
        if t < len(above) and above[t]:
            start = t if start is None else start
        else:
            if start is not None and t - start > best[1] - best[0]:
                best = (start, t)
            start = None
    return best


@right("a list of runs")
def listed(curve, threshold):
    found = [[]]
    for t, value in enumerate(curve):
        if value > threshold * curve.max():
            found[-1].append(t)
        elif found[-1]:
            found.append([])
    longest = max(found, key=len)
    return longest[0], longest[-1] + 1


@right("torch cumsum labels")
def labels(curve, threshold):
    above = curve > threshold * curve.max()
    gaps = (~above).cumsum(0)[above]
    name, count = torch.unique_consecutive(gaps, return_counts=True)
    k = int((count == count.max()).nonzero()[0])
    frames = torch.arange(len(curve))[above][gaps == name[k]]
    return int(frames[0]), int(frames[-1]) + 1


@wrong("first to last, over gaps")
def over_gaps(curve, threshold):
    frames = (curve > threshold * curve.max()).nonzero().flatten()
    return int(frames[0]), int(frames[-1]) + 1


@wrong("greater or equal")
def at_least(curve, threshold):
    above = (curve >= threshold * curve.max()).tolist()
    start, best = 0, (0, 0)
    for t, high in enumerate(above):
        if not high:
            start = t + 1
        elif t + 1 - start > best[1] - best[0]:
            best = start, t + 1
    return best


@wrong("threshold not times the maximum")
def absolute(curve, threshold):
    return brute(torch.where(curve > threshold, torch.ones_like(curve), torch.zeros_like(curve)), 0.5)


@wrong("stop inclusive")
def inclusive(curve, threshold):
    start, stop = brute(curve, threshold)
    return start, stop - 1


@wrong("forgets a run at the end")
def forgets(curve, threshold):
    above = (curve > threshold * curve.max()).tolist()
    best, start = (0, 0), None
    for t, high in enumerate(above):
        if high and start is None:
            start = t
        if not high and start is not None:
            if t - start > best[1] - best[0]:
                best = (start, t)
            start = None
    return best


@wrong("the run of the maximum")
def around_the_top(curve, threshold):
    above = (curve > threshold * curve.max()).tolist()
    top = int(curve.argmax())
    start, stop = top, top + 1
    while start > 0 and above[start - 1]:
        start -= 1
    while stop < len(above) and above[stop]:
        stop += 1
    return start, stop


@wrong("the first run")
def first(curve, threshold):
    above = (curve > threshold * curve.max()).tolist()
    start = above.index(True)
    stop = start
    while stop < len(above) and above[stop]:
        stop += 1
    return start, stop


@wrong("the last of equally long runs")
def last(curve, threshold):
    above = (curve > threshold * curve.max()).tolist()
    start, best = 0, (0, 0)
    for t, high in enumerate(above):
        if not high:
            start = t + 1
        elif t + 1 - start >= best[1] - best[0]:
            best = start, t + 1
    return best


@wrong("start and length")
def length(curve, threshold):
    start, stop = brute(curve, threshold)
    return start, stop - start


@wrong("share of the range")
def of_range(curve, threshold):
    low = curve.min()
    return brute(curve - low, threshold)


@wrong("all runs")
def every(curve, threshold):
    above = (curve > threshold * curve.max()).tolist()
    found, start = [], None
    for t, high in enumerate([*above, False]):
        if high and start is None:
            start = t
        elif not high and start is not None:
            found.append((start, t))
            start = None
    return found


@wrong("the length alone")
def only_length(curve, threshold):
    start, stop = brute(curve, threshold)
    return stop - start


@wrong("absolute values")
def size(curve, threshold):
    return brute(curve.abs(), threshold)


@wrong("below the threshold")
def below(curve, threshold):
    above = curve < threshold * curve.max()
    return brute(above.float(), 0.5) if above.any() else (0, 0)


@wrong("share of the mean")
def of_mean(curve, threshold):
    above = curve > threshold * curve.mean()
    return brute(above.float(), 0.5) if above.any() else (0, 0)


@wrong("a mask is returned")
def mask(curve, threshold):
    return curve > threshold * curve.max()


@wrong("the largest sum")
def heaviest(curve, threshold):
    return max(every(curve, threshold), key=lambda run: float(curve[run[0] : run[1]].sum()))

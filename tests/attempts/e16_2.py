"""Attempts at 16.2."""

from itertools import groupby


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


# Another round, by three who had read the notebook alone.


@right("a loop that keeps the longest run")
def b_loop(curve, threshold):
    above = (curve > threshold * curve.max()).tolist()
    best, start = (0, 0), None
    for t, on in enumerate([*above, False]):
        if on and start is None:
            start = t
        if not on and start is not None:
            if t - start > best[1] - best[0]:
                best = (start, t)
            start = None
    return best


@right("groupby")
def b_groupby(curve, threshold):
    runs, t = [], 0
    for on, group in groupby((curve > threshold * curve.max()).tolist()):
        n = len(list(group))
        if on:
            runs.append((t, t + n))
        t += n
    return max(runs, key=lambda run: run[1] - run[0]) if runs else (0, 0)


@right("differences of the padded mask")
def b_diff(curve, threshold):
    on = (curve > curve.max() * threshold).int()
    edge = torch.cat([torch.zeros(1, dtype=torch.int), on, torch.zeros(1, dtype=torch.int)]).diff()
    starts, stops = (edge == 1).nonzero().flatten(), (edge == -1).nonzero().flatten()
    k = int((stops - starts).argmax())
    return int(starts[k]), int(stops[k])


@right("numpy")
def b_numpy(curve, threshold):
    c = curve.numpy()
    edges = np.flatnonzero(np.diff(np.r_[0, (c > threshold * c.max()).astype(int), 0]))
    starts, stops = edges[::2], edges[1::2]
    k = np.argmax(stops - starts)
    return int(starts[k]), int(stops[k])


@right("a string of letters, split")
def b_string(curve, threshold):
    word = "".join("x" if v > threshold * curve.max() else "." for v in curve)
    longest = max(word.split("."), key=len)
    start = word.find(longest)
    return start, start + len(longest)


@right("all windows, the longest first")
def b_windows(curve, threshold):
    on = curve > threshold * curve.max()
    for length in range(len(on), 0, -1):
        for start in range(len(on) - length + 1):
            if on[start : start + length].all():
                return (start, start + length)
    return (0, 0)


@right("a running count of frames")
def b_running(curve, threshold):
    limit, run, longest, stop = float(curve.max()) * threshold, 0, 0, 0
    for t in range(curve.shape[0]):
        run = run + 1 if curve[t].item() > limit else 0
        if run > longest:
            longest, stop = run, t + 1
    return stop - longest, stop


@right("while loops")
def b_while(curve, threshold):
    on, t, runs = curve > threshold * torch.max(curve), 0, []
    while t < len(on):
        start = t
        while t < len(on) and on[t]:
            t += 1
        runs.append((start, t))
        t += 1
    return max(runs, key=lambda r: r[1] - r[0])


@wrong("a quantile")
def b_quantile(curve, threshold):
    limit = torch.quantile(curve, threshold)
    run, longest, stop = 0, 0, 0
    for t, v in enumerate(curve):
        run = run + 1 if v > limit else 0
        if run > longest:
            longest, stop = run, t + 1
    return stop - longest, stop


@wrong("the last run is always closed one early")
def b_end_short(curve, threshold):
    on = (curve > threshold * curve.max()).tolist()
    best, start = (0, 0), None
    for t, one in enumerate(on):
        if one and start is None:
            start = t
        if start is not None and (not one or t == len(on) - 1):
            if t - start > best[1] - best[0]:
                best = (start, t)
            start = None
    return best


@wrong("counts from 1")
def b_one(curve, threshold):
    start, stop = b_running(curve, threshold)
    return start + 1, stop + 1


@wrong("stop first")
def b_order(curve, threshold):
    start, stop = b_running(curve, threshold)
    return stop, start


@wrong("a list of frames")
def b_frames(curve, threshold):
    start, stop = b_running(curve, threshold)
    return list(range(start, stop))


@wrong("a slice")
def b_slice(curve, threshold):
    start, stop = b_running(curve, threshold)
    return slice(start, stop)


@wrong("groups above and below alike: the longest of both kinds")
def b_both_kinds(curve, threshold):
    runs, t = [], 0
    for _, group in groupby((curve > threshold * curve.max()).tolist()):
        n = len(list(group))
        runs.append((t, t + n))
        t += n
    return max(runs, key=lambda run: run[1] - run[0])


@wrong("the shortest")
def b_shortest(curve, threshold):
    runs, t = [], 0
    for on, group in groupby((curve > threshold * curve.max()).tolist()):
        n = len(list(group))
        if on:
            runs.append((t, t + n))
        t += n
    return min(runs, key=lambda run: run[1] - run[0])


@wrong("diff without padding")
def b_no_pad(curve, threshold):
    edge = (curve > curve.max() * threshold).int().diff()
    starts, stops = (edge == 1).nonzero().flatten() + 1, (edge == -1).nonzero().flatten() + 1
    k = int((stops - starts).argmax())
    return int(starts[k]), int(stops[k])


@wrong("clamps the curve in place")
def b_in_place(curve, threshold):
    curve /= curve.max()
    return b_running(curve, threshold)


@wrong("24 frames written in")
def b_24(curve, threshold):
    on = [bool(curve[t] > threshold * curve.max()) for t in range(24)]
    best, start = (0, 0), None
    for t, one in enumerate([*on, False]):
        if one and start is None:
            start = t
        if not one and start is not None:
            if t - start > best[1] - best[0]:
                best = (start, t)
            start = None
    return best


@wrong("the current run is not reset")
def b_not_reset(curve, threshold):
    count, start = 0, None
    for t, v in enumerate(curve):
        if v > threshold * curve.max():
            count += 1
            start = t if start is None else start
    return start, start + count


@wrong("gaps of one frame are bridged")
def b_bridge(curve, threshold):
    on = (curve > threshold * curve.max()).tolist()
    for t in range(1, len(on) - 1):
        if on[t - 1] and on[t + 1]:
            on[t] = True
    best, start = (0, 0), None
    for t, one in enumerate([*on, False]):
        if one and start is None:
            start = t
        if not one and start is not None:
            if t - start > best[1] - best[0]:
                best = (start, t)
            start = None
    return best


@wrong("nothing returned")
def b_nothing(curve, threshold):
    b_running(curve, threshold)


@wrong("returns the start of the first when the loop ends early")
def b_early(curve, threshold):
    on = curve > threshold * curve.max()
    for t in range(len(on)):
        if on[t]:
            for s in range(t, len(on)):
                if not on[s]:
                    return t, s


@wrong("the fixed 20 %")
def b_twenty(curve, threshold):
    return b_running(curve, 0.2)


@wrong("one minus the share")
def b_one_minus(curve, threshold):
    return b_running(curve, 1 - threshold)


@wrong("the curve itself as a condition")
def b_truth(curve, threshold):
    if curve > threshold * curve.max():
        return 0, len(curve)
    return 0, 0


@wrong("half of the maximum, whatever the threshold")
def b_half(curve, threshold):
    return b_running(curve, 0.5)


@wrong("a share of the sum of the curve")
def b_share_of_sum(curve, threshold):
    p = curve / curve.sum()
    run, longest, stop = 0, 0, 0
    for t, v in enumerate(p):
        run = run + 1 if v > threshold else 0
        if run > longest:
            longest, stop = run, t + 1
    return stop - longest, stop


@right("numpy integers")
def b_numpy_ints(curve, threshold):
    on = np.concatenate([[False], (curve > threshold * curve.max()).numpy(), [False]])
    starts, stops = np.flatnonzero(on[1:] & ~on[:-1]), np.flatnonzero(~on[1:] & on[:-1])
    k = int(np.argmax(stops - starts))
    return starts[k].item(), stops[k].item()


@right("recursion")
def b_recursion(curve, threshold):
    on = (curve > threshold * curve.max()).tolist()

    def from_(t, best):
        if t >= len(on):
            return best
        stop = t
        while stop < len(on) and on[stop]:
            stop += 1
        return from_(stop + 1, (t, stop) if stop - t > best[1] - best[0] else best)

    return from_(0, (0, 0))


@right("sets of frames, each with its own start")
def b_starts(curve, threshold):
    on, start, spans = curve > threshold * curve.max(), 0, {}
    for t in range(len(curve)):
        if not on[t]:
            start = t + 1
        else:
            spans[start] = t + 1
    return max(spans.items(), key=lambda span: span[1] - span[0])


@wrong("stop counted from the start of the last run")
def b_len_of_last(curve, threshold):
    start, best, length = 0, 0, 0
    for t, v in enumerate(curve):
        if v > threshold * curve.max():
            length += 1
            best = max(best, length)
        else:
            length, start = 0, t + 1
    return start, start + best


@wrong("resets only the count")
def b_first_start(curve, threshold):
    start, length, best = None, 0, 0
    for t, v in enumerate(curve):
        if v > threshold * curve.max():
            start = t if start is None else start
            length += 1
            best = max(best, length)
        else:
            length = 0
    return start, start + best


@wrong("the threshold of a curve from 0 to 1 that was made by a softmax")
def b_softmax(curve, threshold):
    return b_running(curve.softmax(0), threshold)


@wrong("the neighbors of the argmax only")
def b_argmax(curve, threshold):
    t = int(curve.argmax())
    return t, t + 1

"""Exercise 16.2: from a curve over time to the frames of the action."""

from itertools import groupby

import torch

from cam_tutorial.practice.exercise import exercise

# Curves drawn by hand, a digit a frame and "-" for -4; the highest is 8, thresholds count eighths. No curve is blank.
DRAWN = (
    # The longest run is not the first one, nor the last; the highest value is elsewhere.
    (0.25, "0033008000333330007700"),
    (0.25, "800055550066"),
    # At the threshold is not above it: here that would join two runs.
    (0.5, "0664668000"),
    (0.5, "4444855444"),
    (0.25, "2228822233320"),
    # From the first frame on, to the last one, and all of them.
    (0.5, "7787000660"),
    (0.5, "0066000787"),
    (0.5, "78687"),
    # Of both signs; the sum is not the length.
    (0.25, "--33330--88-"),
    (0.375, "0880--4444-0"),
    # One frame; one run of one frame.
    (0.5, "8"),
    (0.5, "000800"),
    (0.875, "77877077"),
    (0.5, "0011110880"),
    # Two of one length: the first.
    (0.25, "00660008800440"),
    (0.125, "0222011108880"),
    (0.5, "660088005500"),
    # The share itself counts: less would let the threes in, more would keep the twos out.
    (0.5, "0333330880"),
    (0.125, "0222201880"),
    # A gap of one frame is a gap.
    (0.5, "05505508888050"),
)


def curves(generator):
    """Curves drawn by hand, as they are, weaker and stronger; and random ones."""
    cases = [(drawn(picture), threshold) for threshold, picture in DRAWN]
    cases += [(drawn(DRAWN[k][1]) * scale, DRAWN[k][0]) for k, scale in ((0, 1 / 16), (2, 32.0), (8, 1 / 4))]
    for frames, threshold in ((24, 0.5), (17, 0.25), (30, 0.4)):
        cases.append((torch.randn(frames, generator=generator).cumsum(0).cos() + 0.2, threshold))
    return cases


def drawn(picture):
    return torch.tensor([-4.0 if frame == "-" else float(frame) for frame in picture])


@exercise(
    "16.2",
    "From a curve to a segment",
    minutes=8,
    difficulty=2,
    cases=curves,
    hints=[
        "First a list of True and False: `above = (curve > threshold * curve.max()).tolist()`.",
        "Go through the frames and remember where the present run began. At each frame above, compare its length with"
        " the longest so far; only a longer one replaces it.",
        "A run goes from `start` to `stop`, the first frame behind it: its length is `stop - start`.",
    ],
)
def my_segment(curve, threshold):
    """Tensor (T,), share of the maximum -> (start, stop), two ints

    The longest run of frames that are strictly above (>) the threshold, which is the
    share times the curve's maximum; of equally long ones the first. Stop is exclusive.
    """
    above = (curve > threshold * curve.max()).tolist()
    start, best = 0, (0, 0)
    for t, high in enumerate(above):
        if not high:
            start = t + 1
        elif t + 1 - start > best[1] - best[0]:
            best = start, t + 1
    return best


def runs(above):
    """All runs of True, as (start, stop)."""
    found, t = [], 0
    for high, group in groupby(above):
        length = len(list(group))
        if high:
            found.append((t, t + length))
        t += length
    return found


def of_the_maximum(curve, threshold):
    return (curve > threshold * curve.max()).tolist()


def longest(found, curve):
    return max(found, key=lambda run: run[1] - run[0])


def bridged(above):
    """With single frames of False between two of True filled in."""
    inside = range(1, len(above) - 1)
    return [high or (t in inside and above[t - 1] and above[t + 1]) for t, high in enumerate(above)]


def made(sentence, above=of_the_maximum, choose=longest, give=lambda run: run):
    """A mistake: some of the three steps done otherwise."""

    def version(curve, threshold):
        found = runs(above(curve, threshold))
        return give(choose(found, curve)) if found else (0, 0)

    my_segment.mistake(sentence)(version)


# What is above.
made(
    "You count frames that are exactly at the threshold. Asked for is strictly above: `>`.",
    above=lambda curve, threshold: (curve >= threshold * curve.max()).tolist(),
)
made(
    "You compare with the threshold itself. It is a share: multiply it by `curve.max()`.",
    above=lambda curve, threshold: (curve > threshold).tolist(),
)
made(
    "You took the share between lowest and highest value. Asked for is a share of the maximum alone.",
    above=lambda curve, threshold: (curve > curve.min() + threshold * (curve.max() - curve.min())).tolist(),
)
made(
    "You took a share of the mean. Asked for is a share of the maximum: `threshold * curve.max()`.",
    above=lambda curve, threshold: (curve > threshold * curve.mean()).tolist(),
)
made(
    "You took absolute values first: what speaks against the class is no action. Use the curve as it is.",
    above=lambda curve, threshold: (curve.abs() > threshold * curve.abs().max()).tolist(),
)
made(
    "You count the frames below the threshold. The action is where the curve is above it.",
    above=lambda curve, threshold: (curve <= threshold * curve.max()).tolist(),
)
made(
    "You count the frames below the threshold. The action is where the curve is above it.",
    above=lambda curve, threshold: (curve < threshold * curve.max()).tolist(),
)
made(
    "You took a quantile of the curve. Asked for is a share of the maximum: `threshold * curve.max()`.",
    above=lambda curve, threshold: (curve > torch.quantile(curve, threshold)).tolist(),
)
made(
    "You bridge gaps of one frame. A run ends at the first frame that is not above.",
    above=lambda curve, threshold: bridged(of_the_maximum(curve, threshold)),
)
made(
    "You count all frames above 0. Asked for are those above `threshold * curve.max()`.",
    above=lambda curve, threshold: (curve > 0).tolist(),
)
made(
    "You compare with 1 − threshold of the maximum. It is the threshold itself.",
    above=lambda curve, threshold: (curve > (1 - threshold) * curve.max()).tolist(),
)

# Which run.
made(
    "You go from the first frame above the threshold to the last one, over the gaps between. Take the longest run"
    " without a gap.",
    choose=lambda found, curve: (found[0][0], found[-1][1]),
)
made("You took the first run. Asked for is the longest one.", choose=lambda found, curve: found[0])
made("You took the last run. Asked for is the longest one.", choose=lambda found, curve: found[-1])
made(
    "Of equally long runs you took the last. Asked for is the first: only a longer one may replace it.",
    choose=lambda found, curve: max(reversed(found), key=lambda run: run[1] - run[0]),
)
made(
    "You took the run with the highest value in it. Asked for is the longest one.",
    choose=lambda found, curve: max(found, key=lambda run: float(curve[run[0] : run[1]].max())),
)
made(
    "You took the run with the largest sum. Asked for is the longest one.",
    choose=lambda found, curve: max(found, key=lambda run: float(curve[run[0] : run[1]].sum())),
)
made(
    "You took the shortest run. Asked for is the longest one.",
    choose=lambda found, curve: min(found, key=lambda run: run[1] - run[0]),
)
made(
    "You gave all runs. Asked for is the longest one, as (start, stop).",
    choose=lambda found, curve: found,
)


def last_run_forgotten(curve, threshold):
    found = [run for run in runs(of_the_maximum(curve, threshold)) if run[1] < len(curve)]
    return longest(found, curve) if found else (0, 0)


my_segment.mistake(
    "A run that lasts to the end of the curve is forgotten: it ends where the curve does, and no frame below follows."
)(last_run_forgotten)


def first_run_forgotten(curve, threshold):
    found = [run for run in runs(of_the_maximum(curve, threshold)) if run[0] > 0]
    return longest(found, curve) if found else (0, 0)


my_segment.mistake("A run that begins with the first frame is forgotten: no frame below comes before it.")(
    first_run_forgotten
)


def last_run_cut_short(curve, threshold):
    found = runs(of_the_maximum(curve, threshold))
    return longest([(start, min(stop, len(curve) - 1)) for start, stop in found], curve)


my_segment.mistake("A run that lasts to the end of the curve loses its last frame: its stop is the curve's length.")(
    last_run_cut_short
)


def both_kinds(curve, threshold):
    above = of_the_maximum(curve, threshold)
    return longest(sorted(runs(above) + runs([not high for high in above])), curve)


my_segment.mistake("You compare runs below the threshold with runs above it. Only those above count.")(both_kinds)


def never_starts_anew(curve, threshold):
    above = of_the_maximum(curve, threshold)
    return above.index(True), above.index(True) + sum(above)


my_segment.mistake("Your count goes on behind a gap: begin anew at each frame that is not above.")(never_starts_anew)


def longest_from(start):
    """A mistake: the longest length, with the start of another run."""

    def version(curve, threshold):
        above = of_the_maximum(curve, threshold)
        first, length = start(above), max(stop - begun for begun, stop in runs(above))
        return first, first + length

    return version


my_segment.mistake(
    "You remember the longest length, and give it from where the first run begins. Remember its start as well."
)(longest_from(lambda above: above.index(True)))
my_segment.mistake(
    "You remember the longest length, and give it from where your last start was set. Remember its start as well."
)(longest_from(lambda above: len(above) - above[::-1].index(False) if False in above else 0))


def without_ends(curve, threshold):
    step = torch.tensor(of_the_maximum(curve, threshold)).int().diff()
    starts, stops = ((step == way).nonzero().flatten() + 1 for way in (1, -1))
    best = int((stops - starts).argmax())
    return int(starts[best]), int(stops[best])


my_segment.mistake(
    "The differences show no step where a run begins with the first frame or lasts to the end, so that starts and stops"
    " do not pair up: put a 0 before the first frame and behind the last one."
)(without_ends)

# How it is given.
made(
    "Your stop is the last frame of the run. Asked for is the first frame behind it, one more.",
    give=lambda run: (run[0], run[1] - 1),
)
made("Your start is one frame late.", give=lambda run: (run[0] + 1, run[1]))
made("Your start is one frame early: it is the last frame before the run.", give=lambda run: (run[0] - 1, run[1]))
made("Your stop is one frame late: it is the first frame behind the run.", give=lambda run: (run[0], run[1] + 1))
made("You gave start and length. Asked for is (start, stop).", give=lambda run: (run[0], run[1] - run[0]))
made("You gave stop before start. Asked for is (start, stop).", give=lambda run: (run[1], run[0]))
made("You gave the length of the run alone. Asked for is (start, stop).", give=lambda run: run[1] - run[0])
made("You listed the frames of the run. Asked for is (start, stop).", give=lambda run: list(range(*run)))
made(
    "You gave shares of the film's length, or other fractions. Asked for are whole frames.",
    give=lambda run: (float(run[0]) / 2, float(run[1]) / 2),
)

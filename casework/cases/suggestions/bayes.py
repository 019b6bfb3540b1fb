"""Complement naive Bayes, pure: which label do these words speak for, and how sure is that.

Source of the method: Rennie, Shih, Teevan and Karger, "Tackling the poor assumptions of naive Bayes text
classifiers" (ICML 2003), section 3.1: a word is judged by how rare it is in all *other* labels, which are many
and so well known, instead of by how common it is in one label that may have few cases. Chosen over the multinomial
model because agencies have a few large categories and many small ones.

The scores of naive Bayes are far too sure of themselves, so they are made into shares by a temperature that grows
with a power of the number of words; both are fitted on cases that were held out (after Guo, Pleiss, Sun and
Weinberger, "On calibration of modern neural networks", ICML 2017). What is then still too high or too low is put
right by a ladder that only rises, from what was said of held-out cases to how often it was so (isotonic regression
by pooling adjacent violators; Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass
probability estimates", KDD 2002).
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SMOOTHING = 1.0
TEMPERATURES = (0.1, 0.15, 0.22, 0.33, 0.5, 0.75, 1.0, 1.5, 2.2, 3.3, 5.0, 7.5, 11.0)
POWERS = (0.0, 0.25, 0.5, 0.75, 1.0)
SHOWN = 3
FEWEST_ON_RUNG = 20
MOST_RUNGS = 20

Counts = Mapping[str, Mapping[str, int]]
# (what was said, how often it was so), rising in both.
Ladder = Sequence[Sequence[float]]
# (right label, scores, known words) of a case that was held out.
Scored = tuple[str, Mapping[str, float], float]


@dataclass(frozen=True)
class Known:
    """What was learned of one kind of label: words per label, size of the vocabulary, and the calibration."""

    words: Mapping[str, int]
    vocabulary: int
    temperature: float = 1.0
    power: float = 0.5
    ladder: Ladder = ()


@dataclass(frozen=True)
class Guess:
    """One label with its share of belief (0 to 1) and the words that speak for it, the strongest first."""

    label: str
    share: float
    because: Sequence[str]


def scores_of(typed: Mapping[str, int], counts: Counts, known: Known) -> tuple[dict[str, float], float]:
    """The score of every label (higher is better, in nats), and how many typed words are known.

    `typed`: word -> how often; `counts`: word -> label -> how often among past cases.
    """
    total = sum(known.words.values())
    gains = dict.fromkeys(known.words, 0.0)
    weight = 0.0
    for term, often in typed.items():
        row = counts.get(term)
        if not row:
            continue
        weight += often
        for label, gain in _gains(row):
            if label in gains:
                gains[label] += often * gain
    return {
        label: gain + weight * math.log(SMOOTHING * known.vocabulary + total - known.words[label])
        for label, gain in gains.items()
    }, weight


def guesses(typed: Mapping[str, int], counts: Counts, known: Known, most: int = SHOWN) -> list[Guess]:
    """The best labels for these words, the likeliest first; nothing when no typed word is known."""
    scores, weight = scores_of(typed, counts, known)
    if not weight:
        return []
    shares = shares_of(scores, weight, known.temperature, known.power)
    best = sorted(shares, key=lambda label: (-shares[label], label))[:most]
    return [
        Guess(label, put_right(shares[label], known.ladder), _because(label, typed, counts)) for label in best
    ]


def shares_of(
    scores: Mapping[str, float], weight: float, temperature: float, power: float
) -> dict[str, float]:
    """Scores as shares that add up to one."""
    divisor = temperature * weight**power
    top = max(scores.values())
    raised = {label: math.exp((score - top) / divisor) for label, score in scores.items()}
    whole = sum(raised.values())
    return {label: value / whole for label, value in raised.items()}


def calibrated(held_out: Sequence[Scored]) -> tuple[float, float, list[list[float]]]:
    """The temperature and power under which the right labels of held-out cases were least surprising; the ladder.

    The measure is the mean logarithm of the right label's share.
    """
    usable = [(right, scores, weight) for right, scores, weight in held_out if weight and right in scores]
    if not usable:
        return 1.0, 0.5, []

    def surprise(pair: tuple[float, float]) -> float:
        return -sum(
            math.log(max(shares_of(scores, weight, *pair)[right], 1e-12)) for right, scores, weight in usable
        )

    temperature, power = min(((t, p) for p in POWERS for t in TEMPERATURES), key=surprise)
    said = []
    for right, scores, weight in usable:
        shares = shares_of(scores, weight, temperature, power)
        best = sorted(((share, label) for label, share in shares.items()), reverse=True)[:SHOWN]
        said += [(share, label == right) for share, label in best]
    return temperature, power, ladder_of(said)


def ladder_of(said: Sequence[tuple[float, bool]]) -> list[list[float]]:
    """From shares that were said, each with whether it was so: the ladder, with at most MOST_RUNGS rungs."""
    ordered = sorted(said)
    size = max(FEWEST_ON_RUNG, -(-len(ordered) // MOST_RUNGS))
    rungs: list[tuple[float, float, int]] = []
    for start in range(0, len(ordered), size):
        lot = ordered[start : start + size]
        rungs.append((sum(share for share, _ in lot), float(sum(so for _, so in lot)), len(lot)))
        while len(rungs) > 1 and rungs[-2][1] / rungs[-2][2] >= rungs[-1][1] / rungs[-1][2]:
            after, before = rungs.pop(), rungs.pop()
            rungs.append((before[0] + after[0], before[1] + after[1], before[2] + after[2]))
    # One more right and one more wrong on each rung: nothing is certain because twenty cases were so.
    return [[round(total / n, 4), round((so + 1) / (n + 2), 4)] for total, so, n in rungs]


def put_right(share: float, ladder: Ladder) -> float:
    """A share as experience corrects it: on a straight line between the rungs."""
    if len(ladder) < 2:
        return share
    if share <= ladder[0][0]:
        return min(share, ladder[0][1])
    for (low, low_was), (high, high_was) in itertools.pairwise(ladder):
        if share <= high:
            return low_was + (high_was - low_was) * (share - low) / (high - low)
    return ladder[-1][1]


def _gains(row: Mapping[str, int]) -> list[tuple[str, float]]:
    """What one word adds to each label that has it: the rarer elsewhere, the more."""
    total = sum(row.values())
    whole = math.log(SMOOTHING + total)
    return [(label, whole - math.log(SMOOTHING + total - often)) for label, often in row.items()]


def _because(label: str, typed: Mapping[str, int], counts: Counts, most: int = 4) -> list[str]:
    """The typed words that add most to this label and are commoner in it than in all others together, or nearly."""
    weights = {
        term: often * dict(_gains(counts[term])).get(label, 0.0)
        for term, often in typed.items()
        if counts.get(term)
    }
    telling = [term for term, weight in weights.items() if weight > 0.2]
    return sorted(telling, key=lambda term: (-weights[term], term))[:most]

"""How a trained detector is judged: as it runs on-line, every 50 ms, blink by blink."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from data import Series
from windows import DIVIDE_BY, cut, labels

EVERY_SECONDS = 0.05
# A blink is found if the score crosses the threshold this long after its peak.
FOUND_WITHIN = (0.0, 0.5)


@dataclass
class Verdict:
    name: str
    minutes: float
    blinks: int
    found: int
    false_alarms: int
    area_under_curve: float
    """Of single windows: blink against no blink."""
    delay_ms: float
    """Median time from a blink's peak to the first score above the threshold."""


def run(series: Series, score) -> tuple[np.ndarray, np.ndarray]:
    """Times at which the detector looked, and what it said."""
    ends = np.arange(series.start + 1.0, series.last, EVERY_SECONDS)
    return ends, np.asarray(score((cut(series, ends) / DIVIDE_BY).astype(np.float32)))


def area_under_curve(scores: np.ndarray, target: np.ndarray) -> float:
    positive, negative = int((target == 1).sum()), int((target == 0).sum())
    if positive == 0 or negative == 0:
        return float("nan")
    judged = target >= 0
    ranks = rankdata(scores[judged])[target[judged] == 1]
    return float((ranks.sum() - positive * (positive + 1) / 2) / (positive * negative))


def judge(series: Series, score, threshold: float) -> Verdict:
    """A false alarm is a run of scores above the threshold that no blink or doubt explains."""
    ends, said = run(series, score)
    target = labels(ends, series.blinks, series.doubtful)
    above = said > threshold
    judgeable = (series.blinks > ends[0]) & (series.blinks < ends[-1] - FOUND_WITHIN[1])
    blinks = series.blinks[judgeable] if not series.quiet else np.zeros(0)
    delays = []
    for peak in blinks:
        near = above & (ends > peak + FOUND_WITHIN[0]) & (ends <= peak + FOUND_WITHIN[1])
        if near.any():
            delays.append(ends[near][0] - peak)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], above.astype(int), [0]])))
    excused = np.concatenate([series.blinks, series.doubtful])
    false_alarms = 0
    for first, behind in zip(edges[::2], edges[1::2], strict=True):
        early, late = ends[first] - 0.65, ends[behind - 1] + 0.15
        false_alarms += not ((excused > early) & (excused < late)).any()
    return Verdict(
        name=series.name,
        minutes=float(ends[-1] - ends[0]) / 60,
        blinks=len(blinks),
        found=len(delays),
        false_alarms=false_alarms,
        area_under_curve=area_under_curve(said, target) if len(blinks) else float("nan"),
        delay_ms=float(np.median(delays)) * 1000 if delays else float("nan"),
    )


def pooled(name: str, verdicts: list[Verdict]) -> Verdict:
    """Several series as one: counts are added, the area is averaged."""
    areas = [one.area_under_curve for one in verdicts if one.blinks]
    delays = [one.delay_ms for one in verdicts if one.found]
    return Verdict(
        name=name,
        minutes=sum(one.minutes for one in verdicts),
        blinks=sum(one.blinks for one in verdicts),
        found=sum(one.found for one in verdicts),
        false_alarms=sum(one.false_alarms for one in verdicts),
        area_under_curve=float(np.mean(areas)) if areas else float("nan"),
        delay_ms=float(np.median(delays)) if delays else float("nan"),
    )


def table(verdicts: list[Verdict]) -> str:
    head = f"{'series':44} {'minutes':>7} {'blinks':>6} {'found':>5} {'false':>5}"
    lines = [f"{head} {'a minute':>8} {'AUC':>6} {'delay ms':>8}"]
    for one in verdicts:
        lines.append(
            f"{one.name:44} {one.minutes:7.2f} {one.blinks:6d} {one.found:5d} "
            f"{one.false_alarms:5d} {one.false_alarms / one.minutes:8.2f} "
            f"{one.area_under_curve:6.3f} {one.delay_ms:8.0f}"
        )
    return "\n".join(lines)

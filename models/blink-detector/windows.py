"""Windows of one second cut from series, the rule that labels them, and how batches are made."""

import numpy as np

from data import Series

RATE_HZ = 100.0
FRAMES = 100
DIVIDE_BY = 100.0

# The label rule, in seconds between a blink's peak and the end of the window ("now").
# `POSITIVE`: blink. Between `POSITIVE` and `JUDGED`: left out. Outside `JUDGED`: no blink.
POSITIVE = (0.10, 0.40)
JUDGED = (-0.02, 0.50)
# A doubtful peak bars every window it could excuse.
DOUBTFUL = (-0.15, 0.65)

STORE_RATE_HZ = 200.0

# Of a batch: real blinks, made-up blinks, no blink in real and in made-up signals.
SHARES = (0.1, 0.15, 0.35, 0.4)
# How often an easy window is drawn against one that the network takes for a blink for sure.
EASE = 0.3


def labels(ends: np.ndarray, blinks: np.ndarray, doubtful: np.ndarray, stretch=1.0) -> np.ndarray:
    """1 blink, 0 no blink, -1 not to be judged, for windows that end at these seconds."""

    def any_within(times, low, high):
        if len(times) == 0:
            return np.zeros(len(ends), bool)
        lag = (ends[:, None] - times[None, :]) / np.reshape(stretch, (-1, 1))
        return ((lag >= low) & (lag <= high)).any(axis=1)

    answer = np.where(any_within(blinks, *JUDGED), -1, 0)
    answer[any_within(doubtful, *DOUBTFUL)] = -1
    answer[any_within(blinks, *POSITIVE)] = 1
    return answer


def cut(series: Series, ends: np.ndarray) -> np.ndarray:
    """Windows (count, FRAMES) in microvolts that end at these seconds, at RATE_HZ."""
    times = ends[:, None] - np.arange(FRAMES - 1, -1, -1) / RATE_HZ
    return np.interp(times, np.arange(len(series.values)) / series.rate_hz, series.values)


class Store:
    """All series of one training run in one array, to cut many windows at once."""

    def __init__(self, series: list[Series], random: np.random.Generator):
        self.random = random
        self.values, self.ends, self.labels, self.owner = [], [], [], []
        offset = 0
        for number, one in enumerate(series):
            times = np.arange(0, (len(one.values) - 1) / one.rate_hz, 1 / STORE_RATE_HZ)
            own = np.arange(len(one.values)) / one.rate_hz
            self.values.append(np.interp(times, own, one.values).astype(np.float32))
            ends = np.arange(one.start + 1.15, min(one.last, times[-1]) - 0.01, 0.02)
            self.labels.append(labels(ends, one.blinks, one.doubtful))
            self.ends.append(ends * STORE_RATE_HZ + offset)
            self.owner.append(np.full(len(ends), number))
            offset += len(times)
        self.values, self.ends = np.concatenate(self.values), np.concatenate(self.ends)
        self.labels, self.owner = np.concatenate(self.labels), np.concatenate(self.owner)
        made_up = np.array([one.source == "made up" for one in series])[self.owner]
        self.pools = [
            np.flatnonzero((self.labels == label) & (made_up == made))
            for label in (1, 0)
            for made in (False, True)
        ]
        self.odds = [np.arange(1, len(pool) + 1) / len(pool) for pool in self.pools]

    def look_harder(self, score) -> None:
        """Draws windows without a blink more often the more this detector takes them for one."""
        ages = (np.arange(FRAMES - 1, -1, -1) / RATE_HZ * STORE_RATE_HZ).astype(int)
        for number in (2, 3):
            at = np.floor(self.ends[self.pools[number]]).astype(int)
            said = [
                np.asarray(score(self.values[part[:, None] - ages] / DIVIDE_BY))
                for part in np.array_split(at, 1 + len(at) // 4096)
            ]
            self.odds[number] = np.cumsum(EASE + np.concatenate(said))
            self.odds[number] /= self.odds[number][-1]

    def batch(self, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Augmented windows divided by DIVIDE_BY, their labels, and their weights."""
        picked = np.concatenate(
            [
                pool[np.searchsorted(odds, self.random.random(round(size * share)))]
                for pool, odds, share in zip(self.pools, self.odds, SHARES, strict=True)
            ]
        )
        count = len(picked)
        target = self.labels[picked].astype(np.float32)
        # The clock runs up to 8 % fast or slow around the frame 0.25 s before the end, and the
        # end slips by up to 10 ms: no label becomes wrong by it.
        stretch = self.random.uniform(0.92, 1.08, (count, 1))
        slip = self.random.uniform(-0.01, 0.01, (count, 1))
        ages = np.arange(FRAMES - 1, -1, -1) / RATE_HZ
        at = self.ends[picked][:, None] - (0.25 + (ages - 0.25) * stretch + slip) * STORE_RATE_HZ
        whole = np.floor(at).astype(int)
        part = (at - whole).astype(np.float32)
        whole = np.clip(whole, 0, len(self.values) - 2)
        windows = self.values[whole] * (1 - part) + self.values[whole + 1] * part
        gain = np.exp(self.random.uniform(np.log(0.6), np.log(1.7), (count, 1)))
        windows = windows * gain * self.random.choice([-1, 1], (count, 1))
        # A blink of less than 40 µV from peak to peak cannot be told from the rest.
        faint = (target > 0) & (np.ptp(windows[:, 40:], axis=1) < 40)
        windows = windows + self.noise(windows)
        weight = np.where(faint, 0, 1).astype(np.float32)
        return (windows / DIVIDE_BY).astype(np.float32), target, weight

    def noise(self, windows: np.ndarray) -> np.ndarray:
        """White noise as of muscle, and hum that no notch took away, in half of them each."""
        count = len(windows)
        white = self.random.standard_normal((count, FRAMES)) * self.random.uniform(0, 8, (count, 1))
        turns = self.random.uniform(38, 50, (count, 1)) * np.arange(FRAMES) / RATE_HZ
        hum = np.sin(2 * np.pi * (turns + self.random.random((count, 1))))
        loudness = np.exp(self.random.uniform(np.log(1), np.log(80), (count, 1)))
        hum *= np.minimum(loudness, 0.4 * np.ptp(windows, axis=1, keepdims=True))
        some = self.random.random((2, count, 1)) < 0.5
        return white * some[0] + hum * some[1]

"""
Golden values for detrend and normalise, from SciPy and NumPy, window by window. Writes
prepare_trend.json.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal, stats

RATE, WINDOW = 100, 50
rng = np.random.default_rng(23)
t = np.arange(260) / RATE
data = np.stack([
    5000 + 300 * t + 10 * np.sin(2 * np.pi * 8 * t) + rng.normal(0, 3, t.size),
    np.round(rng.normal(0, 4, t.size)),
], axis=1).astype(np.float32).astype(float)
data[120, 1] = 900


def windows():
    for end in range(1, len(data) + 1):
        yield data[max(0, end - WINDOW):end]


def forgetting(seconds):
    share = 1 - np.exp(-1 / (seconds * RATE))
    zi = (1 - share) * data[:1]
    return data - signal.lfilter([share], [1, share - 1], data, axis=0, zi=zi)[0]


def z_score(seconds):
    """Weighted moments over all samples so far, by their definition; the weights of West's rule."""
    floor = 1 - np.exp(-1 / (seconds * RATE))
    weights, rows = np.zeros(0), []
    for n in range(1, len(data) + 1):
        share = max(1 / n, floor)
        weights = np.append(weights * (1 - share), share)
        mean = np.average(data[:n], axis=0, weights=weights)
        variance = np.average((data[:n] - mean) ** 2, axis=0, weights=weights)
        rows.append(np.where(variance > 0, (data[n - 1] - mean) / np.sqrt(np.maximum(variance, 1e-300)), 0))
    return np.array(rows)


def robust():
    rows = []
    for window in windows():
        scale = stats.median_abs_deviation(window, axis=0, scale="normal")
        centre = np.median(window, axis=0)
        rows.append(np.where(scale > 0, (window[-1] - centre) / np.where(scale > 0, scale, 1), 0))
    return np.array(rows)


pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
    "rateHz": RATE,
    "windowSeconds": WINDOW / RATE,
    "input": data.tolist(),
    "mean": [(w[-1] - w.mean(axis=0)).tolist() for w in windows()],
    "linear": [signal.detrend(w, axis=0)[-1].tolist() for w in windows()],
    "exponential": forgetting(WINDOW / RATE).tolist(),
    "z": z_score(WINDOW / RATE).tolist(),
    "robust": robust().tolist(),
}))

"""Golden values for the quality node: noise floor from scipy's periodogram of the second difference,
likeness to the neighbours from numpy's covariances with a fading memory. Writes quality_nodes.json."""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

RATE, WINDOW, WINDOWS, MAINS, MEMORY = 250, 125, 24, 50, 10
LABELS = ["A", "B", "C", "D", "E", "F"]

rng = np.random.default_rng(9)
towards = np.array([[-0.4, 0.5, 1], [0.4, 0.5, 1], [-0.5, 0, 1], [0.5, 0, 1], [-0.4, -0.5, 1], [0, -1, 0.1]])
positions = 0.095 * towards / np.linalg.norm(towards, axis=1)[:, None]
t = np.arange(WINDOW * WINDOWS) / RATE
shared = signal.sosfilt(signal.butter(2, [2, 20], "band", fs=RATE, output="sos"), rng.normal(0, 40, t.size))
data = np.stack([(1 + 0.3 * c) * shared for c in range(6)], axis=1)
data[:, 2] = 0
data += rng.normal(0, [0.5, 1, 8, 2, 4, 1], data.shape)
data += 30 * np.sin(2 * np.pi * MAINS * t)[:, None] * [0, 0.2, 0, 1, 0, 0]
data += np.linspace(0, 200, t.size)[:, None] * [1, 0, 0, 0, -1, 0] + 5000
data = data.astype(np.float32).astype(float)


def floors(window):
    hz, power = signal.periodogram(np.diff(window, 2, axis=0), RATE, detrend=False, axis=0)
    gain = (2 - 2 * np.cos(2 * np.pi * hz / RATE)) ** 2
    off_mains = abs(hz - np.round(hz / MAINS) * MAINS)
    pool = [k for k in range(len(hz)) if 0.25 * RATE <= hz[k] <= 0.47 * RATE and off_mains[k] >= 4]
    chosen = [pool[int((i + 0.5) * len(pool) / 8)] for i in range(8)]
    return np.sqrt(np.median(power[chosen] / gain[chosen, None], axis=0) / np.log(2)).tolist()


def neighbours():
    cosine = towards @ towards.T / np.outer(*[np.linalg.norm(towards, axis=1)] * 2)
    pairs = set()
    for c in range(6):
        others = sorted((d for d in range(6) if d != c), key=lambda d: -cosine[c, d])
        near = [d for d in others if cosine[c, d] >= np.cos(np.radians(50))][:4]
        pairs |= {tuple(sorted((c, d))) for d in near}
    return pairs


keep = np.exp(-WINDOW / RATE / MEMORY)
past = np.zeros((6, 6))
rows = []
for w in range(WINDOWS):
    window = data[w * WINDOW : (w + 1) * WINDOW]
    past = keep * past + np.cov(window.T, ddof=0)
    alike = abs(past) / np.sqrt(np.outer(np.diag(past), np.diag(past)))
    rows.append({
        "floor": floors(window),
        "likeness": [
            max((alike[pair] for pair in neighbours() if c in pair), default=None) for c in range(6)
        ],
    })

pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
    "rateHz": RATE,
    "windowSeconds": WINDOW / RATE,
    "labels": LABELS,
    "positions": positions.tolist(),
    "input": data.tolist(),
    "rows": rows,
}))

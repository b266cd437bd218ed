"""Golden values for the muscle node: canonical correlation by QR and SVD (Bjorck & Golub) in NumPy,
component removal, and the cross-fade of half-overlapping windows. Writes artifact_muscle.json."""

import json
import pathlib

import numpy as np
from scipy import signal

RATE, WINDOW, LAG, KEEP, FRAMES, CHANNELS = 200, 200, 1, 0.6, 700, 5

rng = np.random.default_rng(8)
smooth = signal.sosfilt(
    signal.butter(2, [2, 15], "bandpass", fs=RATE, output="sos"), rng.normal(0, 40, (FRAMES, 3)), axis=0
)
muscle = signal.sosfilt(
    signal.butter(4, 35, "highpass", fs=RATE, output="sos"), rng.normal(0, 20, (FRAMES, 2)), axis=0
)
data = np.hstack([smooth, muscle]) @ rng.normal(0, 1, (CHANNELS, CHANNELS)).T
data = (data + np.linspace(-2000, 2000, CHANNELS)).astype(np.float32).astype(float)


def removed_from(window):
    centred = window - window.mean(0)
    now, then = centred[LAG:], centred[:-LAG]
    q_now, r_now = np.linalg.qr(now)
    q_then, _ = np.linalg.qr(then)
    left, correlations, _ = np.linalg.svd(q_now.T @ q_then)
    filters = np.linalg.solve(r_now, left)
    patterns = now.T @ now @ filters
    bad = correlations < KEEP
    counts.append(int(bad.sum()))
    return centred @ filters[:, bad] @ patterns[:, bad].T


counts = []
hop = WINDOW // 2
rise = (0.5 - 0.5 * np.cos(np.pi * (np.arange(hop) + 0.5) / hop))[:, None]
out, tail = [], None
for start in range(0, FRAMES - WINDOW + 1, hop):
    removed = removed_from(data[start : start + WINDOW])
    first = removed[:hop] if tail is None else rise * removed[:hop] + (1 - rise) * tail
    out.append(data[start : start + hop] - first)
    tail = removed[hop:]

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"numpy": np.__version__},
            "rateHz": RATE,
            "windowSeconds": WINDOW / RATE,
            "lagMs": 1000 * LAG / RATE,
            "keepAbove": KEEP,
            "input": data.tolist(),
            "smooth": smooth.tolist(),
            "components": counts,
            "output": np.vstack(out).tolist(),
        }
    )
)

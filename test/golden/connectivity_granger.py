"""Golden values for the granger-causality node: least squares by statsmodels, Yule-Walker by NumPy
on the covariances of the window's rows. Writes connectivity_granger.json."""

import json
import pathlib
import warnings

import numpy as np
import statsmodels
from statsmodels.tsa.stattools import grangercausalitytests

RATE, HOP, WINDOW, ORDER, FRAMES = 100, 50, 300, 4, 900
PAIRS = [(0, 1), (0, 2), (1, 2)]

rng = np.random.default_rng(9)
noise = rng.normal(0, 10, (FRAMES, 3))
data = np.zeros((FRAMES, 3))
for n in range(4, FRAMES):
    data[n, 0] = 1.2 * data[n - 1, 0] - 0.8 * data[n - 2, 0] + noise[n, 0]
    data[n, 1] = 0.5 * data[n - 1, 1] + 0.6 * data[n - 2, 0] + noise[n, 1]
    data[n, 2] = 0.3 * data[n - 1, 2] - 0.2 * data[n - 4, 1] + noise[n, 2]
data = (data + [4000, -2000, 0]).astype(np.float32).astype(float)


def least_squares(start, end, source, target):
    rows = data[max(0, start - ORDER) : end][:, [target, source]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, (own, full, _) = grangercausalitytests(rows, [ORDER])[ORDER]
    return float(np.log(own.ssr / full.ssr))


def yule_walker(start, end, source, target):
    at = np.arange(max(ORDER, start), end)
    lags = {(c, k): data[at - k, c] - data[at - k, c].mean()
            for c in (source, target) for k in range(ORDER + 1)}

    def covariance(a, i, b, j):
        first = min(i, j)
        return lags[a, i - first] @ lags[b, j - first]

    def residual(sides):
        past = [(c, k) for c in sides for k in range(1, ORDER + 1)]
        gram = np.array([[covariance(*v, *w) for w in past] for v in past])
        side = np.array([covariance(*v, target, 0) for v in past])
        return covariance(target, 0, target, 0) - side @ np.linalg.solve(gram, side)

    return float(np.log(residual([target]) / residual([target, source])))


def row(hop, fit):
    start, end = (hop + 1) * HOP - WINDOW, (hop + 1) * HOP
    return [fit(start, end, *way) for x, y in PAIRS for way in ((x, y), (y, x))]


hops = range(WINDOW // HOP - 1, FRAMES // HOP)
pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"statsmodels": statsmodels.__version__, "numpy": np.__version__},
            "rateHz": RATE,
            "hopSeconds": HOP / RATE,
            "windowSeconds": WINDOW / RATE,
            "order": ORDER,
            "input": data.tolist(),
            "hops": list(hops),
            "least-squares": [row(hop, least_squares) for hop in hops],
            "yule-walker": [row(hop, yule_walker) for hop in hops],
        }
    )
)

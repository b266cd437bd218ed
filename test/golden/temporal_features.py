"""Golden values for the temporal nodes, from NumPy, SciPy and antropy. Writes temporal_features.json."""

import json
import pathlib

import antropy
import numpy as np
import scipy
from scipy import stats

RATE, WINDOW, HOP = 250, 300, 100

rng = np.random.default_rng(5)
t = np.arange(900) / RATE
noise = np.cumsum(rng.normal(0, 3, t.size))
data = np.stack(
    [
        20 * np.sin(2 * np.pi * 10 * t) + rng.normal(0, 5, t.size) + 300,
        noise - noise.mean(),
        rng.exponential(10, t.size) - 10,
    ],
    axis=1,
).astype(np.float32)


def features(x):
    step = np.diff(x)
    mobility, complexity = antropy.hjorth_params(x)
    return {
        "moments": [x.mean(), x.var(), x.std(), stats.skew(x), stats.kurtosis(x)],
        "rms": [np.sqrt(np.mean(x**2))],
        "line-length": [np.abs(step).sum()],
        "zero-crossings": [float(antropy.num_zerocross(x - x.mean()))],
        "hjorth": [x.var(), mobility, complexity],
        "teager-kaiser": [np.mean(x[1:-1] ** 2 - x[:-2] * x[2:])],
        "entropy": [
            antropy.sample_entropy(x, order=2),
            antropy.perm_entropy(x, order=3, normalize=True),
            antropy.spectral_entropy(x, RATE, method="fft", normalize=True),
            antropy.svd_entropy(x, order=3, normalize=True),
        ],
        "entropy-bits": [
            antropy.sample_entropy(x, order=3, tolerance=float(0.3 * x.std())),
            antropy.perm_entropy(x, order=5, delay=2, normalize=False),
            antropy.spectral_entropy(x, RATE, method="fft", normalize=False),
            antropy.svd_entropy(x, order=4, delay=2, normalize=False),
        ],
        "fractal": [
            antropy.higuchi_fd(x, kmax=10),
            antropy.katz_fd(x),
            antropy.petrosian_fd(x),
        ],
    }


rows = []
for end in range(HOP, t.size + 1, HOP):
    if end < WINDOW:
        continue
    each = [features(data[end - WINDOW : end, c].astype(float)) for c in range(data.shape[1])]
    values = {name: [float(v) for c in each for v in c[name]] for name in each[0]}
    rows.append({"hop": end // HOP - 1, "values": values})

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {
                "antropy": antropy.__version__,
                "numpy": np.__version__,
                "scipy": scipy.__version__,
            },
            "rateHz": RATE,
            "windowSeconds": WINDOW / RATE,
            "hopSeconds": HOP / RATE,
            "input": data.astype(float).tolist(),
            "rows": rows,
        }
    )
)

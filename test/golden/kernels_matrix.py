"""Golden values for the matrix kernels, from NumPy. Writes kernels_matrix.json."""

import json
import pathlib

import numpy as np

CHANNELS, OUTPUTS, FRAMES, FADE = 12, 5, 60, 0.97

rng = np.random.default_rng(21)
offsets = np.linspace(-20000, 20000, CHANNELS)
data = (rng.normal(0, 20, (FRAMES, CHANNELS)) @ rng.normal(0, 1, (CHANNELS, CHANNELS)) + offsets)
data = data.astype(np.float32)
wide = data.astype(float)
matrix = rng.normal(0, 1, (OUTPUTS, CHANNELS))

weights = FADE ** np.arange(FRAMES - 1, -1, -1)
mean = (weights[:, None] * wide).sum(0) / weights.sum()
centred = wide - mean
faded = (weights[:, None] * centred).T @ centred / weights.sum()

share = 0.05
running = np.zeros(CHANNELS)
exponential = []
for frame in wide:
    running = running + share * (frame - running)
    exponential.append(running)

covariance = np.cov(wide, rowvar=False, ddof=0)
values, vectors = np.linalg.eigh(covariance)

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"numpy": np.__version__},
            "input": wide.tolist(),
            "matrix": matrix.tolist(),
            "filtered": (wide @ matrix.T).tolist(),
            "covariance": covariance.tolist(),
            "fade": FADE,
            "fadedCovariance": faded.tolist(),
            "share": share,
            "exponentialMean": np.array(exponential).tolist(),
            "eigenvalues": values.tolist(),
            "eigenvectors": vectors.T.tolist(),
        }
    )
)

"""Golden values for the band-power node, from SciPy. Writes band_power.json."""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

RATE, WINDOW, HOP, NFFT = 250, 500, 62, 512
BANDS = [("delta", 1, 4), ("theta", 4, 8), ("alpha", 8, 13), ("beta", 13, 30), ("gamma", 30, 45)]

rng = np.random.default_rng(11)
t = np.arange(1200) / RATE
data = np.stack(
    [
        20 * np.sin(2 * np.pi * 10 * t) + rng.normal(0, 5, t.size) + 3000,
        8 * np.sin(2 * np.pi * 21 * t) + rng.normal(0, 2, t.size),
    ],
    axis=1,
).astype(np.float32)

rows = []
for end in range(HOP, t.size + 1, HOP):
    if end < WINDOW:
        continue
    frequencies, density = signal.periodogram(
        data[end - WINDOW : end].astype(float), RATE, "hann", NFFT, "constant", axis=0
    )
    step = frequencies[1]
    powers = [
        [density[(frequencies >= low) & (frequencies < high), c].sum() * step
         for _, low, high in BANDS]
        for c in range(2)
    ]
    rows.append({"hop": end // HOP - 1, "powers": powers})

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
            "rateHz": RATE,
            "windowSeconds": WINDOW / RATE,
            "hopSeconds": HOP / RATE,
            "input": data.astype(float).tolist(),
            "rows": rows,
        }
    )
)

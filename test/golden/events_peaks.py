"""Golden values for the peaks and burst nodes, from SciPy. Writes events_peaks.json."""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

RATE, SAMPLES, REACH = 250, 2500, 100

rng = np.random.default_rng(31)
t = np.arange(SAMPLES) / RATE
slow = 40 * np.sin(2 * np.pi * 1.3 * t) + np.cumsum(rng.normal(0, 1.5, t.size))
# Rounded to whole steps, so that there are plateaus.
data = np.stack([np.round(slow / 4) * 4, slow + rng.normal(0, 3, t.size)], axis=1).astype(np.float32)
x = data.astype(float)


def found(values, **kwargs):
    at, more = signal.find_peaks(
        values, wlen=2 * REACH + 1, plateau_size=(None, None), **kwargs
    )
    return [
        {"sample": int(p), "prominence": float(q), "samples": int(s)}
        for p, q, s in zip(at, more["prominences"], more["plateau_sizes"])
    ]


def apart(values, distance):
    highest = set(signal.argrelmax(values, order=distance)[0].tolist())
    return [each for each in found(values, prominence=5) if each["sample"] in highest]


def beta_bursts():
    """Where the amplitude of 13 to 30 Hz exceeds 12 µV for 0.1 s, by scipy.signal.hilbert."""
    rise = np.exp(-(((t % 2.5) - 1.25) / 0.15) ** 2)
    values = (30 * rise * np.sin(2 * np.pi * 20 * t) + rng.normal(0, 1, t.size)).astype(np.float32)
    half = int(np.ceil(3.3 * RATE / 4 / 2))
    taps = signal.firwin(2 * half + 1, [11, 32], pass_zero=False, fs=RATE)
    amplitude = np.abs(signal.hilbert(np.convolve(values.astype(float), taps, "same")))
    return values, amplitude


burst_input, burst_amplitude = beta_bursts()

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
            "rateHz": RATE,
            "reach": REACH,
            "input": x.tolist(),
            "cases": {
                "prominence 10": [found(x[:, c], prominence=10) for c in range(2)],
                "height 20, prominence 0": [
                    found(x[:, c], height=20, prominence=0) for c in range(2)
                ],
                "troughs": [found(-x[:, c], prominence=15) for c in range(2)],
                "highest within 50": [[], apart(x[:, 1], 50)],
                "two runs": [
                    [
                        {**each, "sample": each["sample"] + start}
                        for start, end in ((0, 1100), (1140, SAMPLES))
                        for each in found(x[start:end, c], prominence=10)
                    ]
                    for c in range(2)
                ],
            },
            "burst": {
                "input": burst_input.astype(float).tolist(),
                "amplitude": [round(float(a), 4) for a in burst_amplitude],
            },
        }
    )
)

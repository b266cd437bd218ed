"""Golden values for the Fourier kernels, from NumPy and SciPy. Writes kernels_spectra.json."""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

RATE, FRAMES, CHANNELS = 250, 700, 3

rng = np.random.default_rng(5)
t = np.arange(FRAMES) / RATE
data = np.stack(
    [
        20 * np.sin(2 * np.pi * 10 * t) + rng.normal(0, 5, FRAMES) + 20000,
        8 * np.sin(2 * np.pi * 21 * t) + rng.normal(0, 2, FRAMES) - 300,
        np.cumsum(rng.normal(0, 3, FRAMES)),
    ],
    axis=1,
).astype(np.float32)
wide = data.astype(float)


def complex_list(values):
    return {"re": values.real.tolist(), "im": values.imag.tolist()}


def transforms():
    zero_mean = wide - wide.mean(0)
    return [
        {"length": n, **complex_list(np.fft.rfft(zero_mean[:n].astype(np.float32).astype(float),
                                                 axis=0))}
        for n in (8, 16, 32, 64, 128, 256, 512)
    ]


def welch(segment, hop, fft_length):
    _, density = signal.welch(wide, RATE, "hann", segment, segment - hop, fft_length, "constant",
                              axis=0)
    return {"segment": segment, "hop": hop, "fftLength": fft_length, "density": density.tolist()}


def multitaper(segment, half_bandwidth, count):
    tapers, ratios = signal.windows.dpss(segment, half_bandwidth, count, return_ratios=True)
    piece = wide[:segment] - wide[:segment].mean(0)
    n = 2 ** int(np.ceil(np.log2(segment)))
    spectra = np.fft.rfft(tapers[:, :, None] * piece, n, axis=1)
    density = (np.abs(spectra) ** 2).mean(0) / RATE
    density[1:-1] *= 2
    return {"segment": segment, "halfBandwidth": half_bandwidth, "tapers": tapers.tolist(),
            "ratios": ratios.tolist(), "density": density.tolist()}


def tapers(segment, half_bandwidth, count):
    values, ratios = signal.windows.dpss(segment, half_bandwidth, count, return_ratios=True)
    return {"segment": segment, "halfBandwidth": half_bandwidth, "tapers": values.tolist(),
            "ratios": ratios.tolist()}


segment = wide[100:228] - wide[100:228].mean(0)
column = np.fft.rfft(segment * signal.get_window("hann", 128)[:, None], axis=0)

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
            "rateHz": RATE,
            "input": wide.tolist(),
            "transforms": transforms(),
            "welch": [welch(256, 128, 256), welch(250, 50, 256), welch(64, 16, 128)],
            "multitaper": multitaper(500, 4, 7),
            "tapers": [tapers(64, 2.5, 4), tapers(101, 3, 5), tapers(1000, 4, 7), tapers(33, 1, 1)],
            "column": {"first": 100, "segment": 128, **complex_list(column)},
        }
    )
)

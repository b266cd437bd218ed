"""Golden values for the wavelet-denoise node: transform and shrinkage by PyWavelets, the cross-fade
of half-overlapping blocks by NumPy. Writes artifact_wavelet.json."""

import json
import pathlib

import numpy as np
import pywt

RATE, BLOCK, LEVELS, FRAMES = 256, 256, 4, 900

rng = np.random.default_rng(14)
t = np.arange(FRAMES) / RATE
data = np.stack(
    [
        30 * np.sin(2 * np.pi * 5 * t) + rng.normal(0, 6, FRAMES) + 2000,
        12 * np.sin(2 * np.pi * 10 * t) + rng.normal(0, 2, FRAMES)
        + 150 * np.exp(-(((t - 1.6) / 0.02) ** 2)),
    ],
    axis=1,
).astype(np.float32).astype(float)


def removed_from(window, wavelet, target, stationary):
    line = window[0] + (window[-1] - window[0]) * np.arange(BLOCK) / (BLOCK - 1)
    if stationary:
        coefficients = pywt.swt(window - line, wavelet, LEVELS, trim_approx=True)
    else:
        coefficients = pywt.wavedec(window - line, wavelet, "periodization", LEVELS)
    sigma = np.median(abs(coefficients[-1])) / 0.6744897501960817
    threshold = sigma * np.sqrt(2 * np.log(BLOCK))
    shrunk = [pywt.threshold(c, threshold, "soft") for c in coefficients[1:]]
    if target == "noise":
        taken = [c - s for c, s in zip(coefficients[1:], shrunk)]
    else:
        taken = shrunk
    taken = [0 * coefficients[0], *taken]
    return pywt.iswt(taken, wavelet) if stationary else pywt.waverec(taken, wavelet, "periodization")


def denoise(wavelet, target, stationary=False):
    hop = BLOCK // 2
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(hop) + 0.5) / hop)
    columns = []
    for c in range(data.shape[1]):
        out, tail = [], None
        for start in range(0, FRAMES - BLOCK + 1, hop):
            removed = removed_from(data[start : start + BLOCK, c], wavelet, target, stationary)
            first = removed[:hop] if tail is None else rise * removed[:hop] + (1 - rise) * tail
            out.append(data[start : start + hop, c] - first)
            tail = removed[hop:]
        columns.append(np.concatenate(out))
    return np.stack(columns, axis=1).tolist()


def transform(wavelet):
    values = data[:BLOCK, 1]
    return np.concatenate(pywt.wavedec(values, wavelet, "periodization", LEVELS)).tolist()


pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"pywavelets": pywt.__version__, "numpy": np.__version__},
            "rateHz": RATE,
            "blockSeconds": BLOCK / RATE,
            "levels": LEVELS,
            "input": data.tolist(),
            "coefficients": {wavelet: transform(wavelet) for wavelet in ("db4", "sym4")},
            "output": {
                f"{wavelet} {target} {transform}": denoise(wavelet, target, transform == "swt")
                for transform in ("dwt", "swt")
                for wavelet, target in (("db4", "noise"), ("sym4", "artifacts"))
            },
        }
    )
)

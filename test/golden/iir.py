"""Golden values for the IIR designs and the cascade kernel, from SciPy. Writes iir.json."""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

DESIGNS = [
    {"order": 4, "band": {"kind": "band", "lowHz": 1, "highHz": 45}, "rateHz": 250},
    {"order": 2, "band": {"kind": "high", "cutHz": 0.1}, "rateHz": 250},
    {"order": 2, "band": {"kind": "high", "cutHz": 0.1}, "rateHz": 30000},
    {"order": 5, "band": {"kind": "low", "cutHz": 40}, "rateHz": 1000},
    {"order": 8, "band": {"kind": "low", "cutHz": 100}, "rateHz": 2000},
    {"order": 3, "band": {"kind": "high", "cutHz": 20}, "rateHz": 500},
    {"order": 1, "band": {"kind": "band", "lowHz": 8, "highHz": 13}, "rateHz": 256},
    {"order": 3, "band": {"kind": "stop", "lowHz": 48, "highHz": 52}, "rateHz": 250},
    {"order": 4, "band": {"kind": "band", "lowHz": 300, "highHz": 6000}, "rateHz": 30000},
]
NOTCHES = [(50, 30, 250), (60, 30, 256), (50, 5, 1000)]
KINDS = {"low": "lowpass", "high": "highpass", "band": "bandpass", "stop": "bandstop"}


def corner(band):
    return band["cutHz"] if "cutHz" in band else [band["lowHz"], band["highHz"]]


def design(entry):
    band = entry["band"]
    sos = signal.butter(
        entry["order"], corner(band), KINDS[band["kind"]], fs=entry["rateHz"], output="sos"
    )
    frequencies = np.linspace(0.01, 0.49, 25) * entry["rateHz"]
    _, response = signal.sosfreqz(sos, worN=frequencies, fs=entry["rateHz"])
    return {**entry, "sos": sos.tolist(), "frequencies": frequencies.tolist(),
            "gain": np.abs(response).tolist()}


def notch(frequency, quality, rate):
    b, a = signal.iirnotch(frequency, quality, fs=rate)
    return {"frequencyHz": frequency, "quality": quality, "rateHz": rate,
            "section": [*b, *a[1:]]}


def cascade():
    """Notch and band pass over 8 channels with electrode offsets, primed with the first frame."""
    rate, frames, channels = 250, 400, 8
    rng = np.random.default_rng(7)
    offsets = np.linspace(-20000, 20000, channels)
    data = (rng.normal(0, 20, (frames, channels)) + offsets).astype(np.float32)
    band = signal.butter(4, [1, 45], "bandpass", fs=rate, output="sos")
    b, a = signal.iirnotch(50, 30, fs=rate)
    sos = np.vstack([np.concatenate([b, a]), band])
    zi = signal.sosfilt_zi(sos)[:, :, None] * data[0].astype(float)
    out, _ = signal.sosfilt(sos, data.astype(float), axis=0, zi=zi)
    unprimed = signal.sosfilt(sos, data.astype(float), axis=0)
    return {"rateHz": rate, "sos": sos.tolist(), "input": data.astype(float).tolist(),
            "primed": out.tolist(), "fromZero": unprimed.tolist()}


result = {
    "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
    "designs": [design(entry) for entry in DESIGNS],
    "notches": [notch(*entry) for entry in NOTCHES],
    "cascade": cascade(),
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(result))

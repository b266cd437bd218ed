"""Golden values for the FIR designs, from SciPy. Writes design_fir.json."""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

WINDOWED = [
    (101, {"kind": "low", "cutHz": 40}, "hamming", 250),
    (100, {"kind": "low", "cutHz": 40}, "hann", 250),
    (413, {"kind": "high", "cutHz": 1}, "hamming", 250),
    (331, {"kind": "band", "lowHz": 1, "highHz": 40}, "blackman", 250),
    (201, {"kind": "stop", "lowHz": 48, "highHz": 52}, ["kaiser", 6.5], 500),
    (51, {"kind": "band", "lowHz": 8, "highHz": 13}, "rectangular", 128),
]
KINDS = {"low": "lowpass", "high": "highpass", "band": "bandpass", "stop": "bandstop"}

# taps, rate, then per band low, high, gain, weight.
EQUIRIPPLE = [
    (61, 250, [[0, 30, 1, 1], [40, 125, 0, 1]]),
    (60, 250, [[0, 30, 1, 1], [40, 125, 0, 10]]),
    (101, 250, [[0, 4, 0, 2], [8, 13, 1, 1], [17, 125, 0, 2]]),
    (151, 1000, [[0, 40, 1, 1], [48, 52, 0, 1], [60, 500, 1, 1]]),
    (301, 1000, [[0, 3, 0, 3], [8, 500, 1, 1]]),
    (401, 1000, [[0, 40, 1, 1], [50, 500, 0, 30]]),
]


def corner(band):
    return band["cutHz"] if "cutHz" in band else [band["lowHz"], band["highHz"]]


def windowed(taps, band, window, rate):
    name = tuple(window) if isinstance(window, list) else window.replace("rectangular", "boxcar")
    values = signal.firwin(taps, corner(band), window=name, pass_zero=KINDS[band["kind"]], fs=rate)
    shape = {"kaiserBeta": window[1]} if isinstance(window, list) else window
    return {"band": band, "window": shape, "rateHz": rate, "taps": values.tolist()}


def equiripple(taps, rate, bands, density=128):
    edges = [edge for low, high, _, _ in bands for edge in (low, high)]
    values = signal.remez(taps, edges, [b[2] for b in bands], weight=[b[3] for b in bands],
                          fs=rate, maxiter=200, grid_density=density)
    return {"rateHz": rate, "taps": values.tolist(),
            "bands": [dict(zip(("lowHz", "highHz", "gain", "weight"), b)) for b in bands]}


frequencies = np.linspace(0, 125, 500)
taps = signal.firwin(51, 40, fs=250) * np.linspace(1, 2, 51)
_, delay = signal.group_delay((taps, [1]), w=frequencies, fs=250)
result = {
    "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
    "windowed": [windowed(*each) for each in WINDOWED],
    "equiripple": [equiripple(*each) for each in EQUIRIPPLE],
    "kaiser": [{"attenuationDb": a, "transitionHz": w, "rateHz": r,
                "plan": [float(v) for v in signal.kaiserord(a, w / (r / 2))]}
               for a, w, r in [(30, 5, 250), (60, 2, 1000), (96, 10, 500)]],
    "delay": {"taps": taps.tolist(), "frequencies": frequencies.tolist(), "samples": delay.tolist()},
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result))

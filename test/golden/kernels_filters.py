"""Golden values for FIR, resampling, Hilbert and Morlet, from SciPy and MNE. Writes JSON."""

import json
import pathlib

import mne
import numpy as np
import scipy
from mne.time_frequency import morlet
from scipy import signal

FRAMES, CHANNELS = 300, 3
RATIOS = [(1, 2), (2, 1), (3, 2), (2, 3), (5, 4), (125, 128), (1, 7)]

rng = np.random.default_rng(13)
offsets = np.array([20000.0, -300.0, 0.0])
data = (rng.normal(0, 20, (FRAMES, CHANNELS)) + offsets).astype(np.float32)
wide = data.astype(float)


def fir(taps):
    return {"taps": taps.tolist(), "output": signal.lfilter(taps, 1, wide, axis=0).tolist()}


def resampled(up, down):
    widest = max(up, down)
    taps = up * signal.firwin(20 * widest + 1, 1 / widest, window=("kaiser", 5.0))
    output = signal.upfirdn(taps, wide, up, down, axis=0)
    return {"up": up, "down": down, "taps": taps[:64].tolist(), "count": taps.size,
            "output": output[: FRAMES * up // down].tolist()}


def wavelet(frequency, cycles, rate):
    values = morlet(rate, [frequency], cycles, zero_mean=True)[0]
    return {"frequencyHz": frequency, "cycles": cycles, "rateHz": rate,
            "re": values.real.tolist(), "im": values.imag.tolist()}


analytic = {
    "length": 512,
    "hilbert": signal.hilbert(wide - offsets, 512, axis=0).imag.tolist(),
    "envelope": np.abs(signal.hilbert(wide - offsets, 512, axis=0)).tolist(),
}

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"scipy": scipy.__version__, "numpy": np.__version__,
                         "mne": mne.__version__},
            "input": wide.tolist(),
            "offsets": offsets.tolist(),
            "fir": [fir(signal.firwin(n, [1, 40], pass_zero=False, fs=250))
                    for n in (7, 32, 101)] + [fir(np.array([0.5]))],
            "resampled": [resampled(*ratio) for ratio in RATIOS],
            "analytic": analytic,
            "morlet": [wavelet(10, 7, 250), wavelet(40, 3.5, 512), wavelet(4, 5, 200)],
        }
    )
)

"""
Golden values for filter-iir, filter-fir, filter-bank and resample, from SciPy. Writes
prepare_filters.json. Every filter starts as if the first sample had been there for ever.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

RATE = 250
rng = np.random.default_rng(17)
data = rng.normal(0, 20, (700, 2)) + np.array([12000.0, -300.0])
data = data.astype(np.float32).astype(float)


def sections(sos):
    zi = signal.sosfilt_zi(sos)[:, :, None] * data[0]
    return signal.sosfilt(sos, data, axis=0, zi=zi)[0]


def taps(h):
    return signal.lfilter(h, 1, data - data[0], axis=0) + data[0] * h.sum()


def band(order, low, high, name, **options):
    if name == "bessel":
        return signal.bessel(order, [low, high], "bandpass", fs=RATE, norm="mag", output="sos")
    return signal.iirfilter(order, [low, high], ftype=name, fs=RATE, output="sos", **options)


IIR = [
    ({"design": "chebyshev1", "rippleDb": 0.5}, "cheby1", {"rp": 0.5}),
    ({"design": "chebyshev2", "attenuationDb": 40}, "cheby2", {"rs": 40}),
    ({"design": "elliptic", "rippleDb": 0.2, "attenuationDb": 60}, "ellip", {"rp": 0.2, "rs": 60}),
    ({"design": "bessel"}, "bessel", {}),
    ({"design": "butterworth"}, "butter", {}),
]
FIR = [
    ({"transitionHz": 2}, signal.firwin(413, [1, 40], pass_zero=False, fs=RATE)),
    ({"lowCutHz": 48, "highCutHz": 52, "kind": "stop", "transitionHz": 4, "window": "blackman"},
     signal.firwin(345, [48, 52], window="blackman", pass_zero=True, fs=RATE)),
    ({"lowCutHz": None, "highCutHz": 30, "transitionHz": 10, "window": "hann"},
     signal.firwin(79, 30, window="hann", fs=RATE)),
    ({"method": "taps", "taps": [0.25, 0.5, 0.25]}, np.array([0.25, 0.5, 0.25])),
]
BANDS = [("low", 2, 6), ("high", 20, 90)]


def resampled(out_rate, up, down, pass_share, attenuation):
    """Every phase of the filter is scaled to the sum 1, which SciPy's own filter does not do."""
    half_rate = min(RATE, out_rate) / 2
    fast = RATE * up
    count, beta = signal.kaiserord(attenuation, (1 - pass_share) * half_rate / (fast / 2))
    count += 1 - count % 2
    delay = int(np.ceil((count - 1) / 2 / up))
    count = 2 * delay * up + 1
    h = signal.firwin(count, (1 + pass_share) / 2 * half_rate, window=("kaiser", beta), fs=fast)
    for phase in range(up):
        h[phase::up] /= h[phase::up].sum()
    out = signal.upfirdn(h, data - data[0], up, down, axis=0) + data[0]
    last = (len(data) - 1) * up // down
    same = signal.resample_poly(data - data[0], up, down, axis=0, window=h / h.sum()) + data[0]
    shift = delay * up / down
    if shift == int(shift):
        assert np.allclose(out[int(shift):last + 1] , same[:last + 1 - int(shift)], atol=1e-2)
    return {"options": {"rateHz": out_rate, "passShare": pass_share, "attenuationDb": attenuation},
            "up": up, "down": down, "delaySamples": delay, "output": out[:last + 1].tolist()}


result = {
    "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
    "rateHz": RATE,
    "input": data.tolist(),
    "iir": [
        {"options": options, "output": sections(band(4, 1, 45, name, **more)).tolist()}
        for options, name, more in IIR
    ],
    "fir": [
        {"options": options, "taps": h.tolist(), "output": taps(h).tolist()} for options, h in FIR
    ],
    "combs": [
        {
            "options": {"notchHz": hz, "notchQuality": quality, "notchHarmonics": harmonics},
            "output": sections(np.concatenate([
                signal.tf2sos(*signal.iirnotch(k * hz, k * quality, fs=RATE))
                for k in range(1, count + 1)
            ])).tolist(),
        }
        for hz, quality, harmonics, count in [(50, 30, "all", 2), (60, 20, 2, 2), (25, 30, 3, 3)]
    ],
    "bank": {
        "bands": [dict(zip(("name", "lowHz", "highHz"), each)) for each in BANDS],
        "outputs": [sections(band(3, low, high, "butter")).tolist() for _, low, high in BANDS],
    },
    "resample": [
        resampled(100, 2, 5, 0.75, 60), resampled(256, 128, 125, 0.8, 80),
        resampled(1000, 4, 1, 0.75, 60), resampled(125, 1, 2, 0.9, 100),
        resampled(150, 3, 5, 0.75, 60),
    ],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result))

"""Golden values for the IIR designs beside Butterworth, from SciPy. Writes design_iir.json."""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

BANDS = [
    ({"kind": "low", "cutHz": 40}, 250),
    ({"kind": "high", "cutHz": 0.5}, 500),
    ({"kind": "band", "lowHz": 8, "highHz": 13}, 250),
    ({"kind": "band", "lowHz": 0.5, "highHz": 45}, 1000),
    ({"kind": "stop", "lowHz": 48, "highHz": 52}, 1000),
]
SHAPES = [
    ({"kind": "butterworth"}, "butter", {}),
    ({"kind": "chebyshev1", "rippleDb": 0.5}, "cheby1", {"rp": 0.5}),
    ({"kind": "chebyshev2", "attenuationDb": 60}, "cheby2", {"rs": 60}),
    ({"kind": "elliptic", "rippleDb": 1, "attenuationDb": 50}, "ellip", {"rp": 1, "rs": 50}),
    ({"kind": "elliptic", "rippleDb": 0.05, "attenuationDb": 80}, "ellip", {"rp": 0.05, "rs": 80}),
    ({"kind": "bessel", "cut": "phase"}, "bessel_phase", {}),
    ({"kind": "bessel", "cut": "magnitude"}, "bessel_mag", {}),
]
KINDS = {"low": "lowpass", "high": "highpass", "band": "bandpass", "stop": "bandstop"}


def corner(band):
    return band["cutHz"] if "cutHz" in band else [band["lowHz"], band["highHz"]]


def made(name, order, band, rate, options, output):
    kind = KINDS[band["kind"]]
    if name.startswith("bessel"):
        norm = name.split("_")[1]
        return signal.bessel(order, corner(band), kind, fs=rate, norm=norm, output=output)
    return signal.iirfilter(
        order, corner(band), btype=kind, ftype=name, fs=rate, output=output, **options
    )


def pairs(values):
    return [[float(v.real), float(v.imag)] for v in values]


def design(shape, name, options, order, band, rate):
    zeros, poles, gain = made(name, order, band, rate, options, "zpk")
    sos = made(name, order, band, rate, options, "sos")
    frequencies = np.concatenate([[0], np.geomspace(0.1, 0.5, 30) * rate, [0.2]])
    _, response = signal.freqz_zpk(zeros, poles, gain, worN=frequencies, fs=rate)
    return {
        "shape": shape, "order": order, "band": band, "rateHz": rate,
        "zeros": pairs(zeros), "poles": pairs(poles), "gain": float(gain),
        "sos": sos.tolist(), "frequencies": frequencies.tolist(), "response": pairs(response),
    }


def resonator(kind, make, *arguments):
    b, a = make(*arguments)
    return {"kind": kind, "frequencyHz": arguments[0], "quality": arguments[1],
            "section": [*b, *a[1:]]}


def comb(frequency, quality, rate, kind, pass_zero):
    b, a = signal.iircomb(frequency, quality, ftype=kind, fs=rate, pass_zero=pass_zero)
    frequencies = np.linspace(0, rate / 2, 101)
    _, response = signal.freqz(b, a, worN=frequencies, fs=rate)
    return {"frequencyHz": frequency, "quality": quality, "rateHz": rate, "kind": kind,
            "withZero": pass_zero == (kind == "peak"), "frequencies": frequencies.tolist(),
            "response": pairs(response)}


def response():
    """Magnitude, unwrapped phase, group delay, impulse and step of one design."""
    sos = signal.iirfilter(4, [8, 13], rp=1, rs=50, ftype="ellip", fs=250, output="sos")
    frequencies = np.linspace(0.5, 124.5, 2000)
    _, h = signal.sosfreqz(sos, worN=frequencies, fs=250)
    b, a = signal.iirfilter(4, [8, 13], rp=1, rs=50, ftype="ellip", fs=250)
    delay = sum(signal.group_delay((s[:3], s[3:]), w=frequencies, fs=250)[1] for s in sos)
    impulse = np.zeros(300)
    impulse[0] = 1
    return {"frequencies": frequencies.tolist(), "magnitudeDb": (20 * np.log10(abs(h))).tolist(),
            "phase": np.unwrap(np.angle(h)).tolist(), "groupDelay": delay.tolist(),
            "impulse": signal.sosfilt(sos, impulse).tolist(),
            "step": signal.sosfilt(sos, np.ones(300)).tolist()}


def zero_phase():
    rng = np.random.default_rng(3)
    data = np.cumsum(rng.normal(0, 5, 600)) + 4000
    result = []
    for order, band in [(4, {"kind": "band", "lowHz": 1, "highHz": 45}),
                        (3, {"kind": "low", "cutHz": 30}), (2, {"kind": "high", "cutHz": 0.5})]:
        sos = signal.butter(order, corner(band), KINDS[band["kind"]], fs=250, output="sos")
        result.append({"order": order, "band": band,
                       "output": signal.sosfiltfilt(sos, data).tolist()})
    return {"input": data.tolist(), "rateHz": 250, "filters": result}


result = {
    "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
    "designs": [
        design(shape, name, options, order, band, rate)
        for shape, name, options in SHAPES
        for order in (1, 2, 3, 4, 5, 8)
        for band, rate in BANDS
    ],
    "bessel": [pairs(signal.besselap(order)[1]) for order in range(1, 16)],
    "peaks": [{**resonator("peak", lambda f, q, r=r: signal.iirpeak(f, q, fs=r), f, q), "rateHz": r}
              for f, q, r in [(10, 5, 250), (50, 30, 1000)]],
    "combs": [comb(*each) for each in [
        (50, 30, 1000, "notch", False), (50, 30, 1000, "notch", True),
        (25, 10, 250, "peak", False), (25, 10, 250, "peak", True), (50, 35, 30000, "notch", False),
    ]],
    "response": response(),
    "zeroPhase": zero_phase(),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result))

"""Golden values for the spectral nodes, from SciPy, NumPy and MNE. Writes spectral_nodes.json."""

import json
import pathlib

import mne
import numpy as np
import scipy
from mne.time_frequency import psd_array_multitaper, tfr_array_morlet
from scipy import signal

RATE, SAMPLES, WINDOW, HOP = 250, 1200, 500, 300

rng = np.random.default_rng(23)
t = np.arange(SAMPLES) / RATE
data = np.stack(
    [
        20 * np.sin(2 * np.pi * 10.3 * t) + np.cumsum(rng.normal(0, 2, t.size)) + 400,
        6 * np.sin(2 * np.pi * 21 * t) + rng.normal(0, 4, t.size),
    ],
    axis=1,
).astype(np.float32)
x = data.astype(float)


def rows(compute):
    out = []
    for end in range(HOP, SAMPLES + 1, HOP):
        if end < WINDOW:
            continue
        values = [np.asarray(compute(x[end - WINDOW : end, c])).tolist() for c in range(2)]
        out.append({"hop": end // HOP - 1, "values": values})
    return out


def between(frequencies, values, low=1, high=45):
    return values[(frequencies >= low - 1e-9) & (frequencies <= high + 1e-9)]


def welch(segment, **kwargs):
    frequencies, density = signal.welch(segment, RATE, **kwargs)
    return between(frequencies, density)


def multitaper(segment):
    density, frequencies = psd_array_multitaper(
        segment, RATE, bandwidth=4, adaptive=False, low_bias=True, normalization="full",
        verbose="error",
    )
    return between(frequencies, density)


def spectrum(segment, part):
    taper = signal.get_window("hamming", WINDOW)
    transform = np.fft.rfft((segment - segment.mean()) * taper)
    frequencies = np.fft.rfftfreq(WINDOW, 1 / RATE)
    values = np.abs(transform) * 2 / taper.sum() if part == "magnitude" else np.angle(transform)
    return between(frequencies, values)


def spectrogram(segment):
    frequencies, _, power = signal.spectrogram(
        segment, RATE, "hann", nperseg=WINDOW, noverlap=0, detrend="constant"
    )
    return between(frequencies, 10 * np.log10(power[:, 0]))


def band_power(segment, scale):
    frequencies, density = signal.periodogram(segment, RATE, "hann", 512, "constant")
    power = lambda low, high: density[(frequencies >= low) & (frequencies < high)].sum() * RATE / 512
    bands = [power(8, 13), power(13, 30), power(30, 45)]
    return 10 * np.log10(bands) if scale == "dB" else np.array(bands) / power(1, 30)


def alpha_peak(segment):
    frequencies, density = signal.welch(segment, RATE, nperseg=250)
    inside = np.flatnonzero((frequencies >= 7) & (frequencies <= 13))
    tops = [k for k in inside if density[k] > density[k - 1] and density[k] >= density[k + 1]]
    gravity = (frequencies[inside] * density[inside]).sum() / density[inside].sum()
    if not tops:
        return [0, gravity, 0]
    best = max(tops, key=lambda k: density[k])
    a, b, c = np.log(density[best - 1 : best + 2])
    return [(best + (a - c) / 2 / (a - 2 * b + c)) * frequencies[1], gravity, density[best]]


def aperiodic(segment):
    """The robust fit of Donoghue et al. 2020 in its "fixed" mode, with NumPy's own tools."""
    frequencies, density = signal.welch(segment, RATE, nperseg=250)
    inside = (frequencies >= 2) & (frequencies <= 40)
    f, p = np.log10(frequencies[inside]), np.log10(density[inside])
    flat = np.maximum(0, p - np.polyval(np.polyfit(f, p, 1), f))
    low = flat <= np.percentile(flat, 2.5)
    slope, offset = np.polyfit(f[low], p[low], 1)
    return [-slope, offset]


def wavelets():
    power = tfr_array_morlet(
        x.T[None], RATE, [6.0, 10.0, 22.5], n_cycles=5, output="power", verbose="error"
    )[0]
    half = len(mne.time_frequency.morlet(RATE, [6.0], 5)[0]) // 2
    ends = [end for end in range(50, SAMPLES + 1, 50) if end >= 2 * half + 1]
    return [
        {"hop": end // 50 - 1, "values": power[:, :, end - 1 - half].tolist()} for end in ends
    ]


def analytic():
    """The complex filter itself in float64, and what scipy.signal.hilbert makes of its real part."""
    low, high, transition = 8, 13, 2
    half = int(np.ceil(3.3 * RATE / transition / 2))
    taps = signal.firwin(
        2 * half + 1, [low - transition / 2, high + transition / 2],
        pass_zero=False, window="hamming", fs=RATE, scale=True,
    )
    # Without the leak at 0 Hz, and scaled to the middle of the band again.
    taps -= np.hamming(len(taps)) * taps.sum() / np.hamming(len(taps)).sum()
    taps /= (taps * np.cos(np.pi * (low + high) / RATE * np.arange(-half, half + 1))).sum()
    band = np.stack([np.convolve(x[:, c], taps) for c in range(2)], axis=1)
    signals = signal.hilbert(band, axis=0)
    # Newest sample n shows the moment n − half, which full convolution keeps at n.
    at = list(range(600, 1100, 7))
    return {
        "delay": half,
        "rows": [
            {"sample": n, "amplitude": np.abs(signals[n]).tolist(),
             "phase": np.angle(signals[n]).tolist(), "band": band[n].tolist()}
            for n in at
        ],
    }


pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {
                "mne": mne.__version__, "numpy": np.__version__, "scipy": scipy.__version__,
            },
            "rateHz": RATE,
            "windowSeconds": WINDOW / RATE,
            "hopSeconds": HOP / RATE,
            "input": x.tolist(),
            "rows": {
                "welch": rows(lambda s: welch(s, nperseg=200, noverlap=100)),
                "welch, odd segments": rows(
                    lambda s: welch(s, nperseg=149, noverlap=111, window="blackman")
                ),
                "multitaper": rows(multitaper),
                "magnitude": rows(lambda s: spectrum(s, "magnitude")),
                "phase": rows(lambda s: spectrum(s, "phase")),
                "spectrogram": rows(spectrogram),
                "relative band power": rows(lambda s: band_power(s, "relative")),
                "band power in dB": rows(lambda s: band_power(s, "dB")),
                "alpha peak": rows(alpha_peak),
                "aperiodic": rows(aperiodic),
            },
            "wavelets": wavelets(),
            "analytic": analytic(),
        }
    )
)

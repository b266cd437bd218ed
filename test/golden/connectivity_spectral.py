"""Golden values for the spectral-connectivity node: mne-connectivity over the segments of each
window, SciPy's Welch coherence, and the exponential average by plain NumPy. Writes
connectivity_spectral.json."""

import json
import pathlib

import mne_connectivity
import numpy as np
import scipy
from scipy import signal

RATE, SEGMENT, HOP, WINDOW = 128, 128, 32, 512
BANDS = [("theta", 4, 8), ("alpha", 8, 13)]
PAIRS = [(0, 1), (0, 2), (1, 2)]
METHODS = {
    "imaginary-coherence": "imcoh",
    "plv": "plv",
    "pli": "pli",
    "wpli": "wpli",
    "wpli-debiased": "wpli2_debiased",
}

rng = np.random.default_rng(3)
t = np.arange(1100) / RATE
common = signal.sosfilt(
    signal.butter(2, [8, 13], "bandpass", fs=RATE, output="sos"), rng.normal(0, 30, t.size)
)
data = np.stack(
    [
        common + rng.normal(0, 4, t.size) + 3000,
        np.roll(common, 3) + rng.normal(0, 6, t.size),
        rng.normal(0, 10, t.size) - 500,
    ],
    axis=1,
).astype(np.float32).astype(float)


def segments_until(end, length):
    starts = range(end - length, end - SEGMENT + 1, HOP)
    return np.stack([data[s : s + SEGMENT].T for s in starts])


def by_mne(epochs):
    def run(method):
        return mne_connectivity.spectral_connectivity_epochs(
            epochs, method=method, mode="fourier", sfreq=RATE, fmin=4, fmax=12.5,
            indices=tuple(np.array(PAIRS).T), verbose="error",
        )

    scores = {ours: run(theirs).get_data() for ours, theirs in METHODS.items()}
    coherence = run("coh")
    scores["coherence"] = coherence.get_data() ** 2
    frequencies = np.array(coherence.freqs)
    return {
        name: [[score[p, (frequencies >= low) & (frequencies < high)].mean()
                for _, low, high in BANDS] for p in range(len(PAIRS))]
        for name, score in scores.items()
    }


def by_scipy(end):
    rows = []
    for x, y in PAIRS:
        frequencies, coherence = signal.coherence(
            data[end - WINDOW : end, x], data[end - WINDOW : end, y], RATE, np.hanning(SEGMENT),
            SEGMENT, SEGMENT - HOP, detrend="constant",
        )
        rows.append([coherence[(frequencies >= low) & (frequencies < high)].mean()
                     for _, low, high in BANDS])
    return rows


def exponential(end):
    """Weight exp(-age / 16 segments) from the first segment on; debiased with squared weights."""
    first = -(-SEGMENT // HOP) * HOP
    ends = np.arange(first, end + 1, HOP)
    weight = np.exp(-(ends[-1] - ends) / HOP / (WINDOW / HOP))[:, None]
    spectra = []
    for e in ends:
        piece = data[e - SEGMENT : e]
        spectra.append(np.fft.rfft((piece - piece.mean(0)) * np.hanning(SEGMENT)[:, None], axis=0))
    spectra = np.array(spectra)
    frequencies = np.fft.rfftfreq(SEGMENT, 1 / RATE)
    rows = {"plv": [], "wpli-debiased": [], "coherence": []}
    for x, y in PAIRS:
        cross = spectra[:, :, x] * spectra[:, :, y].conj()
        power = [(weight * abs(spectra[:, :, c]) ** 2).sum(0) for c in (x, y)]
        im = cross.imag
        square = (weight**2 * im**2).sum(0)
        with np.errstate(all="ignore"):
            values = {
                "coherence": abs((weight * cross).sum(0)) ** 2 / power[0] / power[1],
                "plv": abs((weight * cross / abs(cross)).sum(0)) / weight.sum(),
                "wpli-debiased": ((weight * im).sum(0) ** 2 - square)
                / ((weight * abs(im)).sum(0) ** 2 - square),
            }
        for name, value in values.items():
            rows[name].append([value[(frequencies >= low) & (frequencies < high)].mean()
                               for _, low, high in BANDS])
    return rows


ends = [e for e in range(HOP, t.size + 1, HOP) if e >= WINDOW]
pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {
                "mne-connectivity": mne_connectivity.__version__,
                "scipy": scipy.__version__,
                "numpy": np.__version__,
            },
            "rateHz": RATE,
            "segmentSeconds": SEGMENT / RATE,
            "hopSeconds": HOP / RATE,
            "windowSeconds": WINDOW / RATE,
            "bands": [{"name": n, "lowHz": low, "highHz": high} for n, low, high in BANDS],
            "input": data.tolist(),
            "hops": [e // HOP - 1 for e in ends],
            "mne": [by_mne(segments_until(e, WINDOW)) for e in ends],
            "scipy": [by_scipy(e) for e in ends],
            "exponential": {"hop": ends[-1] // HOP - 1, "values": exponential(ends[-1])},
        }
    )
)

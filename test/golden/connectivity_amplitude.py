"""Golden values for envelope-correlation and phase-amplitude-coupling. The complex band-pass is
built here from its definition; envelope correlation is mne-connectivity's on the complex signal,
coupling is the published formulas in NumPy. Writes connectivity_amplitude.json."""

import json
import pathlib

import mne_connectivity
import numpy as np

RATE, HOP, WINDOW, FRAMES = 200, 100, 800, 2400
BAND, SLOW, FAST = (8, 13), (4, 8), (30, 60)
PHASE_BINS = 18
PAIRS = [(0, 1), (0, 2), (1, 2)]

rng = np.random.default_rng(5)
t = np.arange(FRAMES) / RATE
theta = 2 * np.pi * 6 * t
gamma = (1 + np.cos(theta)) * np.sin(2 * np.pi * 45 * t)
swell = 1 + 0.8 * np.sin(2 * np.pi * 0.4 * t)
data = np.stack(
    [
        20 * np.cos(theta) + 6 * gamma + 15 * swell * np.sin(2 * np.pi * 10 * t) + 2500,
        12 * swell * np.sin(2 * np.pi * 10.7 * t + 1) + rng.normal(0, 4, FRAMES),
        rng.normal(0, 15, FRAMES),
    ],
    axis=1,
)
data = (data + rng.normal(0, 3, data.shape)).astype(np.float32).astype(float)


def taps(low, high):
    length = 2 * int(np.ceil(3.3 * RATE / min((high - low) / 2, low) / 2)) + 1
    x = np.arange(length) - (length - 1) // 2
    window = np.hamming(length)
    cut = (high - low) / 2 / RATE
    shape = window * 2 * cut * np.sinc(2 * cut * x)
    complex_taps = shape * np.exp(1j * np.pi * (low + high) / RATE * x)
    complex_taps -= window * complex_taps.sum() / window.sum()
    middle = np.cos(np.pi * (low + high) / RATE * x)
    return complex_taps / (complex_taps.real * middle).sum()


def analytic(bands):
    """Per band: value at the centre of the longest filter that ends at each sample, NaN before."""
    filters = [taps(*band) for band in bands]
    longest = max(len(f) for f in filters)
    out = []
    for f in filters:
        margin = (longest - len(f)) // 2
        values = np.full(data.shape, np.nan, complex)
        for c in range(data.shape[1]):
            full = np.convolve(data[:, c], f)
            for end in range(longest - 1, FRAMES):
                values[end, c] = full[end - margin]
        out.append(values)
    return out, longest


def points(hop, longest, step):
    samples = np.arange((hop + 1) * HOP - WINDOW, (hop + 1) * HOP)
    return samples[(samples % step == 0) & (samples >= longest - 1)]


def hops(longest):
    first = (longest - 1) // HOP + WINDOW // HOP - 1
    return range(first, FRAMES // HOP)


def envelopes():
    (values,), longest = analytic([BAND])
    step = RATE // (8 * (BAND[1] - BAND[0]))
    rows = []
    for hop in hops(longest):
        window = values[points(hop, longest, step)].T[None]
        row = {"hop": hop}
        for name, orthogonalize in (("plain", False), ("orthogonalised", "pairwise")):
            scores = mne_connectivity.envelope_correlation(
                window, orthogonalize=orthogonalize, verbose="error"
            ).get_data("dense")[0, :, :, 0]
            row[name] = [max(scores[x, y], scores[y, x], key=abs) for x, y in PAIRS]
        rows.append(row)
    return rows


def coupling():
    (slow, fast), longest = analytic([SLOW, FAST])
    step = max(1, RATE // (8 * (FAST[1] - FAST[0])))
    rows = []
    for hop in hops(longest):
        at = points(hop, longest, step)
        row = {"hop": hop, "values": []}
        for x, y in [(0, 0), (0, 1), (2, 0)]:
            phase, amplitude = np.angle(slow[at, x]), abs(fast[at, y])
            bins = np.minimum(PHASE_BINS - 1, ((phase + np.pi) / 2 / np.pi * PHASE_BINS).astype(int))
            mean = np.array([amplitude[bins == k].mean() for k in range(PHASE_BINS)])
            share = mean / mean.sum()
            index = 1 + (share * np.log(share)).sum() / np.log(PHASE_BINS)
            vector = abs((amplitude * np.exp(1j * phase)).mean())
            row["values"] += [index, vector, vector / np.sqrt((amplitude**2).mean())]
        rows.append(row)
    return rows


pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {
                "mne-connectivity": mne_connectivity.__version__,
                "numpy": np.__version__,
            },
            "rateHz": RATE,
            "hopSeconds": HOP / RATE,
            "windowSeconds": WINDOW / RATE,
            "input": data.tolist(),
            "envelopes": envelopes(),
            "coupling": coupling(),
        }
    )
)

"""Golden values for the epoch-rejection node: MNE's Epochs with reject and flat, and the online
joint probability by NumPy from its definition. Writes artifact_epochs.json."""

import json
import pathlib

import mne
import numpy as np

RATE, EPOCH, EPOCHS, MEMORY, BINS, REACH = 100, 50, 60, 20, 64, 8
AMPLITUDE, FLAT = 90, 2

rng = np.random.default_rng(33)
data = rng.normal(0, 10, (EPOCH * EPOCHS, 3)) + [2000, 0, -500]
for epoch, channel, size in [(4, 0, 200), (17, 2, 120), (30, 1, 95)]:
    data[epoch * EPOCH + 20, channel] += size
data[9 * EPOCH : 10 * EPOCH, 1] = 7
# Within the amplitude limit, yet of another shape: only its probability tells.
data[41 * EPOCH : 42 * EPOCH, 2] = -500 + 36 * np.sign(np.sin(np.arange(EPOCH)))
data = data.astype(np.float32).astype(float)

info = mne.create_info(3, RATE, "eeg")
raw = mne.io.RawArray(data.T * 1e-6, info, verbose="error")
events = np.array([[k * EPOCH, 0, 1] for k in range(EPOCHS)])
epochs = mne.Epochs(
    raw, events, tmin=0, tmax=(EPOCH - 1) / RATE, baseline=None, preload=True, verbose="error",
    reject={"eeg": AMPLITUDE * 1e-6}, flat={"eeg": FLAT * 1e-6}, proj=False,
)

keep = np.exp(-1 / MEMORY)
histogram, variance = np.zeros((3, BINS)), np.zeros(3)
mean, spread, weight, seen, z = np.zeros(3), np.zeros(3), 0, 0, {}
for k in epochs.selection:
    piece = data[k * EPOCH : (k + 1) * EPOCH]
    piece = piece - piece.mean(0)
    own = (piece**2).mean(0)
    scaled = piece / np.sqrt(own if seen == 0 else variance)
    bins = np.clip(((scaled + REACH) / (2 * REACH) * BINS).astype(int), 0, BINS - 1)
    counts = np.array([np.bincount(bins[:, c], minlength=BINS) for c in range(3)])
    p = (histogram + 1) / (histogram.sum(1, keepdims=True) + BINS)
    surprise = -(counts * np.log(p)).sum(1) / EPOCH
    if seen >= 10:
        z[int(k)] = ((surprise - mean) / np.sqrt(spread / weight)).tolist()
    weight, seen = weight * keep + 1, seen + 1
    histogram = histogram * keep + counts
    variance += (own - variance) / weight
    off = surprise - mean
    mean = mean + off / weight
    spread = spread * keep + off * (surprise - mean)

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"mne": mne.__version__, "numpy": np.__version__},
            "rateHz": RATE,
            "epochSeconds": EPOCH / RATE,
            "memoryEpochs": MEMORY,
            "amplitude": AMPLITUDE,
            "flat": FLAT,
            "input": data.tolist(),
            "kept": epochs.selection.tolist(),
            "improbability": z,
        }
    )
)

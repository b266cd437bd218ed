"""Golden values for the asr node: calibration and processing by meegkit, Euclidean variant, without
its spectral shaping filter, with block covariances that do not overlap, and with the window moved
as the node moves it. Writes artifact_asr.json."""

import json
import pathlib

import meegkit.asr
import numpy as np
import scipy
from meegkit.utils.asr import geometric_median
from scipy import signal

RATE, CALIBRATION, WINDOW, STEP, BLOCK, CUTOFF, HIGH_PASS = 100, 2000, 50, 12, 40, 5, 0.5
FRAMES, CHANNELS = 2600, 5

rng = np.random.default_rng(77)
sos = signal.butter(2, [4, 30], "bandpass", fs=RATE, output="sos")
sources = signal.sosfilt(sos, rng.normal(0, 20, (FRAMES, CHANNELS)), axis=0)
mixing = rng.normal(0, 1, (CHANNELS, CHANNELS))
data = sources @ mixing.T + rng.normal(0, 1, (FRAMES, CHANNELS)) + np.linspace(-3000, 3000, CHANNELS)
burst = signal.sosfilt(sos, rng.normal(0, 400, FRAMES))
direction = rng.normal(0, 1, CHANNELS)
for start, length in [(500, 60), (2150, 80), (2400, 120)]:
    data[start : start + length] += burst[start : start + length, None] * direction
data = data.astype(np.float32).astype(float)

high = signal.butter(2, HIGH_PASS, "highpass", fs=RATE, output="sos")
zi = signal.sosfilt_zi(high)[:, :, None] * data[0]
fast, _ = signal.sosfilt(high, data, axis=0, zi=zi)


def blocks(X, window, **_):
    count = X.shape[1] // window
    cut = X[:, : count * window].reshape(len(X), count, window).transpose(1, 0, 2)
    return cut @ cut.transpose(0, 2, 1) / window


meegkit.asr.yulewalk_filter = lambda X, sfreq, ab=None: (X, None)
meegkit.asr.block_covariance = blocks
meegkit.asr.geometric_median = lambda X, **_: geometric_median(X, tol=1e-9, max_iter=5000)
M, T = meegkit.asr.asr_calibrate(
    fast[:CALIBRATION].T, RATE, cutoff=CUTOFF, blocksize=BLOCK, win_len=WINDOW / RATE
)

state = {"M": M, "T": T, "R": np.eye(CHANNELS)}
out, done = data.copy(), 0
removed = []
for end in range(STEP, FRAMES + 1, STEP):
    upto = end - WINDOW // 2
    if upto <= done:
        continue
    if end >= CALIBRATION:
        last = fast[end - WINDOW : end]
        piece = fast[done:upto].T
        clean, state = meegkit.asr.asr_process(
            piece, None, state, cov=last.T @ last / WINDOW, method="euclid"
        )
        out[done:upto] = data[done:upto] - (piece - clean).T
        removed.append(CHANNELS - int(np.linalg.matrix_rank(state["R"])))
    done = upto

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"meegkit": "0.2.0", "scipy": scipy.__version__, "numpy": np.__version__},
            "rateHz": RATE,
            "options": {
                "cutoff": CUTOFF,
                "calibrationSeconds": CALIBRATION / RATE,
                "windowSeconds": WINDOW / RATE,
                "stepSeconds": STEP / RATE,
                "blockSeconds": BLOCK / RATE,
                "highPassHz": HIGH_PASS,
            },
            "calibration": {"mixing": M.tolist(), "thresholds": T.tolist()},
            "input": data.tolist(),
            "from": CALIBRATION,
            "output": out[CALIBRATION:done].tolist(),
            "removed": max(removed),
        }
    )
)

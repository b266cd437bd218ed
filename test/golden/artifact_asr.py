"""Golden values for the asr node: calibration and processing by meegkit, Euclidean variant, with and
without its spectral shaping filter and its selection of clean windows, with block covariances that do
not overlap, and with the window moved as the node moves it. Writes artifact_asr.json."""

import json
import pathlib

import meegkit.asr
import numpy as np
import scipy
from meegkit.utils.asr import geometric_median, yulewalk
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


shape = meegkit.asr.yulewalk_filter
meegkit.asr.block_covariance = blocks
meegkit.asr.geometric_median = lambda X, **_: geometric_median(X, tol=1e-9, max_iter=5000)
# A criterion of meegkit's own, which clean_rawdata does not have, is left out.
meegkit.asr.mad = lambda wz, **_: np.full(wz.shape[1], np.inf)


def shape_at(rate):
    corners = np.array([0, 2, 3, 13, 16, 40, min(80, rate / 2 - 1), rate / 2]) * 2 / rate
    b, a = yulewalk(8, corners, [3, 0.75, 0.33, 0.33, 1, 1, 3, 3])
    hz = np.linspace(0, 0.49 * rate, 40)
    return {"rateHz": rate, "hz": hz.tolist(), "gain": abs(signal.freqz(b, a, hz, fs=rate)[1]).tolist()}


def processed(shaped, select):
    meegkit.asr.yulewalk_filter = shape if shaped else lambda X, sfreq, ab=None: (X, None)
    calibration, mask = fast[:CALIBRATION].T, np.ones((1, CALIBRATION), bool)
    if select:
        calibration, mask = meegkit.asr.clean_windows(
            calibration, RATE, max_bad_chans=0.2, win_len=WINDOW / RATE
        )
    M, T = meegkit.asr.asr_calibrate(
        calibration, RATE, cutoff=CUTOFF, blocksize=BLOCK, win_len=WINDOW / RATE
    )
    judged = shape(fast.T, RATE)[0].T if shaped else fast
    state = {"M": M, "T": T, "R": np.eye(CHANNELS)}
    out, done = data.copy(), 0
    removed = []
    for end in range(STEP, FRAMES + 1, STEP):
        upto = end - WINDOW // 2
        if upto <= done:
            continue
        if end >= CALIBRATION:
            last = judged[end - WINDOW : end]
            piece = fast[done:upto].T
            clean, state = meegkit.asr.asr_process(
                piece, None, state, cov=last.T @ last / WINDOW, method="euclid"
            )
            out[done:upto] = data[done:upto] - (piece - clean).T
            removed.append(CHANNELS - int(np.linalg.matrix_rank(state["R"])))
        done = upto
    return {
        "calibration": {"mixing": M.tolist(), "thresholds": T.tolist()},
        "used": float(mask.mean()),
        "output": out[CALIBRATION:done].tolist(),
        "removed": max(removed),
    }


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
            "input": data.tolist(),
            "from": CALIBRATION,
            **processed(shaped=False, select=False),
            "shapes": [shape_at(rate) for rate in (100, 125, 128, 200, 250, 256, 300, 500, 512)],
            "shaped": processed(shaped=True, select=True),
        }
    )
)

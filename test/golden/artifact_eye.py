"""Golden values for the eye-regression node: MNE's EOGRegression fitted on the first seconds and
applied after. Writes artifact_eye.json."""

import json
import pathlib

import mne
import numpy as np

RATE, CALIBRATION, FRAMES = 100, 600, 1200
NAMES = ["Fz", "Cz", "HEOG", "VEOG"]

rng = np.random.default_rng(21)
t = np.arange(FRAMES) / RATE
blink = sum(180 * np.exp(-(((t - at) / 0.08) ** 2)) for at in np.arange(0.7, 12, 1.3))
gaze = 60 * np.sign(np.sin(2 * np.pi * 0.31 * t))
brain = 10 * np.sin(2 * np.pi * 10 * t) + rng.normal(0, 4, FRAMES)
data = np.stack(
    [
        brain + 0.6 * blink + 0.1 * gaze + 3000,
        brain + 0.25 * blink - 0.2 * gaze + rng.normal(0, 3, FRAMES),
        gaze + rng.normal(0, 2, FRAMES) - 800,
        blink + 0.2 * gaze + rng.normal(0, 2, FRAMES) + 100,
    ],
    axis=1,
).astype(np.float32).astype(float)

info = mne.create_info(NAMES, RATE, ["eeg", "eeg", "eog", "eog"])
raw = mne.io.RawArray(data.T, info, verbose="error").set_eeg_reference([], verbose="error")
calibration = raw.copy().crop(0, (CALIBRATION - 1) / RATE)
model = mne.preprocessing.EOGRegression(picks="eeg", picks_artifact="eog").fit(calibration)
applied = model.apply(raw.copy().crop(CALIBRATION / RATE)).get_data(["Fz", "Cz"]).T
offset = data[CALIBRATION:, 2:].mean(0) - data[:CALIBRATION, 2:].mean(0)

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"mne": mne.__version__, "numpy": np.__version__},
            "rateHz": RATE,
            "calibrationSeconds": CALIBRATION / RATE,
            "names": NAMES,
            "input": data.tolist(),
            "weights": model.coef_.tolist(),
            # MNE removes the mean EOG of what it cleans, the node that of the calibration.
            "cleaned": (applied - offset @ model.coef_.T).tolist(),
        }
    )
)

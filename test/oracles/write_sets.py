"""Writes small EEGLAB sets through SciPy into the folder named: as they are saved by EEGLAB."""

import pathlib
import sys

import numpy as np
import scipy.io

folder = pathlib.Path(sys.argv[1])
ramp = np.arange(20_000) * 0.25
events = np.array(
    [("go", 101.0, 0.0), (7.0, 1001.0, 25.0)],
    dtype=[("type", object), ("latency", object), ("duration", object)],
)
places = np.array(
    [("Fp1", "EEG", -16.0), ("Cz", np.zeros((0, 0)), np.zeros((0, 0)))],
    dtype=[("labels", object), ("type", object), ("theta", object)],
)


def eeg(kind):
    return {
        "setname": "ramps",
        "nbchan": 2.0,
        "trials": 1.0,
        "pnts": 20_000.0,
        "srate": 250.0,
        "ref": "common",
        "data": np.array([ramp, -ramp], dtype=kind),
        "chanlocs": places.reshape(1, -1),
        "event": events.reshape(1, -1),
    }


scipy.io.savemat(folder / "plain.set", {"EEG": eeg(np.float32)}, do_compression=False)
scipy.io.savemat(folder / "packed.set", {"EEG": eeg(np.float32)}, do_compression=True)
scipy.io.savemat(folder / "fields.set", eeg(np.float32), do_compression=True)
scipy.io.savemat(folder / "double.set", {"EEG": eeg(np.float64)}, do_compression=True)

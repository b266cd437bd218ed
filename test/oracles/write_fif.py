"""Writes small raw FIF files through MNE into the folder named: every format, and one with a skip."""

import datetime
import pathlib
import sys
import warnings

import mne
import numpy as np

warnings.simplefilter("ignore")
mne.set_log_level("ERROR")
folder = pathlib.Path(sys.argv[1])

labels = ["Fp1", "a channel with a long name", "EOG", "STI"]
info = mne.create_info(labels, 100.0, ["eeg", "eeg", "eog", "stim"])
times = np.arange(3000) / 100
data = np.array([1e-5 * np.sin(times), 2e-5 * np.cos(times), 1e-4 * times / 30, (times * 100) % 7 // 6])
raw = mne.io.RawArray(data, info, first_samp=50)
raw.set_meas_date(datetime.datetime(2026, 5, 4, 3, 2, 1, tzinfo=datetime.timezone.utc))
raw.set_annotations(
    mne.Annotations([1.5, 4.0], [0.0, 2.5], ["go", "stop Größe"], orig_time=raw.info["meas_date"])
)
for kind in ("short", "int", "single", "double"):
    raw.save(folder / f"{kind}_raw.fif", fmt=kind, overwrite=True)

# What stands in an annotation of this name is written as a skip, where it covers whole buffers.
skipped = mne.io.RawArray(data, info)
skipped.set_annotations(mne.Annotations([10.0], [10.0], ["BAD_ACQ_SKIP"]))
skipped.save(folder / "skip_raw.fif", buffer_size_sec=10, drop_small_buffer=False, overwrite=True)

"""What MNE reads from recordings. Request on stdin: {"files": [path], "every": n}.

Answers per file: sampling rate, labels, every n-th sample of each channel in SI units, annotations
as onset from the first sample, duration and text, and when the first sample was taken.
"""

import json
import sys
import warnings

import mne

warnings.simplefilter("ignore")
mne.set_log_level("ERROR")

READERS = {
    "vhdr": mne.io.read_raw_brainvision,
    "set": mne.io.read_raw_eeglab,
    "fif": mne.io.read_raw_fif,
}


def facts(path, every):
    options = {"allow_maxshield": True} if path.endswith("fif") else {}
    raw = READERS[path.rsplit(".", 1)[1]](path, preload=True, **options)
    start = raw.info["meas_date"]
    offset = 0 if raw.annotations.orig_time is None else raw.first_time
    return {
        "rate": float(raw.info["sfreq"]),
        "labels": raw.ch_names,
        "types": raw.get_channel_types(),
        "samples": len(raw.times),
        "columns": [[float(value) for value in row[::every]] for row in raw.get_data()],
        "annotations": [
            [float(each["onset"]) - offset, float(each["duration"]), str(each["description"])]
            for each in raw.annotations
        ],
        "startedAt": start and start.isoformat(),
    }


def main():
    request = json.load(sys.stdin)
    json.dump([facts(path, request["every"]) for path in request["files"]], sys.stdout)


main()

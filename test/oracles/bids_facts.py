"""What others say of a BIDS data set. Request on stdin: {"root": path, "recordings": [entities]}.

The BIDS validator (schema and HED checks, as its JSON), and each recording through MNE-BIDS.
"""

import json
import pathlib
import subprocess
import sys
import warnings

import mne
import mne_bids

warnings.simplefilter("ignore")
mne.set_log_level("ERROR")


def validated(root):
    program = pathlib.Path(sys.executable).with_name("bids-validator-deno")
    found = subprocess.run([program, root, "--format", "json"], capture_output=True, text=True)
    report = json.loads(found.stdout)
    return [
        {key: issue.get(key, "") for key in ("severity", "code", "subCode", "location", "issueMessage")}
        for issue in report["issues"]["issues"]
    ]


def read(root, entities):
    path = mne_bids.BIDSPath(root=root, datatype="eeg", suffix="eeg", **entities)
    raw = mne_bids.read_raw_bids(path, verbose="ERROR")
    montage = raw.get_montage()
    places = montage.get_positions()["ch_pos"] if montage else {}
    return {
        "labels": raw.ch_names,
        "types": raw.get_channel_types(),
        "rate": float(raw.info["sfreq"]),
        "line": raw.info["line_freq"],
        "bads": raw.info["bads"],
        "columns": [[float(value) for value in row] for row in raw.get_data()],
        "annotations": [
            [float(each["onset"]), float(each["duration"]), str(each["description"])]
            for each in raw.annotations
        ],
        "places": {
            name: [float(part) for part in place]
            for name, place in places.items()
            if all(part == part for part in place)
        },
    }


def main():
    request = json.load(sys.stdin)
    root = request["root"]
    answer = {"issues": validated(root), "recordings": [read(root, each) for each in request["recordings"]]}
    json.dump(answer, sys.stdout)


main()

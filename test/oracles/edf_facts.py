"""What edfio reads from EDF and BDF files. Request on stdin: {"files": [path]}."""

import hashlib
import json
import sys

import edfio
import numpy as np


def facts(path):
    read = edfio.read_bdf if path.lower().endswith(".bdf") else edfio.read_edf
    edf = read(path)
    return {
        "signals": [
            {
                "label": signal.label,
                "rateHz": signal.sampling_frequency,
                "samples": len(signal.digital),
                "physical": [float(signal.data[0]), float(signal.data[-1])],
                "sha256": hashlib.sha256(signal.digital.astype("<i4").tobytes()).hexdigest(),
            }
            for signal in edf.signals
        ],
        "annotations": [
            {"time": each.onset, "durationSeconds": each.duration or 0, "label": each.text}
            for each in edf.annotations
        ],
    }


def main():
    np.seterr(all="ignore")
    json.dump([facts(path) for path in json.load(sys.stdin)["files"]], sys.stdout)


main()

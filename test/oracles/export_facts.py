"""What others read from exported files. Request on stdin: {"files": [path], "every": n}.

Of long files every n-th sample is enough.
EDF and BDF through pyEDFlib, edfio and MNE, BrainVision through MNE, CSV through pandas.
"""

import json
import sys
import warnings

import edfio
import mne
import pandas as pd
import pyedflib
from pandas.api.types import is_numeric_dtype

warnings.simplefilter("ignore")
mne.set_log_level("ERROR")


def numbers(values):
    return [float(value) for value in values]


def by_pyedflib(path):
    with pyedflib.EdfReader(path) as reader:
        onsets, durations, texts = reader.readAnnotations()
        count = reader.signals_in_file
        return {
            "startedAt": reader.getStartdatetime().isoformat(),
            "rates": numbers(reader.getSampleFrequencies()),
            "labels": reader.getSignalLabels(),
            "units": [reader.getPhysicalDimension(i) for i in range(count)],
            "steps": [
                (reader.getPhysicalMaximum(i) - reader.getPhysicalMinimum(i))
                / (reader.getDigitalMaximum(i) - reader.getDigitalMinimum(i))
                for i in range(count)
            ],
            "columns": [numbers(reader.readSignal(i)) for i in range(count)],
            "markers": [
                [float(onset), max(0.0, float(duration)), str(text)]
                for onset, duration, text in zip(onsets, durations, texts)
            ],
        }


def by_edfio(path):
    edf = (edfio.read_bdf if path.endswith("bdf") else edfio.read_edf)(path)
    return {
        "rates": numbers(signal.sampling_frequency for signal in edf.signals),
        "columns": [numbers(signal.data) for signal in edf.signals],
        "markers": [
            [float(each.onset), float(each.duration or 0), each.text] for each in edf.annotations
        ],
    }


def by_mne(path):
    if path.endswith("vhdr"):
        raw = mne.io.read_raw_brainvision(path, preload=True)
    elif path.endswith("bdf"):
        raw = mne.io.read_raw_bdf(path, preload=True, stim_channel=None)
    else:
        raw = mne.io.read_raw_edf(path, preload=True, stim_channel=None)
    return {
        "rates": [float(raw.info["sfreq"])] * len(raw.ch_names),
        "labels": raw.ch_names,
        "columns": [numbers(row) for row in raw.get_data()],
        "markers": [
            [float(each["onset"]), float(each["duration"]), str(each["description"])]
            for each in raw.annotations
        ],
    }


def by_pandas(path):
    table = pd.read_csv(
        path, float_precision="round_trip", keep_default_na=False, dtype={"label": str}
    )
    return {
        "labels": list(table.columns),
        "columns": [
            numbers(table[name]) if is_numeric_dtype(table[name]) else list(table[name])
            for name in table.columns
        ],
    }


def facts(path, every):
    found = read(path)
    for reader in found.values():
        reader["columns"] = [column[::every] for column in reader["columns"]]
    return found


def read(path):
    if path.endswith("csv"):
        return {"pandas": by_pandas(path)}
    if path.endswith("vhdr"):
        return {"mne": by_mne(path)}
    found = {"pyedflib": by_pyedflib(path), "edfio": by_edfio(path)}
    if len(set(found["pyedflib"]["rates"])) == 1:
        found["mne"] = by_mne(path)
    return found


def main():
    request = json.load(sys.stdin)
    json.dump([facts(path, request["every"]) for path in request["files"]], sys.stdout)


main()

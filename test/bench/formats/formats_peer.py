"""pyxdf, MNE, edfio, pyEDFlib and pyarrow on the works of the format benchmark.

Reads one JSON request a line, {"work": ..., "path": ..., "from": ...}, and answers with one JSON
line: CPU seconds of one call, and where asked the values of the result as raw bytes in "dump".
"""

import json
import os
import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")


def work_import(name):
    return __import__(name)


def read_pyxdf(path):
    pyxdf = work_import("pyxdf")

    def run():
        streams, _ = pyxdf.load_xdf(path)
        eeg = next(each for each in streams if each["info"]["type"] == ["EEG"])
        return eeg["time_series"], eeg["time_stamps"]
    return run


def read_pyedflib(path):
    import pyedflib

    def run():
        with pyedflib.EdfReader(path) as file:
            return [file.readSignal(i) for i in range(file.signals_in_file)],
    return run


def read_edfio(path):
    import edfio

    def run():
        file = edfio.read_edf(path) if path.endswith("edf") else edfio.read_bdf(path)
        return [signal.data for signal in file.signals],
    return run


def read_mne(path):
    import mne
    mne.set_log_level("ERROR")

    def run():
        # As microvolts, so that the numbers are those of the file; the product is outside the clock.
        reader = mne.io.read_raw_edf if path.endswith("edf") else mne.io.read_raw_bdf
        return reader(path, preload=True).get_data(),
    return run


def read_pyarrow(path):
    import pyarrow.parquet as parquet

    def run():
        table = parquet.read_table(path, use_threads=False)
        names = [name for name in table.column_names if name.startswith("E")]
        return [table[name].to_numpy() for name in names],
    return run


def source(shape):
    """What every writer is given: channels of float64 in microvolts, channel by channel."""
    channels, frames, path = shape["channels"], shape["frames"], shape["path"]
    rows = np.fromfile(path, dtype="<f8").reshape(frames, channels)
    return np.ascontiguousarray(rows.T)


LIMIT_UV = {"edf": 3276.8, "bdf": 187500.0}
DIGITAL = {"edf": (-32768, 32767), "bdf": (-8388608, 8388607)}


def write_pyedflib(path, shape):
    import pyedflib
    signals, rate = source(shape), shape["rateHz"]
    kind = path[-3:]
    low, high = DIGITAL[kind]
    types = {"edf": pyedflib.FILETYPE_EDFPLUS, "bdf": pyedflib.FILETYPE_BDFPLUS}
    headers = [{
        "label": f"E{i + 1}", "dimension": "uV", "sample_frequency": rate,
        "physical_min": -LIMIT_UV[kind], "physical_max": LIMIT_UV[kind],
        "digital_min": low, "digital_max": high, "transducer": "", "prefilter": "",
    } for i in range(len(signals))]

    def run():
        with pyedflib.EdfWriter(path, len(signals), file_type=types[kind]) as file:
            file.setSignalHeaders(headers)
            file.writeSamples(list(signals))
    return run


def write_edfio(path, shape):
    import edfio
    signals, rate = source(shape), shape["rateHz"]
    kind = path[-3:]
    one, whole = (edfio.EdfSignal, edfio.Edf) if kind == "edf" else (edfio.BdfSignal, edfio.Bdf)

    def run():
        limits = (-LIMIT_UV[kind], LIMIT_UV[kind])
        parts = [one(each, rate, label=f"E{i + 1}", physical_dimension="uV", physical_range=limits)
                 for i, each in enumerate(signals)]
        whole(parts).write(path)
    return run


def write_mne(path, shape):
    import mne
    mne.set_log_level("ERROR")
    signals = source(shape) * 1e-6
    names = [f"E{i + 1}" for i in range(len(signals))]
    raw = mne.io.RawArray(signals, mne.create_info(names, shape["rateHz"], "eeg"))
    limits = tuple(np.array([-LIMIT_UV[path[-3:]], LIMIT_UV[path[-3:]]]))

    def run():
        mne.export.export_raw(path, raw, physical_range=limits, overwrite=True)
    return run


def write_pyarrow(path, shape, **options):
    import pyarrow
    import pyarrow.parquet as parquet
    signals = [each.astype(np.float32) for each in source(shape)]

    def run():
        table = pyarrow.table({f"E{i + 1}": each for i, each in enumerate(signals)})
        parquet.write_table(table, path, compression="zstd", compression_level=1, **options)
    return run


def write_pyarrow_split(path, shape):
    return write_pyarrow(path, shape, use_dictionary=False, use_byte_stream_split=True)


works = {
    "read pyxdf": read_pyxdf, "read pyEDFlib": read_pyedflib, "read edfio": read_edfio,
    "read MNE": read_mne, "read pyarrow": read_pyarrow, "write pyEDFlib": write_pyedflib,
    "write edfio": write_edfio, "write MNE": write_mne, "write pyarrow": write_pyarrow,
    "write pyarrow, planes": write_pyarrow_split,
}


def answer(request):
    path = request["path"]
    extra = [request["shape"]] if "shape" in request else []
    run = works[request["work"]](path, *extra)
    if extra and os.path.exists(path):
        os.remove(path)
    start = time.process_time()
    result = run()
    seconds = time.process_time() - start
    if "dump" in request:
        values = np.asarray(result[0])
        # Frame by frame, whatever the library's own order is.
        if request["work"] != "read pyxdf":
            values = values.T
        np.ascontiguousarray(values, dtype="<f8").tofile(request["dump"])
        if len(result) > 1:
            np.asarray(result[1], dtype="<f8").tofile(request["dump"] + ".times")
    return {"seconds": seconds}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)

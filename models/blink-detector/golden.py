"""Writes golden.json: windows and one stream with the answers expected of any runtime.

    python golden.py --data FOLDER --model FOLDER

Windows come from the held-out recordings (OpenBCI_GUI is MIT, eeg-101 is ISC) and from made-up
signals. `stream` is made up; it also holds what the filters in front of the model must give.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

import network
from data import causal_filters, load
from recordings import RECORDINGS
from synthetic import RATE_HZ as RAW_RATE_HZ
from synthetic import bump
from windows import DIVIDE_BY, FRAMES, RATE_HZ, cut

# Series, seconds at which the window ends, and what happens in it.
QUOTES = (
    ("cyton 1 2", 4.52, "blink 0.2 s ago, upside down"),
    ("cyton 1 2", 4.72, "blink 0.4 s ago, upside down"),
    ("cyton 1 2", 14.08, "small blink 0.2 s ago, upside down"),
    ("cyton 1 2", 15.7, "two blinks in quick succession"),
    ("cyton 1 2", 16.7, "end of six blinks in quick succession"),
    ("cyton 1 2", 18.0, "eye movement"),
    ("cyton 1 2", 25.2, "an electrode pops: a false alarm"),
    ("cyton 1 2", 40.0, "rest"),
    ("cyton 3 5", 9.0, "clenched jaw"),
    ("cyton 3 5", 12.2, "clenched jaw"),
    ("cyton 4 6", 14.0, "clenched jaw"),
    ("cyton 7 8", 31.2, "alpha, eyes closed"),
    ("cyton 7 8", 71.8, "alpha, eyes closed"),
    ("eeg-101-blinks TP9 TP10", 2.16, "two blinks on a Muse, upside down"),
    ("eeg-101-blinks TP9 TP10", 3.95, "blink 0.2 s ago on a Muse, upside down"),
    ("eeg-101-blinks TP9 TP10", 7.0, "rest on a Muse"),
    ("eeg-101-clean TP9 TP10", 6.6, "spike on a Muse"),
)


def made_up_windows() -> list[tuple[str, np.ndarray]]:
    time = np.arange(FRAMES) / RATE_HZ
    return [
        ("zeros", np.zeros(FRAMES)),
        ("a constant of 5 mV", np.full(FRAMES, 5000.0)),
        ("a rail of -187.5 mV from the middle on", np.where(time < 0.5, 0.0, -187500.0)),
        ("mains hum, 50 Hz seen at 100 Hz as ±20 µV", 20.0 * (-1.0) ** np.arange(FRAMES)),
        ("10 Hz of 30 µV", 30 * np.sin(2 * np.pi * 10 * time)),
        ("a slope of 100 µV a second", 100 * time),
    ]


def made_up_stream() -> np.ndarray:
    """12 s at RAW_RATE_HZ: two blinks, one upside down; alpha, a jaw, hum, a step of 1 mV."""
    random = np.random.default_rng(7)
    time = np.arange(0, 12, 1 / RAW_RATE_HZ)
    raw = 4000 + 4 * random.standard_normal(len(time))
    raw += 180 * bump(time, 2.0, 0.05, 0.08) - 150 * bump(time, 3.5, 0.05, 0.08)
    raw += 25 * np.sin(2 * np.pi * 10 * time) * bump(time, 5.3, 0.3, 0.3)
    raw += 60 * random.standard_normal(len(time)) * bump(time, 7.0, 0.25, 0.25)
    raw += 15 * np.sin(2 * np.pi * 50 * time)
    return np.round(raw + 1000 * (time >= 9), 1)


def trained(model: Path) -> dict[str, np.ndarray]:
    graph = onnx.load(model).graph
    return {one.name: numpy_helper.to_array(one) for one in graph.initializer if "." in one.name}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    parser.add_argument("--model", type=Path, required=True, help="folder of model and card")
    options = parser.parse_args()
    card = json.loads((options.model / "card.json").read_text(encoding="utf-8"))
    model = options.model / card["file"]
    parameters = trained(model)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])

    def answers(windows):
        fed = (windows / DIVIDE_BY).astype(np.float32)
        (said,) = session.run(None, {card["input"]["name"]: fed[:, None, :]})
        return said[:, 0], np.asarray(network.scores(parameters, fed))

    series = {
        one.name: one
        for recording in RECORDINGS
        if recording.source in ("cyton", "eeg-101")
        for one in load(recording, options.data)
    }
    quoted = [
        (f"{name}, {end} s: {what}", cut(series[name], np.array([end]))[0])
        for name, end, what in QUOTES
    ]
    windows = []
    for name, values in quoted + made_up_windows():
        values = np.round(values, 2)
        said, expected = answers(values[None, :])
        windows.append(
            {
                "name": name,
                "values": values.tolist(),
                "onnxruntime": float(said[0]),
                "network": float(expected[0]),
            }
        )
        print(f"{said[0]:.4f}  {name}")

    raw = made_up_stream()
    filtered = causal_filters(raw, RAW_RATE_HZ, 50.0)
    ends = np.round(np.arange(1.0, 11.95, 0.1), 1)
    times = ends[:, None] - np.arange(FRAMES - 1, -1, -1) / RATE_HZ
    said, _ = answers(np.interp(times, np.arange(len(raw)) / RAW_RATE_HZ, filtered))
    golden = {
        "sha256": card["sha256"],
        "divideBy": DIVIDE_BY,
        "tolerance": 1e-5,
        "windows": windows,
        "stream": {
            "rateHz": RAW_RATE_HZ,
            "lineHz": 50,
            "raw": raw.tolist(),
            "filteredAt": {str(k): round(float(filtered[k]), 6) for k in range(0, len(raw), 100)},
            "ends": ends.tolist(),
            "scores": [round(float(score), 6) for score in said],
        },
    }
    text = json.dumps(golden, ensure_ascii=False)
    text = text.replace('{"name"', '\n{"name"').replace(', "stream"', ',\n"stream"')
    (options.model / "golden.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

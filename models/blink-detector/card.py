"""Writes the model's card: what the runtime must know to feed the model and to trust it."""

import hashlib
import json
import math
import platform
from importlib.metadata import version
from pathlib import Path

from data import BAND_HZ, BAND_ORDER, NOTCH_QUALITY
from evaluate import Verdict
from windows import DIVIDE_BY, FRAMES, RATE_HZ

# A blink counts once: the answer must fall this low, and this long must pass, before the next.
CLEAR_BELOW = 0.5
REFRACTORY_SECONDS = 0.2

PACKAGES = ("numpy", "scipy", "jax", "optax", "onnx", "onnxruntime")

DATA = [
    "PhysioNet EEG Motor Movement/Imagery 1.0.0: S001R04, S001R06, S001R08 "
    "(ODC-BY 1.0, as believed)",
    "PhysioNet Sleep-EDF: SC4001, 300 s awake, by way of the-siesta-group/edfio "
    "(ODC-BY 1.0, as believed)",
    "sccn/eeglab sample_data/eeglab_data (BSD-2-Clause)",
    "pyRiemann/pyRiemann sample-blinks (BSD-3-Clause)",
    "alexandrebarachant/muse-lsl: 4 P300, 2 SSVEP and 1 N170 recordings (BSD-3-Clause)",
    "signals made up by synthetic.py",
]

LIMITS = [
    "Not a medical device; not for diagnosis, nor for watching over anybody's alertness.",
    "Learnt from few people, about one a source; faces, electrodes and drugs differ.",
    "Either polarity counts as a blink, because amplifiers and references differ: a vertical eye "
    "movement, a wink, a knock on the head or a strong slow wave can look like one.",
    "A blink needs about 40 µV from peak to peak after the filters.",
    "On a Muse feed the mean of TP9 and TP10: its reference sits at Fpz, so that a blink is large "
    "at the ears and small or absent at AF7 and AF8.",
    "Blinks less than about 0.4 s apart merge into one rise of the output, and the delay given for "
    "the Cyton recording is flattered by that.",
    "Peaks that the eye could not decide on are not judged; on the Cyton recording these are six "
    "winks and five knocks on the head, three of which raise the output.",
    "The Cyton recording was looked at while the made-up signals were designed; no weight and no "
    "threshold was fitted to it.",
    "The windows of the first second after a gap mix what was before and after: do not judge them.",
]


def rows(verdicts: list[Verdict], how: str) -> list[dict]:
    answer = []
    for one in verdicts:
        if one.blinks:
            metrics = {
                "sensitivity": one.found / one.blinks,
                "area under the ROC curve": one.area_under_curve,
                "median delay after the peak, ms": one.delay_ms,
            }
            note = f"{one.found} of {one.blinks} blinks; {how}"
            answer += [
                {"data": one.name, "metric": metric, "value": round(value, 3), "note": note}
                for metric, value in metrics.items()
                if not math.isnan(value)
            ]
        rate = one.false_alarms / one.minutes
        note = f"{one.false_alarms} in {one.minutes:.2f} minutes; {how}"
        answer.append(
            {
                "data": one.name,
                "metric": "false alarms a minute",
                "value": round(rate, 2),
                "note": note,
            }
        )
    return answer


def write_card(model: Path, threshold: float, held_out: list[Verdict], others: list[Verdict]):
    card = {
        "name": "blink-detector",
        "version": "1.0.0",
        "title": "Blink detector",
        "summary": "Says 20 times a second whether a blink peaked 0.1 to 0.4 s ago, from the mean "
        "of the frontal channels.",
        "licence": "Apache-2.0",
        "file": model.name,
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "input": {
            "name": "window",
            "rateHz": int(RATE_HZ),
            "frames": FRAMES,
            "channels": 1,
            "unit": "uV",
            "montage": "frontal-mean",
            "divideBy": int(DIVIDE_BY),
            "filter": {
                "highPassHz": int(BAND_HZ[0]),
                "lowPassHz": int(BAND_HZ[1]),
                "order": BAND_ORDER,
                "notchQ": int(NOTCH_QUALITY),
            },
        },
        "output": {"name": "blink", "labels": ["blink"]},
        "decision": {
            "threshold": threshold,
            "clearBelow": CLEAR_BELOW,
            "refractorySeconds": REFRACTORY_SECONDS,
        },
        "training": {
            "script": "train.py",
            "data": DATA,
            "versions": {
                "python": platform.python_version(),
                **{package: version(package) for package in PACKAGES},
            },
        },
        "evaluation": rows(held_out, "the shipped network, never trained on this source")
        + rows(others, "a network trained the same way without this source"),
        "limits": LIMITS,
    }
    text = json.dumps(card, indent=2, ensure_ascii=False)
    (model.parent / "card.json").write_text(text + "\n", encoding="utf-8")

"""What pyxdf reads from XDF files.

Request on stdin: {"files": [path], "dejitter": bool, "values": bool, "cuts": [bytes]?}.
With "cuts", the first file is read once per entry, cut off after so many bytes. These answers are
about samples only: they have no stamps, and the clocks, which take most of the time, are left alone.
"""

import io
import json
import logging
import sys

import numpy as np
import pyxdf


def plain(value):
    """Headers as nested dicts of lists of text, as pyxdf has them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float, type(None))) else str(value)


def numbers(array):
    return [None if np.isnan(item) else item for item in np.asarray(array, float).tolist()]


def stream_facts(stream, request):
    info = stream["info"]
    facts = {
        "id": info["stream_id"],
        "name": info["name"][0],
        "type": info["type"][0],
        "format": info["channel_format"][0],
        "channels": int(info["channel_count"][0]),
        "rateHz": float(info["nominal_srate"][0]),
        "effectiveRateHz": float(info["effective_srate"]),
        "segments": info["segments"],
        "samples": len(stream["time_stamps"]),
        "stamps": [] if "cuts" in request else numbers(stream["time_stamps"]),
        "desc": plain(info.get("desc")),
        "footer": plain(stream.get("footer")),
    }
    if request["values"]:
        series = stream["time_series"]
        if facts["format"] == "string":
            facts["values"] = series
        else:
            facts["values"] = [numbers(row) for row in series]
    return facts


def read(file, request):
    try:
        streams, header = pyxdf.load_xdf(
            file,
            dejitter_timestamps=request["dejitter"],
            synchronize_clocks="cuts" not in request,
        )
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}", "streams": []}
    facts = [stream_facts(stream, request) for stream in streams]
    return {"error": None, "header": plain(header), "streams": facts}


def main():
    logging.disable(logging.CRITICAL)
    request = json.load(sys.stdin)
    if "cuts" in request:
        with open(request["files"][0], "rb") as file:
            whole = file.read()
        answers = [read(io.BytesIO(whole[:cut]), request) for cut in request["cuts"]]
    else:
        answers = [read(file, request) for file in request["files"]]
    json.dump(answers, sys.stdout)


main()

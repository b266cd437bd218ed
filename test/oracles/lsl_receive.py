"""Receives LSL streams with pylsl, and says what came.

Request, one line on stdin: {"sourceIds": [text of which the source id ends], "framed": bool}. Prints
{"ready": true} once every stream was found and opened, receives until stdin closes, and prints
{"received": {sourceId: {"xml", "format", "channels", "values", "stamps"}}}. "channels" is the
description as pylsl walks it. With "framed" it is ready once a row of each stream has come, and ends
when the first row of each has come again behind other ones.
"""

import json
import sys
import threading
import time

import pylsl

FORMATS = {
    pylsl.cf_float32: "float32",
    pylsl.cf_double64: "double64",
    pylsl.cf_string: "string",
    pylsl.cf_int32: "int32",
    pylsl.cf_int16: "int16",
}


def found(endings):
    inlets = {}
    # What it has found stays found: of many streams, few answer to the first question.
    resolver = pylsl.ContinuousResolver(forget_after=60)
    while len(inlets) < len(endings):
        time.sleep(0.05)
        for info in resolver.results():
            for ending in endings:
                if ending not in inlets and info.source_id().endswith(ending):
                    inlets[ending] = pylsl.StreamInlet(info, recover=False)
    return inlets


def tree(element):
    """Texts by name; an element with elements below is one again."""
    said = {}
    child = element.first_child()
    while not child.empty():
        below = tree(child)
        said[child.name()] = below or child.child_value()
        child = child.next_sibling()
    said.pop("", None)
    return said


def channels(info):
    described = []
    channel = info.desc().child("channels").child("channel")
    while not channel.empty():
        described.append(tree(channel))
        channel = channel.next_sibling("channel")
    return described


def is_whole(stream):
    first, last = stream["values"][0], stream["values"][-1]
    return first == last and any(row != first for row in stream["values"])


def main():
    request = json.loads(sys.stdin.readline())
    framed = request.get("framed", False)
    inlets = found(request["sourceIds"])
    received = {}
    for ending, inlet in inlets.items():
        inlet.open_stream(10)
        if not framed:
            # It is connected before it is served; by the time its clock is measured, it is.
            inlet.time_correction(10)
        info = inlet.info(10)
        received[ending] = {
            "xml": info.as_xml(),
            "format": FORMATS[info.channel_format()],
            "channels": channels(info),
            "values": [],
            "stamps": [],
        }

    def take():
        for ending, inlet in inlets.items():
            try:
                values, stamps = inlet.pull_chunk()
            except pylsl.util.LostError:
                continue
            received[ending]["values"] += values
            received[ending]["stamps"] += stamps
        time.sleep(0.01)

    while framed and not all(each["values"] for each in received.values()):
        take()
    print(json.dumps({"ready": True}), flush=True)
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    while not over.is_set() and not (framed and all(map(is_whole, received.values()))):
        take()
    print(json.dumps({"received": received}), flush=True)


main()

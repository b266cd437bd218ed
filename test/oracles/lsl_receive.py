"""Receives LSL streams with pylsl, and says what came.

Request, one line on stdin: {"sourceIds": [text of which the source id ends]}. Prints {"ready": true}
once every stream was found and opened, receives until stdin closes, and prints {"received":
{sourceId: {"xml", "values", "stamps", "correction"}}}.
"""

import json
import sys
import threading
import time

import pylsl


def found(ending):
    while True:
        for info in pylsl.resolve_streams(0.5):
            if info.source_id().endswith(ending):
                return pylsl.StreamInlet(info, recover=False)


def main():
    request = json.loads(sys.stdin.readline())
    inlets = {ending: found(ending) for ending in request["sourceIds"]}
    received = {}
    for ending, inlet in inlets.items():
        inlet.open_stream(10)
        correction = inlet.time_correction(10)
        xml = inlet.info(10).as_xml()
        received[ending] = {"xml": xml, "correction": correction, "values": [], "stamps": []}
    print(json.dumps({"ready": True}), flush=True)
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    while not over.is_set():
        for ending, inlet in inlets.items():
            try:
                values, stamps = inlet.pull_chunk()
            except pylsl.util.LostError:
                continue
            received[ending]["values"] += values
            received[ending]["stamps"] += stamps
        time.sleep(0.01)
    print(json.dumps({"received": received}), flush=True)


main()

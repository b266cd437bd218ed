"""Sends LSL streams with pylsl, and says what it sent.

Request, one line on stdin: {"streams": [{"name", "type", "sourceId", "format", "rateHz", "channels":
[label], "unit"}], "seconds", "firstSample", "waits"}. Prints {"ready": local clock}, and at the end
{"sent": {sourceId: {"values", "stamps"}}}. With "waits" it sends nothing before every stream has a
receiver, and closes nothing before its stdin does. An irregular stream sends every tenth tick.
"""

import json
import sys
import time

import numpy as np
import pylsl

TICK_SECONDS = 0.02

NUMBERS = {
    "int8": lambda k, c: (k * 7 + c * 13) % 251 - 125,
    "int16": lambda k, c: (k * 523 + c * 101) % 65536 - 32768,
    "int32": lambda k, c: (k * 1000003 + c * 7919) % 2**32 - 2**31,
    "int64": lambda k, c: (k * 1000003003 + c) % 2**53 - 2**52,
    "float32": lambda k, c: float(np.float32((k * 0.37 + c) * 1.5)),
    "double64": lambda k, c: k * 0.1 + c / 3,
    "string": lambda k, c: f'event {k} <"ü&{c}">',
}


def describe(info, stream):
    desc = info.desc()
    channels = desc.append_child("channels")
    for label in stream["channels"]:
        channel = channels.append_child("channel")
        channel.append_child_value("label", label)
        channel.append_child_value("unit", stream.get("unit", "microvolts"))
        channel.append_child_value("type", stream["type"])
        channel.append_child("hardware").append_child_value("model", "Ag/AgCl")
    desc.append_child("acquisition").append_child_value("manufacturer", "Acme")
    desc.append_child("reference").append_child_value("label", "FCz")
    desc.append_child("cap").append_child_value("name", "standard cap & chin strap")


class Sender:
    def __init__(self, stream, first_sample):
        count = len(stream["channels"])
        info = pylsl.StreamInfo(
            stream["name"],
            stream["type"],
            count,
            stream["rateHz"],
            stream["format"],
            stream["sourceId"],
        )
        describe(info, stream)
        self.stream = stream
        self.outlet = pylsl.StreamOutlet(info)
        self.next = first_sample
        self.values = []
        self.stamps = []

    def push(self, start, now, tick):
        rate = self.stream["rateHz"]
        due = int((now - start) * rate) if rate else tick // 10
        while self.next_in_run() < due:
            stamp = start + self.next_in_run() / rate if rate else pylsl.local_clock()
            make = NUMBERS[self.stream["format"]]
            row = [make(self.next, c) for c in range(len(self.stream["channels"]))]
            self.outlet.push_sample(row, stamp)
            self.values.append(row)
            self.stamps.append(stamp)
            self.next += 1

    def next_in_run(self):
        return len(self.values)


def main():
    request = json.loads(sys.stdin.readline())
    senders = [Sender(stream, request.get("firstSample", 0)) for stream in request["streams"]]
    print(json.dumps({"ready": pylsl.local_clock()}), flush=True)
    if request["waits"]:
        while not all(sender.outlet.have_consumers() for sender in senders):
            time.sleep(0.01)
        # A receiver is told of before it is served.
        time.sleep(0.3)
    start = pylsl.local_clock()
    tick = 0
    while pylsl.local_clock() - start < request["seconds"]:
        for sender in senders:
            sender.push(start, pylsl.local_clock(), tick)
        tick += 1
        time.sleep(TICK_SECONDS)
    sent = {
        sender.stream["sourceId"]: {"values": sender.values, "stamps": sender.stamps}
        for sender in senders
    }
    print(json.dumps({"sent": sent}), flush=True)
    if request["waits"]:
        sys.stdin.read()


main()

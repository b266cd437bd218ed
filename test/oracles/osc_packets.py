"""Reads and writes OSC packets with python-osc.

Request on stdin: {"read": [hex], "count": n}. Answers {"read": [[{"address", "values", "time"}]],
"written": [{"hex", "messages": [{"address", "values", "time"}]}]}: what python-osc finds in the packets,
and n packets of its own of every kind of argument, alone and in bundles within bundles.
"""

import json
import random
import struct
import sys

from pythonosc import osc_bundle, osc_packet
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder


def plain(value):
    """As ours are: truth is a number, what is neither number nor text is null."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float, str)):
        return value
    return None


def read(data):
    # Its packets tell messages of the past as being of now: the time is the bundle's own.
    is_bundle = osc_bundle.OscBundle.dgram_is_bundle(data)
    time = osc_bundle.OscBundle(data).timestamp if is_bundle else None
    return [
        {
            "address": timed.message.address,
            "values": [plain(value) for value in timed.message.params],
            "time": time,
        }
        for timed in osc_packet.OscPacket(data).messages
    ]


def argument(rng):
    kind = rng.choice("ifdhsbTFNc")
    if kind == "i":
        return "i", rng.randrange(-(2**31), 2**31), None
    if kind == "f":
        value = struct.unpack(">f", struct.pack(">f", rng.uniform(-1e6, 1e6)))[0]
        return "f", value, None
    if kind == "d":
        return "d", rng.uniform(-1e300, 1e300), None
    if kind == "h":
        return "h", rng.randrange(-(2**53), 2**53), None
    if kind == "s":
        return "s", "".join(rng.choice("abc dö€") for _ in range(rng.randrange(9))), None
    if kind == "b":
        return "b", bytes(rng.randrange(256) for _ in range(1 + rng.randrange(9))), None
    return {"T": ("T", True, 1), "F": ("F", False, 0), "N": ("N", None, None)}.get(
        kind, ("i", 7, None)
    )


def message(rng):
    address = rng.choice(["/a", "/muse/eeg", "/openbci/8/aux", "/ab", "/abc"])
    builder = OscMessageBuilder(address=address)
    values = []
    for _ in range(rng.randrange(12)):
        kind, value, _said = argument(rng)
        builder.add_arg(value, kind)
        values.append(plain(value))
    return builder.build(), address, values


def bundle(rng, depth, told):
    seconds = rng.choice([IMMEDIATELY, 1_700_000_000 + rng.randrange(1000) / 8])
    builder = OscBundleBuilder(seconds)
    time = None if seconds == IMMEDIATELY else seconds
    for _ in range(1 + rng.randrange(3)):
        if depth < 2 and rng.random() < 0.3:
            builder.add_content(bundle(rng, depth + 1, told))
            continue
        built, address, values = message(rng)
        builder.add_content(built)
        told.append({"address": address, "values": values, "time": time})
    return builder.build()


def written(count):
    rng = random.Random(5)
    packets = []
    for n in range(count):
        told = []
        if n % 2:
            packet = bundle(rng, 0, told)
        else:
            packet, address, values = message(rng)
            told.append({"address": address, "values": values, "time": None})
        packets.append({"hex": packet.dgram.hex(), "messages": told})
    return packets


def main():
    request = json.loads(sys.stdin.read())
    answer = {
        "read": [read(bytes.fromhex(packet)) for packet in request["read"]],
        "written": written(request["count"]),
    }
    json.dump(answer, sys.stdout)


main()

"""What recordings of a Muse S Athena contain, by a decoder of its own: numpy unpacks the bits.

Reads the captures of OpenMuse (time, characteristic, hex) from the folder given; writes
muse_athena.json: for each capture and kind of reading how many there are, the sum of every
channel's raw values, and the first and last frame. The battery's charge is in the name of the
capture that was made for it.

    python test/golden/muse_athena.py ../shared/data/DominiqueMakowski__OpenMuse
"""

import json
import pathlib
import sys

import numpy as np

CAPTURES = [
    "data_p20.txt",
    "data_p50.txt",
    "data_p1034.txt",
    "data_p1041.txt",
    "test_battery_58_27.txt",
]
HEADER = 14
# tag: bytes, frames, channels, bits (0: int16)
LAYOUTS = {
    0x11: (28, 4, 4, 14),
    0x12: (28, 2, 8, 14),
    0x34: (30, 3, 4, 20),
    0x35: (40, 2, 8, 20),
    0x36: (40, 1, 16, 20),
    0x47: (36, 3, 6, 0),
    0x53: (24, 0, 0, 0),
    0x98: (20, 0, 0, 0),
}


def readings(message):
    """(tag, counter, payload) of every reading in a notification."""
    while len(message) >= HEADER:
        packet, message = message[: message[0]], message[message[0] :]
        tag, counter, rest = packet[9], packet[10], packet[HEADER:]
        while True:
            size = LAYOUTS[tag][0]
            yield tag, counter, rest[:size]
            rest = rest[size:]
            if not rest:
                break
            tag, counter, rest = rest[0], rest[1], rest[5:]
    assert not message


def frames(tag, payload):
    _, count, channels, bits = LAYOUTS[tag]
    if bits == 0:
        return np.frombuffer(payload, "<i2").reshape(count, channels)
    ones = np.unpackbits(np.frombuffer(payload, np.uint8), bitorder="little")
    fields = ones[: count * channels * bits].reshape(-1, bits).astype(np.int64)
    return (fields << np.arange(bits)).sum(axis=1).reshape(count, channels)


def facts(path):
    found = {}
    battery = []
    for line in path.read_text().splitlines():
        _, _, text = line.split("\t")
        for tag, counter, payload in readings(bytes.fromhex(text)):
            if tag == 0x98:
                battery.append(int.from_bytes(payload[:2], "little") / 256)
            elif LAYOUTS[tag][1]:
                found.setdefault(tag, []).append(frames(tag, payload))
    streams = {}
    for tag, blocks in sorted(found.items()):
        values = np.concatenate(blocks)
        streams[str(tag)] = {
            "frames": len(values),
            "sums": values.sum(axis=0).tolist(),
            "first": values[0].tolist(),
            "last": values[-1].tolist(),
        }
    return {"streams": streams, "batteryPercent": battery[0]}


folder = pathlib.Path(sys.argv[1])
golden = {"numpy": np.__version__, "captures": {name: facts(folder / name) for name in CAPTURES}}
target = pathlib.Path(__file__).with_name("muse_athena.json")
target.write_text(json.dumps(golden))

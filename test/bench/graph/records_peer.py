"""The records of records.ts, and the answer of a peer as JSON."""

import json
import sys
import time

import numpy as np

RATE_HZ = 1000


def value_at(i, step):
    return ((i * step) % 2003) / 8 - 125


def new_records(count):
    i = np.arange(count, dtype=np.int64)
    a = value_at(i, 7919)
    a[0] += 1000
    return i / RATE_HZ, a, value_at(i, 104_729)


class Schedule:
    """When records are due: at once, or so many a second."""

    def __init__(self, per_second):
        self.per_second = per_second
        self.start = time.perf_counter()

    def wait_for(self, i):
        if self.per_second:
            while time.perf_counter() < self.start + i / self.per_second:
                pass

    def latency_ms(self, i):
        if not self.per_second:
            return 0.0
        return (time.perf_counter() - self.start - i / self.per_second) * 1000


def tell(cpu_seconds, windows, latencies_ms):
    windows = [{"count": int(n), "mean": float(mean), "max": float(top)} for n, mean, top in windows]
    json.dump({"cpuSeconds": cpu_seconds, "windows": windows, "latenciesMs": latencies_ms},
              sys.stdout)


def arguments():
    """Number of records, records a second (0: as fast as it goes), records per message."""
    count, per_second, frames = sys.argv[1:4]
    return int(count), float(per_second), int(frames)

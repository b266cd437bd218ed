"""The chain in Bytewax, record by record, with its own operators and event-time windows."""

import time
from datetime import datetime, timedelta, timezone

import bytewax.operators as op
import bytewax.operators.windowing as win
from bytewax.dataflow import Dataflow
from bytewax.inputs import DynamicSource, StatelessSourcePartition
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

from records_peer import Schedule, arguments, new_records, tell

count, per_second, batch = arguments()
times, a, b = (column.tolist() for column in new_records(count))
align = datetime(2026, 1, 1, tzinfo=timezone.utc)
stamps = [align + timedelta(milliseconds=i) for i in range(count)]
# Its watermark runs on with the system's clock: without patience a pause makes records late.
patience_seconds = 10
windows, latencies = [], []
schedule = None


class Partition(StatelessSourcePartition):
    def __init__(self):
        self.at = 0

    def next_batch(self):
        if self.at >= count:
            raise StopIteration()
        start, self.at = self.at, min(count, self.at + batch)
        schedule.wait_for(self.at - 1)
        return [(stamps[i], a[i], b[i]) for i in range(start, self.at)]


class Source(DynamicSource):
    def build(self, step_id, worker_index, worker_count):
        return Partition()


class Taker(StatelessSinkPartition):
    def write_batch(self, items):
        for _key, (window, (n, total, top)) in items:
            windows.append((n, total / n, top))
            closed_by = (window + 1 + patience_seconds) * 1000
            if closed_by < count:
                latencies.append(schedule.latency_ms(closed_by))


class Sink(DynamicSink):
    def build(self, step_id, worker_index, worker_count):
        return Taker()


def fold(state, item):
    n, total, top = state
    y = item[1]
    return n + 1, total + y, y if y > top else top


def merge(one, other):
    return one[0] + other[0], one[1] + other[1], max(one[2], other[2])


flow = Dataflow("chain")
stream = op.input("records", flow, Source())
mapped = op.map("map", stream, lambda record: (record[0], 2 * record[1] - record[2]))
kept = op.filter("filter", mapped, lambda record: record[1] > 0)
keyed = op.key_on("key", kept, lambda _record: "all")
windowed = win.fold_window(
    "windows",
    keyed,
    win.EventClock(
        ts_getter=lambda record: record[0],
        wait_for_system_duration=timedelta(seconds=patience_seconds),
    ),
    win.TumblingWindower(length=timedelta(seconds=1), align_to=align),
    lambda: (0, 0.0, float("-inf")),
    fold,
    merge,
    ordered=False,
)
op.output("out", windowed.down, Sink())

schedule = Schedule(per_second)
before = time.process_time()
run_main(flow)
taken = time.process_time() - before
# The end of its input closes the last window too; a stream that goes on never does.
tell(taken, windows[:-1], latencies)

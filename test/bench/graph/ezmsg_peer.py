"""The chain in ezmsg: three units that pass NumPy arrays of so many records to each other."""

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import ezmsg.core as ez
import numpy as np

from records_peer import Schedule, arguments, new_records, tell

count, per_second, frames = arguments()
times, a, b = new_records(count)
windows, latencies = [], []
schedule = None


@dataclass
class Block:
    time: np.ndarray
    values: np.ndarray


class Source(ez.Unit):
    OUTPUT = ez.OutputStream(Block)

    @ez.publisher(OUTPUT)
    async def send(self) -> AsyncGenerator:
        for start in range(0, count, frames):
            end = min(count, start + frames)
            schedule.wait_for(end - 1)
            yield self.OUTPUT, Block(times[start:end], np.stack([a[start:end], b[start:end]], 1))
        yield self.OUTPUT, Block(times[:0], np.empty((0, 2)))
        raise ez.Complete


class Map(ez.Unit):
    INPUT = ez.InputStream(Block)
    OUTPUT = ez.OutputStream(Block)

    @ez.subscriber(INPUT)
    @ez.publisher(OUTPUT)
    async def map(self, block: Block) -> AsyncGenerator:
        yield self.OUTPUT, Block(block.time, 2 * block.values[:, 0] - block.values[:, 1])


class Filter(ez.Unit):
    INPUT = ez.InputStream(Block)
    OUTPUT = ez.OutputStream(Block)

    @ez.subscriber(INPUT)
    @ez.publisher(OUTPUT)
    async def keep(self, block: Block) -> AsyncGenerator:
        holds = block.values > 0
        if len(holds) and not holds.any():
            return
        yield self.OUTPUT, Block(block.time[holds], block.values[holds])


class Windows(ez.Unit):
    INPUT = ez.InputStream(Block)

    async def initialize(self) -> None:
        self.second, self.n, self.total, self.top = 0, 0, 0.0, -np.inf

    @ez.subscriber(INPUT)
    async def aggregate(self, block: Block) -> None:
        if len(block.time) == 0:
            raise ez.NormalTermination
        seconds = np.floor(block.time).astype(int)
        first = 0
        while first < len(seconds):
            end = int(np.searchsorted(seconds, seconds[first], side="right"))
            if seconds[first] > self.second:
                windows.append((self.n, self.total / self.n, self.top))
                latencies.append(schedule.latency_ms(int(seconds[first]) * 1000))
                self.second, self.n, self.total, self.top = int(seconds[first]), 0, 0.0, -np.inf
            part = block.values[first:end]
            self.n += len(part)
            self.total += float(part.sum())
            self.top = max(self.top, float(part.max()))
            first = end


class Chain(ez.Collection):
    SOURCE, MAP, FILTER, WINDOWS = Source(), Map(), Filter(), Windows()

    def network(self) -> ez.NetworkDefinition:
        return (
            (self.SOURCE.OUTPUT, self.MAP.INPUT),
            (self.MAP.OUTPUT, self.FILTER.INPUT),
            (self.FILTER.OUTPUT, self.WINDOWS.INPUT),
        )


if __name__ == "__main__":
    schedule = Schedule(per_second)
    before = time.process_time()
    ez.run(CHAIN=Chain())
    tell(time.process_time() - before, windows, latencies)

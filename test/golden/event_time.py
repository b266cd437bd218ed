"""Golden values for aggregate, align, join and baseline, from pandas. Writes event_time.json.

Times are multiples of 1/64 s, so that they are exact in float64 and in pandas' nanoseconds.
"""

import json
import pathlib

import numpy as np
import pandas as pd

rng = np.random.default_rng(7)


def stream(count, most_ticks, columns):
    """Irregular times with some pauses; float32 values, some of them missing."""
    steps = rng.integers(1, most_ticks, count)
    steps[rng.random(count) < 0.03] += 200
    times = np.cumsum(steps) / 64
    values = rng.normal(0, 10, (count, columns)).astype(np.float32)
    values[rng.random(values.shape) < 0.05] = np.nan
    return times, values


def frame(times, values, names):
    index = pd.to_timedelta(np.round(times * 1e9).astype("int64"), unit="ns")
    return pd.DataFrame(values.astype(float), index=index, columns=names)


def plain(values):
    """Rows of numbers; what is missing as null."""
    return [[None if not np.isfinite(v) else float(v) for v in row] for row in np.asarray(values, float)]


def told(groups):
    """What the node says of every window: first and last time, frames, then the aggregates."""
    rows = []
    for part in groups:
        if len(part) == 0:
            continue
        seconds = part.index.total_seconds()
        row = [seconds[0], seconds[-1], len(part)]
        for name in part.columns:
            x = part[name]
            known = x.dropna()
            row += [x.count(), x.sum(), x.mean(), x.min(), x.max(), x.std(ddof=1)]
            row += [known.iloc[0], known.iloc[-1]] if len(known) else [np.nan, np.nan]
            row += [x.quantile(0.1), x.quantile(0.5)]
        rows.append(row)
    return plain(rows)


times, values = stream(600, 8, 2)
data = frame(times, values, ["x", "y"])
origin = data.index[0]


def sliding(seconds, hop):
    end = data.index[-1]
    begin = origin
    while begin + pd.Timedelta(seconds=seconds) <= end:
        until = begin + pd.Timedelta(seconds=seconds)
        yield data[(data.index >= begin) & (data.index < until)]
        begin += pd.Timedelta(seconds=hop)


def tumbling(seconds):
    groups = data.resample(pd.Timedelta(seconds=seconds), origin="start")
    last = data.index[-1]
    return [g for label, g in groups if label + pd.Timedelta(seconds=seconds) <= last]


def sessions(gap):
    number = (data.index.to_series().diff() > pd.Timedelta(seconds=gap)).cumsum()
    return [g for _, g in data.groupby(number.values)][:-1]


def counted(frames, hop):
    return [w for i, w in enumerate(data.rolling(frames)) if i >= frames - 1 and (i - frames + 1) % hop == 0]


b_times, b_values = stream(300, 20, 1)
b = frame(b_times, b_values, ["z"])


def as_of(direction, tolerance):
    joined = pd.merge_asof(
        data.reset_index(names="t"),
        b.reset_index(names="t"),
        on="t",
        direction=direction,
        tolerance=pd.Timedelta(seconds=tolerance),
    )
    certain = joined["t"] <= b.index[-1]
    return plain(joined.loc[certain, ["z"]].values)


def pairs(low, high):
    left = data.reset_index(names="ta")
    right = b.reset_index(names="tb")
    both = left.merge(right, how="cross")
    lag = (both["tb"] - both["ta"]).dt.total_seconds()
    near = both[(lag >= low) & (lag <= high)]
    return plain(
        np.column_stack(
            [
                near["ta"].dt.total_seconds(),
                (near["tb"] - near["ta"]).dt.total_seconds(),
                near[["x", "z"]].values,
            ]
        )
    )


before = data.expanding(min_periods=1)
mean, deviation = before.mean().shift(1), before.std(ddof=1).shift(1)
z = (data - mean) / deviation
frames = before.count().shift(1).min(axis=1)

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"numpy": np.__version__, "pandas": pd.__version__},
            "times": times.tolist(),
            "values": plain(values),
            "bTimes": b_times.tolist(),
            "bValues": plain(b_values),
            "windows": {
                "tumbling": told(tumbling(2)),
                "sliding": told(sliding(3, 0.5)),
                "session": told(sessions(1)),
                "count": told(counted(25, 10)),
            },
            "asOf": {d: as_of(d, 0.25) for d in ["backward", "forward", "nearest"]},
            "pairs": pairs(-0.25, 0.125),
            "baseline": plain(z[frames >= 20].values),
        }
    )
    + "\n"
)

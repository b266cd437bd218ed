"""The recordings behind the blink detector: read, labelled and filtered as the graph filters.

A `Series` is one frontal (or other) mean in microvolts, causally filtered, with the times at
which a blink peaked. `train.py` cuts windows from it; `golden.py` quotes a few of them.
"""

import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy import io, signal

from recordings import Recording

BAND_HZ = (1.0, 45.0)
BAND_ORDER = 4
NOTCH_QUALITY = 30.0


@dataclass
class Series:
    """One single-channel signal after the causal filters, with what is known of its blinks."""

    name: str
    source: str
    rate_hz: float
    values: np.ndarray
    blinks: np.ndarray
    """Seconds at which a blink peaked."""
    doubtful: np.ndarray
    """Seconds of peaks that are neither surely blinks nor surely not: never judged."""
    start: float = 1.0
    stop: float = np.inf
    """Seconds between which windows may lie."""
    raw: np.ndarray = field(default_factory=lambda: np.zeros(0))
    quiet: bool = False
    """Blinks barely reach this mean: it says nothing of them."""

    @property
    def last(self) -> float:
        return min(self.stop, (len(self.values) - 1) / self.rate_hz)


def causal_filters(raw: np.ndarray, rate_hz: float, line_hz: float | None) -> np.ndarray:
    """What the graph does before the model: band-pass, then notch, both causal.

    Both start settled on the first value, so that an offset of millivolts is no step.
    """
    band = signal.butter(BAND_ORDER, BAND_HZ, "bandpass", fs=rate_hz, output="sos")
    values, _ = signal.sosfilt(band, raw, zi=signal.sosfilt_zi(band) * raw[0])
    if line_hz is not None and line_hz < rate_hz / 2:
        b, a = signal.iirnotch(line_hz, NOTCH_QUALITY, fs=rate_hz)
        values = signal.lfilter(b, a, values)
    return values


def blink_peaks(raw, rate_hz, polarity, least_uv):
    """Offline labels: (blinks, doubtful) in seconds, from a zero-phase filtered signal.

    A blink stands out on both sides of its peak within 0.6 s and is 60 to 300 ms wide at half
    height: a saccade does not come back, and an electrode that pops is back within 50 ms.
    """
    band = signal.butter(2, (0.3, 15.0), "bandpass", fs=rate_hz, output="sos")
    smooth = polarity * signal.sosfiltfilt(band, raw - np.mean(raw))
    peaks, found = signal.find_peaks(
        smooth, prominence=0.65 * least_uv, width=0.05 * rate_hz, wlen=round(1.2 * rate_hz)
    )
    width = found["widths"] / rate_hz
    sure = (found["prominences"] >= least_uv) & (width > 0.06) & (width < 0.3)
    return peaks[sure] / rate_hz, peaks[~sure] / rate_hz


def read_edf(path: Path) -> tuple[list[str], np.ndarray, float]:
    """Channels in microvolts of a plain EDF file whose signals share one rate."""
    content = path.read_bytes()
    count = int(content[252:256])
    sizes = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
    offsets = 256 + count * np.concatenate([[0], np.cumsum(sizes)])

    def column(k):
        at = offsets[k]
        texts = (content[at + sizes[k] * i : at + sizes[k] * (i + 1)] for i in range(count))
        return [text.decode("latin-1").strip() for text in texts]

    low, high, least, most = (np.array(column(k), float) for k in (3, 4, 5, 6))
    per_record = np.array(column(8), int)
    kept = np.flatnonzero(per_record == per_record[0])
    records = np.frombuffer(content, "<i2", offset=int(content[184:192]))
    records = records.reshape(-1, per_record.sum())
    starts = np.cumsum(per_record) - per_record
    scale = (high - low) / (most - least)
    data = [
        (records[:, starts[k] : starts[k] + per_record[k]].ravel() - least[k]) * scale[k] + low[k]
        for k in kept
    ]
    labels = column(0)
    rate_hz = per_record[0] / float(content[244:252])
    return [re.sub(r"\W+$", "", labels[k]) for k in kept], np.array(data), rate_hz


def read_eeglab(path: Path) -> tuple[list[str], np.ndarray, float]:
    """Channels of an EEGLAB set whose samples lie in a float32 file beside it."""
    header = io.loadmat(path, squeeze_me=True, struct_as_record=False)["EEG"]
    data = np.fromfile(path.with_name(str(header.data)), "<f4").reshape(-1, int(header.nbchan))
    return [place.labels for place in header.chanlocs], data.T.astype(float), float(header.srate)


def read_openbci(path: Path) -> tuple[list[str], np.ndarray, float]:
    """The eight channels of an OpenBCI GUI v6 text file; labels are their numbers."""
    rows = [line.split(",")[1:9] for line in path.open() if line[0].isdigit()]
    return [str(k + 1) for k in range(8)], np.array(rows, float).T, 250.0


def read_muse(path: Path) -> tuple[list[str], np.ndarray, float]:
    """Muse CSV: with a header and time stamps (muse-lsl), or four bare columns (eeg-101)."""
    stamped = path.open().readline()[0].isalpha()
    table = np.genfromtxt(path, delimiter=",", skip_header=int(stamped))
    return ["TP9", "AF7", "AF8", "TP10"], table[:, 1:5].T if stamped else table[:, :4].T, 256.0


def read_table(path: Path) -> tuple[list[str], np.ndarray, float]:
    """White-space table whose head line is the labels and then the rate."""
    with gzip.open(path, "rt") as lines:
        *labels, rate = next(lines).split()
        return labels, np.loadtxt(lines).T, float(rate)


READERS = {
    "edf": read_edf,
    "eeglab": read_eeglab,
    "muse": read_muse,
    "openbci": read_openbci,
    "table": read_table,
}


def corrected(recording: Recording, blinks: np.ndarray, doubtful: np.ndarray):
    """The peak rule's answer after the eye's corrections, each within 0.15 s of a peak."""

    def without(times, others):
        far = [all(abs(time - other) > 0.15 for other in others) for time in times]
        return times[np.array(far, bool)]

    def among(times, others):
        near = [any(abs(time - other) <= 0.15 for other in others) for time in times]
        return times[np.array(near, bool)]

    def awake(times):
        calm = [any(low <= time <= high for low, high in recording.calm) for time in times]
        return times[~np.array(calm, bool)]

    peaks = np.sort(np.concatenate([blinks, doubtful]))
    named = recording.blinks + recording.doubtful + recording.nothing
    return tuple(
        np.sort(awake(np.concatenate([without(times, named), among(peaks, chosen)])))
        for times, chosen in ((blinks, recording.blinks), (doubtful, recording.doubtful))
    )


def load(recording: Recording, folder: Path) -> list[Series]:
    """Every mean of one recording, labelled and filtered; quiet means carry no blinks."""
    labels, data, rate_hz = READERS[recording.reader](folder / recording.file)

    def mean(channels):
        names = [channels] if channels in labels else channels.split()
        return data[[labels.index(name) for name in names]].mean(axis=0)

    peaks = blink_peaks(mean(recording.seen_at), rate_hz, recording.polarity, recording.least_uv)
    blinks, doubtful = corrected(recording, *peaks)
    return [
        Series(
            name=f"{recording.name} {channels}",
            source=recording.source,
            rate_hz=rate_hz,
            values=causal_filters(mean(channels), rate_hz, recording.line_hz),
            blinks=blinks[:0] if channels in recording.quiet_means else blinks,
            doubtful=np.concatenate([blinks, doubtful])
            if channels in recording.quiet_means
            else doubtful,
            start=recording.start,
            stop=recording.stop,
            raw=mean(channels),
            quiet=channels in recording.quiet_means,
        )
        for channels in recording.means + recording.quiet_means
    ]

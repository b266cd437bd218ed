"""Made-up signals: what a frontal channel can do besides blinking, and blinks on top of it.

Each track is a blink-free stretch of a real recording (or pink noise) with events added before
the causal filters, so that a step, a rail or mains hum reaches the model as it would on-line.
"""

import numpy as np
from scipy import signal

from data import Series, causal_filters

RATE_HZ = 250.0
TRACK_SECONDS = 16.0


def pink_noise(random: np.random.Generator, length: int) -> np.ndarray:
    spectrum = np.fft.rfft(random.standard_normal(length))
    slope = random.uniform(0.5, 1.2)
    frequencies = np.maximum(np.fft.rfftfreq(length, 1 / RATE_HZ), 0.3)
    noise = np.fft.irfft(spectrum / frequencies**slope, length)
    return noise / np.std(noise) * np.exp(random.uniform(np.log(3), np.log(60)))


def grounds(series: list[Series]) -> list[np.ndarray]:
    """Blink-free stretches of real recordings, at `RATE_HZ`."""
    found = []
    for one in series:
        edges = np.concatenate([[one.start], one.blinks, one.doubtful, [one.last]])
        edges.sort()
        for low, high in zip(edges[:-1] + 0.8, edges[1:] - 0.6, strict=True):
            times = np.arange(low, high, 1 / RATE_HZ)
            if len(times) > 2 * RATE_HZ:
                stretch = np.interp(times, np.arange(len(one.raw)) / one.rate_hz, one.raw)
                found.append(signal.detrend(stretch))
    return found


def background(random, found, length):
    """Real stretches, mirrored at their ends so that they last, or pink noise."""
    if random.random() < 0.25:
        return pink_noise(random, length)
    stretch = found[random.integers(len(found))] * np.exp(random.uniform(-0.7, 1.5))
    rounds = np.concatenate([stretch, stretch[::-1]])
    shift = random.integers(len(rounds))
    return np.resize(np.roll(rounds, -shift), length)


def bump(time, peak, rise, fall):
    """Two halves of a bell; `rise` and `fall` are its spreads in seconds."""
    return np.exp(-0.5 * ((time - peak) / np.where(time < peak, rise, fall)) ** 2)


def blink(random, time, peak, amplitude):
    rise = random.uniform(0.03, 0.07)
    fall = rise * random.uniform(1.0, 2.0)
    tail = random.uniform(0, 0.25) * bump(time, peak + fall, rise, 3 * fall)
    return amplitude * (bump(time, peak, rise, fall) + tail)


def burst(random, time, low_hz, high_hz, amplitude, seconds):
    """Noise of one band that swells and fades: alpha, a clenched jaw, a frowning brow."""
    band = signal.butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    noise = signal.sosfilt(band, random.standard_normal(len(time) + 500))[500:]
    middle = random.uniform(0, time[-1])
    edge = random.uniform(0.03, 0.3)
    envelope = 1 / (1 + np.exp((np.abs(time - middle) - seconds / 2) / edge))
    return noise / np.std(noise) * amplitude * envelope


def level(random, time, amplitude, ramp):
    """The signal moves to another level, and perhaps back again: a saccade, or a pop."""
    at = random.uniform(0, time[-1])
    there = 1 / (1 + np.exp(-np.clip((time - at) / (ramp / 4), -60, 60)))
    if random.random() < 0.5:
        away = at + random.uniform(0.5, 2.0)
        there = there - 1 / (1 + np.exp(-np.clip((time - away) / (ramp / 4), -60, 60)))
    return amplitude * there


def log_uniform(random, low, high):
    return np.exp(random.uniform(np.log(low), np.log(high))) * random.choice([-1, 1])


def mild(random, time):
    """What happens now and then in a sound recording, and may coincide with a blink."""
    kind = random.integers(6)
    if kind == 0:
        return burst(random, time, 20, 110, random.uniform(3, 20), random.uniform(0.3, 3))
    if kind == 1:
        centre = random.uniform(8.5, 12.5)
        amplitude = random.uniform(5, 30)
        return burst(random, time, centre - 1, centre + 1, amplitude, random.uniform(0.5, 4))
    if kind == 2:
        return level(random, time, log_uniform(random, 15, 60), random.uniform(0.03, 0.08))
    if kind == 3:
        line_hz = random.choice([50.0, 60.0])
        return random.uniform(2, 60) * np.sin(2 * np.pi * line_hz * time)
    if kind == 4:
        return random.uniform(20, 150) * np.sin(
            2 * np.pi * (random.uniform(0.05, 0.5) * time + random.random())
        )
    return random.uniform(-200, 200) * time


def trouble(random, time):
    """What must never be taken for a blink."""
    kind = random.integers(10)
    at = random.uniform(0, time[-1])
    if kind <= 1:
        jaw = burst(random, time, 18, 115, random.uniform(20, 200), random.uniform(0.3, 2.5))
        sway = log_uniform(random, 5, 80) * bump(time, at, 0.25, 0.4)
        return jaw + sway
    if kind == 2:
        centre = random.uniform(7, 13)
        amplitude = random.uniform(15, 60)
        return burst(random, time, centre - 0.7, centre + 0.7, amplitude, random.uniform(0.5, 6))
    if kind == 3:
        return level(random, time, log_uniform(random, 30, 200), random.uniform(0.03, 0.08))
    if kind == 4:
        return level(random, time, log_uniform(random, 50, 2e5), random.uniform(0.004, 0.012))
    if kind == 5:
        decay = np.exp(-np.maximum(time - at, 0) / random.uniform(0.3, 2))
        return log_uniform(random, 50, 5e4) * decay * (time >= at)
    if kind == 6:
        spikes = np.arange(at, time[-1], random.uniform(0.4, 1.2))
        width = random.uniform(0.003, 0.012)
        amplitude = log_uniform(random, 30, 3000)
        return amplitude * sum(bump(time, spike, width, width) for spike in spikes)
    if kind == 7:
        spread = random.uniform(0.3, 0.8)
        return log_uniform(random, 40, 1000) * bump(time, at, spread, spread)
    if kind == 8:
        line_hz = random.choice([50.0, 60.0]) + random.uniform(-0.3, 0.3)
        hum = np.sin(2 * np.pi * line_hz * time) * (time > at)
        return log_uniform(random, 10, 1000) * hum
    delta = random.uniform(0.5, 4)
    return burst(random, time, delta, delta + 1, random.uniform(10, 60), random.uniform(1, 6))


def track(random: np.random.Generator, found: list[np.ndarray], number: int) -> Series:
    """One made-up recording: either blinks among mild events, or trouble without a blink."""
    time = np.arange(0, TRACK_SECONDS, 1 / RATE_HZ)
    raw = background(random, found, len(time))
    loudness = np.std(raw)
    peaks = []
    if random.random() < 0.6:
        polarity = random.choice([-1, 1])
        usual = np.exp(random.uniform(np.log(50), np.log(400)))
        peak = random.uniform(1, 4)
        while peak < TRACK_SECONDS - 0.5:
            amplitude = max(usual * random.uniform(0.6, 1.5), 5 * loudness, 40)
            raw = raw + polarity * blink(random, time, peak, amplitude)
            peaks.append(peak)
            peak += random.uniform(0.18, 0.6) if random.random() < 0.4 else random.uniform(0.6, 4)
        for _ in range(random.integers(0, 3)):
            raw = raw + mild(random, time)
    else:
        for _ in range(random.integers(1, 4)):
            raw = raw + trouble(random, time)
    if random.random() < 0.1:
        rail = log_uniform(random, 1000, 2e5)
        low, high = sorted(random.uniform(0, TRACK_SECONDS, 2))
        railed = (time >= low) & (time < min(high, low + 2))
        raw = np.where(railed, rail, raw)
        peaks = [peak for peak in peaks if not low - 0.3 < peak < low + 5]
    line_hz = random.choice([50.0, 60.0])
    values = causal_filters(raw, RATE_HZ, line_hz)
    return Series(
        name=f"made up {number}",
        source="made up",
        rate_hz=RATE_HZ,
        values=values,
        blinks=np.array(peaks),
        doubtful=np.zeros(0),
        raw=raw,
    )

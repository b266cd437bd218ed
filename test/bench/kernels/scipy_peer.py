"""SciPy and NumPy on the works of the kernel benchmark: the same protocol as peer.h."""

import sys
import time

import numpy as np
from scipy import linalg, signal

QUANTUM = 0.04
rng = np.random.default_rng(1)


def taps_of(length):
    return signal.firwin(length, 0.3)


def stateful(call, zi):
    """A filter that keeps its state between blocks."""
    def run():
        nonlocal zi
        _, zi = call(zi)
    return run


def filter_cascade(channels, frames, rate, _):
    low, high = (300, 6000) if rate > 10000 else (1, 45)
    b, a = signal.iirnotch(50, 30, fs=rate)
    band = signal.butter(4, [low, high], "bandpass", fs=rate, output="sos")
    sos = np.vstack([np.concatenate([b, a]), band])
    x = rng.normal(0, 20, (channels, frames))
    return stateful(lambda zi: signal.sosfilt(sos, x, axis=-1, zi=zi),
                    np.zeros((len(sos), channels, 2)))


def fft(channels, _, __, size):
    x = rng.normal(0, 20, (channels, size)).astype(np.float32)
    from scipy import fft as transforms
    return lambda: transforms.rfft(x, axis=-1)


def welch(channels, frames, rate, size):
    x = rng.normal(0, 20, (channels, frames))
    return lambda: signal.welch(x, rate, "hann", size, axis=-1)


def multitaper(channels, _, rate, size):
    x = rng.normal(0, 20, (channels, size))
    tapers = signal.windows.dpss(size, 4, 7)[:, None, :]
    return lambda: (np.abs(np.fft.rfft(tapers * (x - x.mean(-1, keepdims=True)), axis=-1)) ** 2
                    ).mean(0) / rate


def stft(channels, frames, rate, size):
    x = rng.normal(0, 20, (channels, frames))
    transform = signal.ShortTimeFFT(signal.get_window("hann", size), size // 2, rate)
    return lambda: transform.stft(x, p0=1, p1=(frames - size // 2) // (size // 2))


def fir(channels, frames, _, size):
    x = rng.normal(0, 20, (channels, frames))
    taps = taps_of(size)
    return stateful(lambda zi: signal.lfilter(taps, 1, x, axis=-1, zi=zi),
                    np.zeros((channels, size - 1)))


def fir_long(channels, frames, _, size):
    x = rng.normal(0, 20, (channels, frames)).astype(np.float32)
    taps = taps_of(size)[None, :].astype(np.float32)
    return lambda: signal.oaconvolve(x, taps, axes=-1)


def resample(channels, frames, _, size):
    up, down = divmod(size, 1000)
    x = rng.normal(0, 20, (channels, frames)).astype(np.float32)
    return lambda: signal.resample_poly(x, up, down, axis=-1)


def spatial(channels, frames, _, __):
    x = rng.normal(0, 20, (frames, channels)).astype(np.float32)
    weights = rng.normal(0, 1, (channels, channels)).astype(np.float32)
    output = np.empty_like(x)
    return lambda: np.matmul(x, weights, out=output)


def covariance(channels, frames, _, __):
    x = rng.normal(0, 20, (frames, channels)).astype(np.float32)
    products, sums = np.zeros((channels, channels)), np.zeros(channels)

    def run():
        nonlocal products, sums
        wide = x.astype(float)
        products += wide.T @ wide
        sums += wide.sum(0)
    return run


def mean(channels, frames, _, __):
    x = rng.normal(0, 20, (channels, frames))
    return stateful(lambda zi: signal.lfilter([0.01], [1, -0.99], x, axis=-1, zi=zi),
                    np.zeros((channels, 1)))


def eigen(channels, _, __, ___):
    x = rng.normal(0, 1, (channels, channels))
    matrix = x @ x.T
    return lambda: linalg.eigh(matrix, driver="evd", check_finite=False)


def hilbert(channels, frames, _, __):
    x = rng.normal(0, 20, (channels, frames)).astype(np.float32)
    return lambda: np.abs(signal.hilbert(x, axis=-1))


def morlet(channels, frames, _, size):
    x = rng.normal(0, 20, (channels, frames))
    taps = taps_of(size) * np.exp(0.3j * np.arange(size))
    return stateful(lambda zi: signal.lfilter(taps, 1, x, axis=-1, zi=zi),
                    np.zeros((channels, size - 1), complex))


WORKS = {
    "filter": filter_cascade, "fft": fft, "welch": welch, "multitaper": multitaper, "stft": stft,
    "fir": fir, "fir-long": fir_long, "resample": resample, "spatial": spatial,
    "covariance": covariance, "mean": mean, "eigen": eigen, "hilbert": hilbert, "morlet": morlet,
}


def seconds_per_call(call):
    call()
    count = 1
    while True:
        start = time.thread_time()
        for _ in range(count):
            call()
        taken = time.thread_time() - start
        if taken >= QUANTUM:
            return taken / count
        count = int(count * QUANTUM * 1.1 / taken) + 1 if taken > QUANTUM / 100 else count * 10


last, ready = None, None
for line in sys.stdin:
    if line != last:
        work, *numbers = line.split()
        ready = WORKS[work](*map(int, numbers)) if work in WORKS else None
        last = line
    print(f"{seconds_per_call(ready):.9e}" if ready else "none", flush=True)

"""Trains the blink detector, judges it on recordings it never saw, writes the model and its card.

    python train.py --data FOLDER --out FOLDER

The shipped network never sees the sources in `HELD_OUT`. Every other source is judged by a
network trained the same way without it; those networks are thrown away.
"""

import argparse
import os
from pathlib import Path

# One thread adds in one order: the same versions then give the same weights.
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax
import numpy as np
import onnx
import onnxruntime
import optax

import network
from card import write_card
from data import Series, load
from evaluate import Verdict, judge, pooled, table
from recordings import RECORDINGS
from synthetic import grounds, track
from windows import FRAMES, Store

HELD_OUT = ("cyton", "eeg-101")
SEED = 20
STEPS = 16000
BATCH = 256
RATE = 2e-3
MADE_UP_TRACKS = 1500
# Chosen on the networks that leave one source out, never on `HELD_OUT`.
THRESHOLD = 0.75
FILE = "blink-detector.onnx"


def train(series: list[Series], steps: int) -> dict[str, np.ndarray]:
    """One network from these series and from signals made up on their quiet stretches."""
    random = np.random.default_rng(SEED)
    found = grounds(series)
    made_up = [track(random, found, number) for number in range(MADE_UP_TRACKS)]
    store = Store(series + made_up, random)
    parameters = network.initial(random)
    schedule = optax.cosine_decay_schedule(RATE, steps, 0.01)
    optimiser = optax.chain(
        optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=1e-3)
    )
    state = optimiser.init(parameters)

    def loss(parameters, windows, target, weight):
        each = optax.sigmoid_binary_cross_entropy(network.logits(parameters, windows), target)
        return (each * weight).sum() / weight.sum()

    @jax.jit
    def step(parameters, state, windows, target, weight):
        slope = jax.grad(loss)(parameters, windows, target, weight)
        updates, state = optimiser.update(slope, state, parameters)
        return optax.apply_updates(parameters, updates), state

    for number in range(1, steps + 1):
        parameters, state = step(parameters, state, *store.batch(BATCH))
        if number in (steps // 4, steps // 2, steps * 3 // 4):
            store.look_harder(scorer(parameters))
    return {name: np.asarray(value) for name, value in parameters.items()}


def left_out(series: list[Series], steps: int) -> list[Verdict]:
    """Every source the shipped network trains on, judged by a network that did not."""
    verdicts = []
    for source in dict.fromkeys(one.source for one in series):
        print(f"training without {source}", flush=True)
        parameters = train([one for one in series if one.source != source], steps)
        score = scorer(parameters)
        own = [judge(one, score, THRESHOLD) for one in series if one.source == source]
        quiet = {one.name for one in series if one.quiet}
        groups = {}
        for one in own:
            where = one.name.removeprefix(one.name.split(" ")[0] + " ")
            kind = "away from the eyes" if one.name in quiet else where
            groups.setdefault(f"{source}, {kind}", []).append(one)
        verdicts += [pooled(name, members) for name, members in groups.items()]
    return verdicts


def scorer(parameters):
    return lambda windows: network.scores(parameters, windows)


def made_up_verdicts(series: list[Series], score) -> list[Verdict]:
    """Signals made up from another seed, on stretches of the held-out recordings."""
    random = np.random.default_rng(SEED + 1)
    found = grounds(series)
    tracks = [track(random, found, number) for number in range(300)]
    kinds = {"made up, blinks": True, "made up, trouble without a blink": False}
    return [
        pooled(
            name,
            [judge(one, score, THRESHOLD) for one in tracks if (len(one.blinks) > 0) == blinking],
        )
        for name, blinking in kinds.items()
    ]


def write_model(parameters, path: Path) -> float:
    """Writes the ONNX file; returns how far its answers are from the trained network's."""
    onnx.save(network.onnx_model(parameters), path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    random = np.random.default_rng(SEED)
    loudness = np.exp(random.uniform(-4, 4, (2000, 1)))
    windows = random.standard_normal((2000, FRAMES)).cumsum(axis=1) * loudness / 10
    windows = windows.astype(np.float32)
    (answer,) = session.run(None, {"window": windows[:, None, :]})
    difference = float(np.abs(answer[:, 0] - np.asarray(scorer(parameters)(windows))).max())
    if difference > 1e-5:
        raise ValueError(f"the ONNX file differs from the trained network by {difference}")
    return difference


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    parser.add_argument("--out", type=Path, required=True, help="folder for model and card")
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    series = [one for recording in RECORDINGS for one in load(recording, options.data)]
    seen = [one for one in series if one.source not in HELD_OUT]
    unseen = [one for one in series if one.source in HELD_OUT]
    print("training the shipped network", flush=True)
    parameters = train(seen, options.steps)
    difference = write_model(parameters, options.out / FILE)
    score = scorer(parameters)
    held_out = [judge(one, score, THRESHOLD) for one in unseen]
    made_up = made_up_verdicts(unseen, score)
    others = left_out(seen, options.steps)

    print(f"\n{network.count(parameters)} parameters; ONNX differs by at most {difference:.1e}")
    print(f"\nThe shipped network, never trained on these:\n{table(held_out + made_up)}")
    print(f"\nNetworks trained without the source they are judged on:\n{table(others)}")
    write_card(options.out / FILE, THRESHOLD, held_out + made_up, others)


if __name__ == "__main__":
    main()

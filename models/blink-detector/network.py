"""The network, twice: in JAX to train it, and as an ONNX graph to ship it."""

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from windows import FRAMES

CLIP = 10.0
"""In units of `divideBy`: a railed electrode looks like any other that is far out."""
# Per convolution: channels out, kernel, stride. No padding.
LAYERS = ((16, 11, 2), (24, 7, 2), (32, 5, 2))
HIDDEN = 24


def flat_size() -> int:
    frames = FRAMES
    for _, kernel, stride in LAYERS:
        frames = (frames - kernel) // stride + 1
    return frames * LAYERS[-1][0]


def initial(random: np.random.Generator) -> dict[str, jnp.ndarray]:
    """He-normal weights and zero biases, by their names in the ONNX graph."""
    parameters = {}
    channels = 1
    for number, (out, kernel, _) in enumerate(LAYERS):
        scale = np.sqrt(2 / (channels * kernel))
        parameters[f"conv{number}.weight"] = random.normal(0, scale, (out, channels, kernel))
        parameters[f"conv{number}.bias"] = np.zeros(out)
        channels = out
    for number, (size, out) in enumerate(((flat_size(), HIDDEN), (HIDDEN, 1))):
        parameters[f"dense{number}.weight"] = random.normal(0, np.sqrt(2 / size), (size, out))
        parameters[f"dense{number}.bias"] = np.zeros(out)
    return {name: jnp.asarray(value, jnp.float32) for name, value in parameters.items()}


def logits(parameters, windows):
    """One number a window; windows are (count, FRAMES), already divided."""
    x = jnp.clip(windows, -CLIP, CLIP)[:, None, :]
    for number, (_, _, stride) in enumerate(LAYERS):
        x = jax.lax.conv_general_dilated(
            x,
            parameters[f"conv{number}.weight"],
            (stride,),
            "VALID",
            dimension_numbers=("NCH", "OIH", "NCH"),
        )
        x = jax.nn.relu(x + parameters[f"conv{number}.bias"][:, None])
    x = x.reshape(x.shape[0], -1)
    x = jax.nn.relu(x @ parameters["dense0.weight"] + parameters["dense0.bias"])
    return (x @ parameters["dense1.weight"] + parameters["dense1.bias"])[:, 0]


@jax.jit
def scores(parameters, windows):
    return jax.nn.sigmoid(logits(parameters, windows))


def count(parameters) -> int:
    return sum(int(value.size) for value in parameters.values())


def onnx_model(parameters) -> onnx.ModelProto:
    """The same network as a graph: `window` (batch, 1, FRAMES) in, `blink` (batch, 1) out."""
    constants = {name: np.asarray(value) for name, value in parameters.items()}
    constants["low"], constants["high"] = np.float32(-CLIP), np.float32(CLIP)
    nodes = [helper.make_node("Clip", ["window", "low", "high"], ["x"])]
    for number, (_, _, stride) in enumerate(LAYERS):
        names = ["x" if number == 0 else f"x{number}"]
        names += [f"conv{number}.weight", f"conv{number}.bias"]
        nodes.append(helper.make_node("Conv", names, [f"c{number}"], strides=[stride]))
        nodes.append(helper.make_node("Relu", [f"c{number}"], [f"x{number + 1}"]))
    nodes.append(helper.make_node("Flatten", [f"x{len(LAYERS)}"], ["flat"], axis=1))
    for number, source in enumerate(("flat", "hidden")):
        names = [source, f"dense{number}.weight", f"dense{number}.bias"]
        nodes.append(helper.make_node("Gemm", names, [f"g{number}"]))
        if number == 0:
            nodes.append(helper.make_node("Relu", ["g0"], ["hidden"]))
    nodes.append(helper.make_node("Sigmoid", ["g1"], ["blink"]))
    graph = helper.make_graph(
        nodes,
        "blink-detector",
        [helper.make_tensor_value_info("window", TensorProto.FLOAT, ["batch", 1, FRAMES])],
        [helper.make_tensor_value_info("blink", TensorProto.FLOAT, ["batch", 1])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
        producer_name="blink-detector/train.py",
    )
    onnx.checker.check_model(model, full_check=True)
    return model

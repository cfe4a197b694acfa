"""Runs the files that our writer makes in ONNX Runtime, for the codes that the Swift engine must give.

Run with: QAT_WRITE_ONNX=FOLDER swift test --filter ONNXFilesTests.WritingTests, then python make_written.py FOLDER. The
committed file was made by onnxruntime 1.32.0 and onnx 1.23.2 (numpy 2.4.6, safetensors 0.8.0, x86-64 with AVX-512 VNNI).

Every file NAME.FORMAT.OPSET.TYPE.onnx has to pass onnx.checker with full_check. The input codes are bytes of SplitMix64
from state 0, limited to the codes of the input's grid; a file that takes floats gets the numbers of these codes.
written.safetensors has

    NAME    the output codes of ONNX Runtime's default session, [examples, codes] of one output after another, from the
            file NAME.qOperator.13.float32

and for each file as metadata its SHA-256, so that a test knows that these are the bytes that were run, the number of codes
that differ from NAME in a default session, and that number in a session with all optimizations off.
"""

import hashlib
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from safetensors.numpy import save_file

EXAMPLES = 20
LEVELS = ort.GraphOptimizationLevel.ORT_ENABLE_ALL, ort.GraphOptimizationLevel.ORT_DISABLE_ALL


def codes(count):
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return ((state >> np.uint64(56)).astype(np.int64) - 128).astype(np.int8)


def inputs(model, constants):
    """Values for each input, by its name."""
    shapes = [[EXAMPLES] + [axis.dim_value for axis in value.type.tensor_type.shape.dim[1:]] for value in model.graph.input]
    every = codes(sum(int(np.prod(shape)) for shape in shapes))
    values = {}
    for value, shape in zip(model.graph.input, shapes):
        count = int(np.prod(shape))
        own, every = every[:count].reshape(shape), every[count:]
        if model.graph.name == "activations_of_4_bits":
            own = own.clip(-8, 7)
        if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT:
            zero = constants[value.name + "/zero_point"]
            steps = own.astype(np.float32) - (zero.astype(np.float32) - (128 if zero.dtype == np.uint8 else 0))
            own = steps * constants[value.name + "/scale"]
        values[value.name] = own
    return values


def run(path, model, level):
    """The output codes, [examples, codes] of one output after another."""
    constants = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer
                 if one.data_type in (onnx.TensorProto.FLOAT, onnx.TensorProto.INT8, onnx.TensorProto.UINT8)}
    makers = {node.output[0]: node for node in model.graph.node}
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.log_severity_level = 3
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    results = []
    for value, result in zip(model.graph.output, session.run(None, inputs(model, constants))):
        if result.dtype == np.float32:  # behind a DequantizeLinear
            scale, zero = (constants[name] for name in makers[value.name].input[1:])
            zero = int(zero) - (128 if zero.dtype == np.uint8 else 0)
            result = (np.rint(result / scale) + zero).clip(-128, 127).astype(np.int8)
        results.append(result.reshape(EXAMPLES, -1))
    return np.concatenate(results, axis=1)


def main(folder):
    tensors, metadata = {}, {}
    for path in sorted(folder.glob("*.qOperator.13.float32.onnx")):
        tensors[path.stem.split(".")[0]] = run(path, onnx.load(path), LEVELS[0])
    for path in sorted(folder.glob("*.onnx")):
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        expected = tensors[path.stem.split(".")[0]]
        default, off = (int((run(path, model, level) != expected).sum()) for level in LEVELS)
        metadata[path.stem] = f"{hashlib.sha256(path.read_bytes()).hexdigest()} {default} {off}"
        print(f"{path.stem}: default {default}, optimizations off {off} of {expected.size}")
    save_file(tensors, pathlib.Path(__file__).parent / "written.safetensors", metadata)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

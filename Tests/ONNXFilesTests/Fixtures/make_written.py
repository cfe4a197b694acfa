"""Runs the files that our writer makes in ONNX Runtime, for the codes that the Swift engine must give.

Run with: QAT_WRITE_ONNX=FOLDER swift test --filter ONNXFilesTests.WritingTests, then python make_written.py FOLDER. The
committed file was made by onnxruntime 1.32.0 and onnx 1.23.2 (numpy 2.4.6, safetensors 0.8.0, x86-64 with AVX-512 VNNI).

Every file has to pass onnx.checker with full_check. The input codes are bytes of SplitMix64 from state 0, limited to the
codes of the input's grid; a file that takes floats gets the numbers of these codes. written.safetensors has for each file
NAME.FORMAT.OPSET.TYPE

    NAME.FORMAT.OPSET.TYPE    the output codes of ONNX Runtime's default session, of one output after another

unless they are those of NAME, which is the codes of NAME.QDQ.13.float32. The metadata of each file are its SHA-256, so
that a test knows that these are the bytes that were run, the number of codes that differ with all optimizations off, and
the operators that the optimized file has.
"""

import hashlib
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from safetensors.numpy import save_file

EXAMPLES = 20


def codes(count):
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return ((state >> np.uint64(56)).astype(np.int64) - 128).astype(np.int8)


def grids(model):
    """The scale and zero point of each operation, by the operation's name."""
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer
              if tensor.data_type != onnx.TensorProto.INT4}
    return {name[:-6]: (values[name], values[name[:-6] + "/zero_point"]) for name in values
            if name.endswith("/scale") and name[:-6] + "/zero_point" in values}


def feed(model, grid):
    """Values for each input, by its name."""
    shapes = {value.name: [EXAMPLES] + [axis.dim_value for axis in value.type.tensor_type.shape.dim[1:]]
              for value in model.graph.input}
    every = codes(sum(int(np.prod(shape)) for shape in shapes.values()))
    result = {}
    for value in model.graph.input:
        count = int(np.prod(shapes[value.name]))
        own, every = every[:count].reshape(shapes[value.name]), every[count:]
        if "4_bits" in model.graph.name and model.graph.name.startswith("activations"):
            own = own.clip(-8, 7)
        if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT:
            scale, zero = grid[value.name]
            offset = 128 if zero.dtype == np.uint8 else 0
            own = (own.astype(np.float32) + offset - zero.astype(np.float32)) * scale
        result[value.name] = own
    return result


def run(model, grid, level, optimized=None):
    """The codes of all outputs, one after another."""
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.log_severity_level = 3
    if optimized:
        options.optimized_model_filepath = optimized
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    results = []
    for value, result in zip(model.graph.output, session.run(None, feed(model, grid))):
        if result.dtype == np.float32:
            scale, zero = grid[GRID_OF.get((model.graph.name, value.name), value.name)]
            result = np.clip(np.rint(result / scale) + zero, -128, 127).astype(np.int8)
        results.append(result.reshape(-1))
    return np.concatenate(results)


GRID_OF = {}


def grid_of_outputs(model, grid):
    """Adds the grids of outputs that have that of another operation: those of the DequantizeLinear behind them."""
    makers = {node.output[0]: node for node in model.graph.node}
    names = {tensor.name: tensor for tensor in model.graph.initializer}
    for value in model.graph.output:
        if value.name not in grid:
            node = makers[value.name]
            while node.op_type not in ("DequantizeLinear", "QuantizeLinear"):
                if node.op_type == "Identity" or node.input[0] not in makers:
                    break
                node = makers[node.input[0]]
            if node.op_type in ("DequantizeLinear", "QuantizeLinear"):
                grid[value.name] = tuple(numpy_helper.to_array(names[name]) for name in node.input[1:3])


def main(folder):
    tensors, metadata = {}, {}
    paths = sorted(folder.glob("*.onnx"), key=lambda path: (path.stem.split(".")[0], path.stem.split(".")[1] != "QDQ", path.stem))
    for path in paths:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        name = path.stem.split(".")[0]
        grid = grids(model)
        grid_of_outputs(model, grid)
        with tempfile.TemporaryDirectory() as temporary:
            optimized = f"{temporary}/optimized.onnx"
            found = run(model, grid, ort.GraphOptimizationLevel.ORT_ENABLE_ALL, optimized)
            operators = sorted({node.op_type for node in onnx.load(optimized).graph.node})
        plain = run(model, grid, ort.GraphOptimizationLevel.ORT_DISABLE_ALL)
        if path.stem == f"{name}.QDQ.13.float32":
            tensors[name] = found
        ours = np.fromfile(folder / f"{name}.codes", np.int8)
        differing = int((ours != found).sum())
        if differing:
            tensors[path.stem] = found
        off = int((ours != plain).sum())
        metadata[path.stem] = f"{hashlib.sha256(path.read_bytes()).hexdigest()} off={off} {' '.join(operators)}"
        mark = "***" if differing else ""
        print(f"{path.stem}: default {differing}, off {off} of {ours.size} {mark} {' '.join(operators)}")
    save_file(tensors, pathlib.Path(__file__).parent / "written.safetensors", metadata)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

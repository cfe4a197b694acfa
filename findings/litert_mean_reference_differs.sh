#!/usr/bin/env bash
# LiteRT's int8 MEAN over an image gives other codes by its reference kernels than by default. Of 10,000 means over 7 x 7
# the reference, which rounds twice in fixed point, misses the nearest code 633 times; the default (XNNPACK, 32-bit
# floats) 59 times; they differ in 692. So behind a global average pooling BUILTIN_REF is no oracle for a device.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ai-edge-litert==2.3.0 flatbuffers==25.12.19 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

print("ai-edge-litert", version("ai-edge-litert"), "numpy", np.__version__)


def tensor(name, shape, grid=None, buffer=0):
    result = schema.TensorT()
    result.shape, result.name, result.buffer = list(shape), name, buffer
    result.type = schema.TensorType.INT8 if grid else schema.TensorType.INT32
    if grid:
        result.quantization = schema.QuantizationParametersT()
        result.quantization.scale, result.quantization.zeroPoint = [float(grid[0])], [grid[1]]
    return result


def run(codes, grid_in, grid_out):
    axes, options = schema.BufferT(), schema.ReducerOptionsT()
    axes.data, options.keepDims = np.frombuffer(np.array([1, 2], np.int32).tobytes(), np.uint8), False
    tensors = [tensor("x", codes.shape, grid_in), tensor("axes", [2], buffer=1),
               tensor("y", [codes.shape[0], codes.shape[3]], grid_out)]
    code, op, graph, model = schema.OperatorCodeT(), schema.OperatorT(), schema.SubGraphT(), schema.ModelT()
    code.builtinCode, code.version = schema.BuiltinOperator.MEAN, 2
    code.deprecatedBuiltinCode = code.builtinCode
    op.inputs, op.outputs = [0, 1], [2]
    op.builtinOptionsType, op.builtinOptions = schema.BuiltinOptions.ReducerOptions, options
    graph.tensors, graph.operators, graph.inputs, graph.outputs, graph.name = tensors, [op], [0], op.outputs, "main"
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], [schema.BufferT(), axes]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    results = []
    for resolver in (OpResolverType.AUTO, OpResolverType.BUILTIN_REF):
        interpreter = Interpreter(
            model_content=bytes(builder.Output()), num_threads=1, experimental_op_resolver_type=resolver)
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], codes)
        interpreter.invoke()
        results.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).astype(int))
    return results


def nearest(reals, grid):
    steps = reals / np.float64(grid[0])
    return np.clip(np.sign(steps) * np.floor(np.abs(steps) + 0.5) + grid[1], -128, 127).astype(int)


codes = np.random.default_rng(1).integers(-128, 128, (1, 7, 7, 10000)).astype(np.int8)
grid_in, grid_out = (np.float32(0.05), 3), (np.float32(0.02), -5)
default, reference = run(codes, grid_in, grid_out)
right = nearest((codes.astype(np.float64) - grid_in[1]).mean((1, 2)) * np.float64(grid_in[0]), grid_out)
found = tuple(int((a != b).sum()) for a, b in ((default, right), (reference, right), (default, reference)))
print("of 10,000 codes: default", found[0], "and reference", found[1], "not the nearest;", found[2], "differ")
assert found == (59, 633, 692), "it changed"
PYTHON

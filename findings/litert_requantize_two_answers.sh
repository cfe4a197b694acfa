#!/usr/bin/env bash
# LiteRT's QUANTIZE from int8 to int8 has two answers. By default (XNNPACK) the ratio of the scales is rounded to a
# multiple of 1/256: at a ratio of 1.3, 19 of 256 codes are not the nearest, and the reference kernels have none. At a
# ratio of 0.3 it is the other way round: the reference rounds twice and misses 52 codes next to ties, the default none.
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
    tensors = [tensor("x", codes.shape, grid_in), tensor("y", codes.shape, grid_out)]
    code, op, graph, model = schema.OperatorCodeT(), schema.OperatorT(), schema.SubGraphT(), schema.ModelT()
    code.builtinCode, code.version = schema.BuiltinOperator.QUANTIZE, 2
    code.deprecatedBuiltinCode = code.builtinCode
    op.inputs, op.outputs = [0], [1]
    op.builtinOptionsType, op.builtinOptions = schema.BuiltinOptions.QuantizeOptions, schema.QuantizeOptionsT()
    graph.tensors, graph.operators, graph.inputs, graph.outputs, graph.name = tensors, [op], [0], op.outputs, "main"
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], [schema.BufferT()]
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


every = np.arange(-128, 128, dtype=np.int8)[None]
for ratio, expected in ((1.3, (19, 0)), (0.3, (0, 52))):
    grid_in, grid_out = (np.float32(0.05), 3), (np.float32(0.05) / np.float32(ratio), -5)
    right = nearest((every.astype(np.float64) - grid_in[1]) * np.float64(grid_in[0]), grid_out)
    missed = tuple(int((found != right).sum()) for found in run(every, grid_in, grid_out))
    print("ratio", ratio, "not the nearest: default", missed[0], "reference", missed[1], "of 256 codes")
    assert missed == expected, "it changed"
PYTHON

#!/usr/bin/env bash
# An int8 CONV_2D gives other codes when the same weights are stored as INT4. LiteRT's default interpreter hands the INT8
# file to XNNPACK, whose codes are exact, and runs the INT4 file in a kernel of its own, which rounds otherwise; its
# reference kernels give equal codes for both. So a smaller file of equal numbers is another model by default. (In a
# FULLY_CONNECTED of an even number of inputs XNNPACK takes INT4.)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ai-edge-litert==2.3.0 flatbuffers==25.12.19 numpy==2.4.6
"$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
from importlib.metadata import version

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

print("ai-edge-litert", version("ai-edge-litert"), "numpy", np.__version__)
generator = np.random.default_rng(1)
weights = generator.integers(-7, 8, (8, 3, 3, 8)).astype(np.int8)
scales = generator.uniform(0.01, 0.1, 8).astype(np.float32)
images = generator.integers(-128, 128, (20, 1, 12, 12, 8)).astype(np.int8)
packed = (weights.reshape(-1, 2)[:, 0] & 15 | (weights.reshape(-1, 2)[:, 1] & 15) << 4).astype(np.uint8)


def tensor(name, kind, shape, scale, zero=0, buffer=0):
    result = schema.TensorT()
    result.name, result.type, result.shape, result.buffer = name, kind, list(shape), buffer
    result.quantization = schema.QuantizationParametersT()
    result.quantization.scale = np.atleast_1d(scale).tolist()
    result.quantization.zeroPoint = [zero] * len(result.quantization.scale)
    return result


def buffer(values):
    result = schema.BufferT()
    result.data = np.frombuffer(values.tobytes(), np.uint8)
    return result


def file(kind, codes, form):
    code, op, graph, model = schema.OperatorCodeT(), schema.OperatorT(), schema.SubGraphT(), schema.ModelT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.CONV_2D
    code.version = form
    op.inputs, op.outputs = [0, 1, 2], [3]
    op.builtinOptionsType, op.builtinOptions = schema.BuiltinOptions.Conv2DOptions, schema.Conv2DOptionsT()
    op.builtinOptions.padding = schema.Padding.VALID
    op.builtinOptions.strideW = op.builtinOptions.strideH = 1
    graph.tensors = [
        tensor("x", schema.TensorType.INT8, (1, 12, 12, 8), 0.05, 3), tensor("w", kind, weights.shape, scales, 0, 1),
        tensor("b", schema.TensorType.INT32, (8,), scales * np.float32(0.05), 0, 2),
        tensor("y", schema.TensorType.INT8, (1, 10, 10, 8), 0.3, -5)]
    graph.operators, graph.inputs, graph.outputs, graph.name = [op], [0], [3], "main"
    model.version, model.operatorCodes, model.subgraphs = 3, [code], [graph]
    model.buffers = [schema.BufferT(), buffer(codes), buffer(np.zeros(8, np.int32))]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def run(content, resolver):
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    operations, results = [one["op_name"] for one in interpreter._get_ops_details()], []
    for image in images:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
        interpreter.invoke()
        results.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).astype(int))
    return np.stack(results), operations


eight, four = file(schema.TensorType.INT8, weights, 3), file(schema.TensorType.INT4, packed, 7)
for resolver in (OpResolverType.AUTO, OpResolverType.BUILTIN_REF):
    (a, first), (b, second) = run(eight, resolver), run(four, resolver)
    print(resolver.name, "INT8", first, "INT4", second, (a != b).sum(), "of", a.size, "codes differ, by at most",
          np.abs(a - b).max())
    assert (a != b).any() == (resolver == OpResolverType.AUTO), "it changed"
PYTHON

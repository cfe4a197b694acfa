#!/usr/bin/env bash
# LiteRT's int8 LEAKY_RELU has two answers. By default (XNNPACK) the slope is rounded to a multiple of 1/256: 0.01
# becomes 3/256, which is 17 % steeper, and 30 of the 188 codes below 0 are one below the nearest, where the reference
# kernel has 2. With slope 0.3 it is the other way round: the reference rounds twice and misses 38 codes, the default 6.
# Input and output have the same scale and zero point, so that nothing else is rounded.
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
scale, zero = np.float32(0.05), 60
every = np.arange(-128, 128, dtype=np.int8)[None]


def tensor(name):
    result = schema.TensorT()
    result.shape, result.type, result.name = [1, 256], schema.TensorType.INT8, name
    result.quantization = schema.QuantizationParametersT()
    result.quantization.scale, result.quantization.zeroPoint = [float(scale)], [zero]
    return result


def run(slope):
    """Codes by default and by the reference kernels."""
    code, op, graph, model = schema.OperatorCodeT(), schema.OperatorT(), schema.SubGraphT(), schema.ModelT()
    code.builtinCode = schema.BuiltinOperator.LEAKY_RELU
    code.deprecatedBuiltinCode, code.version = code.builtinCode, 2
    op.inputs, op.outputs = [0], [1]
    op.builtinOptionsType, op.builtinOptions = schema.BuiltinOptions.LeakyReluOptions, schema.LeakyReluOptionsT()
    op.builtinOptions.alpha = slope
    graph.tensors = [tensor("x"), tensor("y")]
    graph.operators, graph.inputs, graph.outputs, graph.name = [op], [0], [1], "main"
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], [schema.BufferT()]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    results = []
    for resolver in (OpResolverType.AUTO, OpResolverType.BUILTIN_REF):
        interpreter = Interpreter(
            model_content=bytes(builder.Output()), num_threads=1, experimental_op_resolver_type=resolver)
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], every)
        interpreter.invoke()
        results.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0].astype(int))
    return results


steps = every[0].astype(np.float64) - zero
for slope, expected in ((0.01, (30, 2)), (0.3, (6, 38))):
    exact = np.where(steps < 0, steps * np.float64(np.float32(slope)), steps)
    nearest = np.clip(np.sign(exact) * np.floor(np.abs(exact) + 0.5) + zero, -128, 127).astype(int)
    far = [codes - nearest for codes in run(slope)]
    missed = tuple(int(np.count_nonzero(distance)) for distance in far)
    print("slope", slope, "not the nearest: default", missed[0], "reference", missed[1], "of", int((steps < 0).sum()),
          "codes below 0; distances", sorted(set(np.concatenate(far).tolist()) - {0}))
    assert missed == expected, "it changed"
PYTHON

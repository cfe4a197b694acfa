#!/usr/bin/env bash
# LiteRT's int8 HARD_SWISH computes with 16-bit numbers and cuts its last product off towards zero: with common scales
# 17 of 256 codes are one below the nearest, all for x >= 3, where the function is x itself. Default and reference
# kernels agree, so a table of 256 correctly rounded codes is not what this runtime computes.
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
(scale_in, zero_in), (scale_out, zero_out) = (np.float32(0.05), 0), (np.float32(0.04), -100)


def tensor(name, scale, zero):
    result = schema.TensorT()
    result.shape, result.type, result.name = [1, 256], schema.TensorType.INT8, name
    result.quantization = schema.QuantizationParametersT()
    result.quantization.scale, result.quantization.zeroPoint = [float(scale)], [zero]
    return result


code, op, graph, model = schema.OperatorCodeT(), schema.OperatorT(), schema.SubGraphT(), schema.ModelT()
code.builtinCode = schema.BuiltinOperator.HARD_SWISH
code.deprecatedBuiltinCode, code.version = code.builtinCode, 1
op.inputs, op.outputs = [0], [1]
op.builtinOptionsType, op.builtinOptions = schema.BuiltinOptions.HardSwishOptions, schema.HardSwishOptionsT()
graph.tensors = [tensor("x", scale_in, zero_in), tensor("y", scale_out, zero_out)]
graph.operators, graph.inputs, graph.outputs, graph.name = [op], [0], [1], "main"
model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], [schema.BufferT()]
builder = flatbuffers.Builder(1024)
builder.Finish(model.Pack(builder), b"TFL3")

every = np.arange(-128, 128, dtype=np.int8)[None]
results = []
for resolver in (OpResolverType.AUTO, OpResolverType.BUILTIN_REF):
    interpreter = Interpreter(
        model_content=bytes(builder.Output()), num_threads=1, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], every)
    interpreter.invoke()
    results.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0].astype(int))

x = (every[0].astype(np.float64) - zero_in) * np.float64(scale_in)
exact = x * np.clip(x + 3, 0, 6) / 6 / np.float64(scale_out)
nearest = np.clip(np.floor(exact + 0.5) + zero_out, -128, 127).astype(int)
below = np.flatnonzero(results[0] != nearest)
print("default and reference differ in", int((results[0] != results[1]).sum()), "codes")
print("not the nearest:", len(below), "codes; distances", sorted(set((results[0] - nearest)[below].tolist())),
      "; smallest x", round(float(x[below].min()), 3))
assert (results[0] == results[1]).all(), "it changed: the kernels differ"
assert len(below) == 17 and set((results[0] - nearest)[below].tolist()) == {-1}, "it changed: codes"
assert x[below].min() >= 3, "it changed: where"
PYTHON

#!/usr/bin/env bash
# A .tflite file of a Keras 3 model with UpSampling2D and a free batch states wrong shapes: the converter writes the
# layer as EXPAND_DIMS, TILE and a RESHAPE whose new shape is computed, and fills the extents that it does not know with
# 1. For images of 10 × 8 pixels the file has [1, 1, 16, 3] where the interpreter computes [1, 20, 16, 3]; the layers
# behind follow it, and shape_signature says -1. A reader that takes memory by the stated shapes takes too little.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 \
  ai-edge-litert==2.3.0 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
from importlib.metadata import version

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

print("tensorflow-cpu", version("tensorflow-cpu"), "keras", keras.__version__, "ai-edge-litert", version("ai-edge-litert"))
pixels = keras.layers.Input((10, 8, 3))
image = keras.layers.Conv2D(2, 3)(keras.layers.UpSampling2D(2)(pixels))
content = tf.lite.TFLiteConverter.from_keras_model(keras.Model(pixels, image)).convert()
graph = schema.ModelT.InitFromPackedBuf(content, 0).subgraphs[0]
names = {value: name for name, value in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
codes = schema.ModelT.InitFromPackedBuf(content, 0).operatorCodes
interpreter = Interpreter(model_content=content)
interpreter.allocate_tensors()
interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.zeros((1, 10, 8, 3), np.float32))
interpreter.invoke()
ran = interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).shape
stated = []
for one in graph.operators:
    name, tensor = names[codes[one.opcodeIndex].builtinCode], graph.tensors[one.outputs[0]]
    if tensor.type == schema.TensorType.FLOAT32:
        stated.append(tensor.shape.tolist())
        print(f"{name:12} stated {tensor.shape.tolist()}, signature {tensor.shapeSignature.tolist()}")
print("the output, when run:", list(ran))
assert stated[-1] == [1, 1, 14, 2] and list(ran) == [1, 18, 14, 2], "it changed"
PYTHON

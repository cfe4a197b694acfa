#!/usr/bin/env bash
# The same int8 Conv2DTranspose gives other codes with a free batch than with a batch of 1. For a free batch the
# converter computes the output's shape while the model runs (SHAPE, STRIDED_SLICE, PACK); then LiteRT's default
# interpreter does not hand TRANSPOSE_CONV to XNNPACK, and its own kernel rounds twice where XNNPACK rounds once. Weights,
# scales and the single image that runs are equal in both files.
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
from ai_edge_litert.interpreter import Interpreter, OpResolverType

print("tensorflow-cpu", version("tensorflow-cpu"), "keras", keras.__version__, "ai-edge-litert", version("ai-edge-litert"))
data = np.random.default_rng(1).normal(0, 1, (50, 1, 16, 16, 8)).astype(np.float32)


def convert(batch):
    keras.utils.set_random_seed(1)
    image = keras.layers.Input((16, 16, 8), batch_size=batch)
    model = keras.Model(image, keras.layers.Conv2DTranspose(8, 3, strides=2)(image))
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([one] for one in data)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def run(content, resolver):
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    operations = [one["op_name"] for one in interpreter._get_ops_details()]
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    generator, results = np.random.default_rng(2), []
    for _ in range(20):
        interpreter.set_tensor(source["index"], generator.integers(-128, 128, source["shape"]).astype(np.int8))
        interpreter.invoke()
        results.append(interpreter.get_tensor(target["index"]).copy())
    return np.stack(results), operations


free, one = convert(None), convert(1)
(ours, operations), (theirs, delegated) = run(free, OpResolverType.AUTO), run(one, OpResolverType.AUTO)
reference = [run(content, OpResolverType.BUILTIN_REF)[0] for content in (free, one)]
print("free batch:", operations)
print("batch of 1:", delegated)
print((ours != theirs).sum(), "of", ours.size, "codes differ by default,",
      (reference[0] != reference[1]).sum(), "in the reference kernels")
assert "DELEGATE" not in operations and "DELEGATE" in delegated, "it changed"
assert (ours != theirs).any() and (reference[0] == reference[1]).all(), "it changed"
PYTHON

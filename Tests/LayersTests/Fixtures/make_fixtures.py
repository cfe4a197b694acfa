"""Makes the cases in which our layers are compared with tf_keras.

Run with: python make_fixtures.py
The committed file was made by tf_keras 2.21.0 on tensorflow-cpu 2.21.0 (Keras 3.15.1, numpy 2.4.6, x86-64), seed 20261123.

tf_keras.txt has a tensor a line, fields separated by spaces:

    case role shape values

Roles: `input` (several for a layer of several inputs), `upstream`, `output`; `weight:NAME` before the calls;
`gradient:input`, `gradient:NAME`; `after:NAME`, a weight after the calls; `inference`, the output of
an inference after them. The loss is the sum of output times upstream. Where a case has several `step`s, the
layer is called in training on each in turn, and output and gradients are those of the last.
Shapes have commas between extents, `-` for a scalar. Values are the bits of 32-bit floats, eight hexadecimal
digits each, without separators.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import numpy as np
import tensorflow as tf
import tf_keras as keras

L = keras.layers
random = np.random.default_rng(20261123)
lines = []


def write(case, role, tensor):
    values = np.ascontiguousarray(tensor, dtype=np.float32)
    shape = ",".join(str(extent) for extent in values.shape) or "-"
    lines.append(f"{case} {role} {shape} " + "".join(f"{bits:08x}" for bits in values.ravel().view(np.uint32)))


def draw(shape):
    """Random values that keep 0.05 from every whole number, where a function may have a corner."""
    values = random.uniform(-2, 2, shape)
    near = values.round()
    close = np.abs(values - near) < 0.05
    return np.where(close, near + np.where(values < near, -0.05, 0.05), values).astype(np.float32)


def name_of(variable):
    return variable.name.split("/")[-1].split(":")[0]


def compare(case, layer, *shapes, steps=0, spread=1.0):
    batches = [[draw(shape) * np.float32(spread) for shape in shapes] for _ in range(max(steps, 1))]
    tensors = [tf.constant(value) for value in batches[-1]]
    arguments = tensors if len(tensors) > 1 else tensors[0]
    layer(arguments)
    for variable in layer.weights:
        value = draw(variable.shape) * 0.5
        variable.assign(np.abs(value) + 0.5 if "variance" in variable.name else value)
        write(case, f"weight:{name_of(variable)}", variable.numpy())
    for batch in batches[:-1]:
        write(case, "step", batch[0])
        layer(tf.constant(batch[0]), training=True)
    for value in batches[-1]:
        write(case, "input", value)
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        output = layer(arguments, training=True) if steps else layer(arguments)
        upstream = draw(output.shape)
        loss = tf.reduce_sum(output * upstream)
    gradients = tape.gradient(loss, tensors + layer.trainable_weights)
    write(case, "upstream", upstream)
    write(case, "output", output)
    for gradient in gradients[: len(tensors)]:
        write(case, "gradient:input", gradient)
    for variable, gradient in zip(layer.trainable_weights, gradients[len(tensors) :]):
        write(case, f"gradient:{name_of(variable)}", gradient)
    if steps:
        for variable in layer.weights:
            write(case, f"after:{name_of(variable)}", variable.numpy())
        write(case, "inference", layer(arguments, training=False))


image = (2, 7, 6, 3)
for activation in ["linear", "relu", "relu6", "sigmoid", "tanh", "softmax"]:
    compare(f"dense-{activation}", L.Dense(4, activation=activation), (3, 5))
    compare(f"activation-{activation}", L.Activation(activation), (3, 5), spread=4)
compare("dense-3d", L.Dense(4, use_bias=False), (2, 3, 5))
compare("conv2d-valid", L.Conv2D(4, 3), image)
compare("conv2d-same-strided", L.Conv2D(4, (3, 2), strides=2, padding="same", activation="tanh"), image)
compare("conv2d-no-bias", L.Conv2D(2, 1, use_bias=False), image)
compare("depthwise-valid", L.DepthwiseConv2D(3), image)
compare(
    "depthwise-same-strided", L.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2), image
)
compare("separable-valid", L.SeparableConv2D(4, 3, depth_multiplier=2), image)
compare("separable-same", L.SeparableConv2D(4, 3, padding="same", activation="tanh", use_bias=False), image)
compare("batch-norm-image", L.BatchNormalization(), image, steps=5)
compare("batch-norm-vector", L.BatchNormalization(), (8, 3), steps=5)
compare("batch-norm-plain", L.BatchNormalization(momentum=0.9, epsilon=0.01, center=False, scale=False), image, steps=3)
compare("relu", L.ReLU(), (3, 5), spread=4)
compare("relu-max-6", L.ReLU(max_value=6), (3, 5), spread=4)
compare("relu-max-1", L.ReLU(max_value=1.5), (3, 5))
compare("leaky-relu", L.LeakyReLU(), (3, 5))
compare("leaky-relu-0.1", L.LeakyReLU(alpha=0.1), (3, 5))
compare("softmax", L.Softmax(), (2, 3, 5))
compare("max-pooling", L.MaxPooling2D(), image)
compare("max-pooling-same", L.MaxPooling2D(3, strides=2, padding="same"), image)
compare("average-pooling", L.AveragePooling2D((2, 3)), image)
compare("average-pooling-same", L.AveragePooling2D(3, strides=2, padding="same"), image)
compare("global-average-pooling", L.GlobalAveragePooling2D(), image)
compare("global-average-pooling-kept", L.GlobalAveragePooling2D(keepdims=True), image)
compare("flatten", L.Flatten(), (2, 3, 2, 2))
compare("reshape", L.Reshape((4, -1)), (2, 3, 2, 2))
compare("zero-padding", L.ZeroPadding2D(), (2, 2, 3, 2))
compare("zero-padding-uneven", L.ZeroPadding2D(((1, 0), (2, 3))), (2, 2, 3, 2))
compare("add", L.Add(), (2, 3), (2, 3), (2, 3))
compare("concatenate", L.Concatenate(), (2, 3), (2, 2))
compare("concatenate-1", L.Concatenate(axis=1), (2, 1, 3), (2, 2, 3))
hard_silu = tf.keras.activations.hard_silu  # Keras 3 alone has it
compare("dense-hardSwish", L.Dense(4, activation=hard_silu), (3, 5))
compare("activation-hardSwish", L.Activation(hard_silu), (3, 5), spread=4)
compare("hard-swish", L.Activation(hard_silu), (3, 5), spread=4)

(pathlib.Path(__file__).parent / "tf_keras.txt").write_text("\n".join(lines) + "\n")

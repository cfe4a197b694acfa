"""Makes a whole Keras file of a small network, and runs real ones in tf_keras, for what Keras computes with them.

Run with: python make_models.py; python make_models.py order; python make_models.py FOLDER, the folder of the real files
(that of QAT_MODELS in the tests). The committed files were made by keras 3.15.1 and tf_keras 2.21.0 with tensorflow 2.21.0, h5py 3.14.0, numpy
2.4.6, safetensors 0.8.0; seed 17.

models/mobile.keras is a network of the kind of MobileNetV2 for images of 28x28x1, 0 to 255, by Keras 3: rescaling,
convolutions with normalizations and ReLU6, depthwise ones, two residuals, a model inside, dropout.
models/expected.safetensors has

    input               four images, bytes as floats [4, 28, 28, 1]
    output              the network's outputs for them [4, 10]

models/tf_order.keras is a network by tf_keras, whose .keras files have no names of layers beside the weights: branches of
equal shapes and unequal depth, with activations that are layers of their own in Swift, and a sequence inside.
models/order.safetensors has its input [2, 6, 6, 3] and output [2, 2].

real_models.safetensors has for each MODEL what tf_keras computes for inputs that a test can make again: the upper bytes
of SplitMix64's first numbers from state 0, times a scale plus an offset that stand in SCALES; and the SHA-256 of each file
as metadata.
"""

import hashlib
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
# Images of 0 to 255; logarithms of energies of about -32 to 32.
SCALES = {"pretrainedResnet": (20, (32, 32, 3), 1.0, 0.0), "ad01": (20, (640,), 0.25, -32.0)}


def network(keras):
    layers = keras.layers

    def block(x, channels, strides, name):
        y = layers.Conv2D(3 * x.shape[-1], 1, use_bias=False, name=f"{name}_expand")(x)
        y = layers.ReLU(6.0, name=f"{name}_relu")(layers.BatchNormalization(momentum=0.9, name=f"{name}_expand_bn")(y))
        y = layers.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False, name=f"{name}_depthwise")(y)
        y = layers.BatchNormalization(epsilon=1e-4, name=f"{name}_depthwise_bn")(y)
        y = layers.Activation("relu", name=f"{name}_depthwise_relu")(y)
        y = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_project")(y)
        y = layers.BatchNormalization(name=f"{name}_project_bn")(y)
        return layers.Add(name=f"{name}_add")([x, y]) if strides == 1 else y

    image = keras.Input((28, 28, 1), name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="rescaling")(image)
    x = layers.ZeroPadding2D(((0, 1), (0, 1)), name="pad")(x)
    x = layers.Conv2D(4, 3, strides=2, use_bias=False, name="stem")(x)
    x = layers.ReLU(6.0, name="stem_relu")(layers.BatchNormalization(name="stem_bn")(x))
    x = block(block(x, 4, 1, "first"), 8, 2, "second")
    inner = keras.Input((7, 7, 8), name="features")
    inside = keras.Model(inner, block(inner, 8, 1, "third"), name="inside")
    x = layers.GlobalAveragePooling2D(name="pool")(inside(x))
    x = layers.Dropout(0.2, name="dropout")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax", name="scores")(x), name="mobile")


def draw(model, rng):
    for weight in model.weights:
        name, shape = weight.name, tuple(weight.shape)
        if "variance" in name:
            value = rng.uniform(0.5, 1.5, shape)
        elif "gamma" in name:
            value = rng.uniform(0.7, 1.3, shape)
        elif len(shape) < 2:
            value = rng.normal(0, 0.2, shape)
        else:
            fan = shape[0] * shape[1] if "depthwise" in name else np.prod(shape[:-1])
            value = rng.normal(0, np.sqrt(2 / fan), shape)
        weight.assign(value.astype(np.float32))


def small():
    import keras

    rng = np.random.default_rng(17)
    images = rng.integers(0, 256, (4, 28, 28, 1)).astype(np.float32)
    model = network(keras)
    draw(model, rng)
    model.save(HERE / "models" / "mobile.keras")
    outputs = np.asarray(model(images, training=False))
    save_file({"input": images, "output": outputs}, HERE / "models" / "expected.safetensors")


def order():
    import tf_keras

    layers, rng = tf_keras.layers, np.random.default_rng(17)
    row = tf_keras.Sequential([tf_keras.Input((6, 6, 3)), layers.Conv2D(3, 1, activation="silu"), layers.Dense(3)])
    x = tf_keras.Input((6, 6, 3))
    deep = layers.Conv2D(3, 1)(layers.Conv2D(3, 1)(x))
    curved = layers.Conv2D(3, 1, activation="hard_sigmoid")(layers.Conv2D(3, 1, activation="leaky_relu")(x))
    y = layers.Add()([deep, layers.Conv2D(3, 1, activation="silu")(x), curved, row(x)])
    model = tf_keras.Model(x, layers.Dense(2)(layers.GlobalAveragePooling2D()(y)))
    draw(model, rng)
    images = rng.normal(0, 1, (2, 6, 6, 3)).astype(np.float32)
    model.save(HERE / "models" / "tf_order.keras")
    outputs = np.asarray(model(images, training=False))
    save_file({"input": images, "output": outputs}, HERE / "models" / "order.safetensors")


def codes(count):
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(56)).astype(np.int64)


def real(folder):
    import tf_keras

    tensors, metadata = {}, {}
    for name, (examples, shape, scale, offset) in SCALES.items():
        path = folder / f"{name}.h5"
        metadata[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        inputs = (codes(examples * int(np.prod(shape))) * scale + offset).astype(np.float32).reshape(examples, *shape)
        tensors[name] = np.asarray(tf_keras.models.load_model(path, compile=False)(inputs, training=False))
        print(name, tensors[name].shape, tensors[name][0][:10])
    save_file(tensors, HERE / "real_models.safetensors", metadata)


os.umask(0o022)
if len(sys.argv) == 1:
    small()
elif sys.argv[1] == "order":
    order()
else:
    real(pathlib.Path(sys.argv[1]))

"""Makes the files of weights/: one model in every layout of Keras files, and small files of other element types.

Made with Python 3.11, keras 3.15.1, tf_keras 2.21.0, tensorflow 2.21.0, h5py 3.14.0, numpy 2.4.6; seed 1.

    python make_weights.py

`expected.safetensors` holds two examples, [2, 8, 8, 3], and what each library computes of them, [2, 3], with the large
model and with the small one. Each model has weights of its own, drawn with the same seed.
"""

import json
import os
import shutil
import struct

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy as np
import tf_keras

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights")


def model(lib):
    """All kinds of layers with weights, branches of unequal depth, nested models, and a layer that is shared."""
    layers = lib.layers
    inside = layers.Input((8, 8, 4))
    y = layers.Conv2D(4, 1)(inside)
    y = lib.Sequential([layers.Input((8, 8, 4)), layers.BatchNormalization(), layers.Conv2D(3, 1)])(y)
    nested = lib.Model(inside, layers.Normalization()(y))

    inputs = layers.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(inputs)
    x = layers.BatchNormalization(scale=False)(x)
    shared = layers.Conv2D(4, 1, activation="relu")
    short = shared(x)
    long = layers.DepthwiseConv2D(3, padding="same")(x)
    long = layers.BatchNormalization(center=False)(long)
    long = shared(layers.SeparableConv2D(4, 3, padding="same")(long))
    other = layers.Conv2D(4, 1)(x)
    x = nested(layers.Add()([short, long, other]))
    x = layers.Conv2DTranspose(2, 3, strides=2, padding="same")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return lib.Model(inputs, layers.Dense(3, use_bias=False)(x))


def small_model(lib):
    layers = lib.layers
    return lib.Sequential(
        [layers.Input((8, 8, 3)), layers.Conv2D(2, 3), layers.BatchNormalization(), layers.Flatten(), layers.Dense(3)]
    )


def randomize(network):
    """Gives every weight random values; variances are positive."""
    random = np.random.default_rng(1)
    for weight in network.weights:
        values = random.normal(0, 0.5, tuple(weight.shape))
        if "variance" in weight.name or "gamma" in weight.name:
            values = np.abs(values) + 0.5
        if "count" not in weight.name:
            weight.assign(values.astype("float32"))
    for layer in network._flatten_layers() if hasattr(network, "_flatten_layers") else []:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def write_safetensors(path, arrays):
    header, data = {}, b""
    for name, array in arrays.items():
        array = np.ascontiguousarray(array, dtype="<f4")
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def path(name):
    return os.path.join(FOLDER, name)


shutil.rmtree(FOLDER, ignore_errors=True)
os.makedirs(FOLDER)
inputs = np.random.default_rng(2).normal(0, 1, (2, 8, 8, 3)).astype("float32")

expected = {"inputs": inputs}
for lib, library in [(keras, "keras3"), (tf_keras, "tf_keras")]:
    network = model(lib)
    randomize(network)
    if lib is tf_keras:
        network.compile("sgd", "mse")
    network.save(path(library + ".h5"))
    if lib is keras:
        network.save(path("keras3.keras"))
    expected[library] = network(inputs).numpy()
    network = small_model(lib)
    randomize(network)
    network.save_weights(path(library + ".weights.h5"))
    if lib is tf_keras:
        network.save_weights(path("tf_keras_weights.h5"))
    expected[library + "_small"] = network(inputs).numpy()
write_safetensors(path("expected.safetensors"), expected)

# In two files, the elements of other types, and codes.
layers = [keras.layers.Dense(2, dtype=dtype, name=dtype) for dtype in ["float16", "bfloat16", "float64"]]
small = keras.Sequential([keras.layers.Input((2,))] + layers)
for layer in layers:
    layer.set_weights([np.array([[1, -0.5], [2.25, 3]]), np.array([0.125, -1024])])
small.save_weights(path("types.weights.h5"))
for mode in ["int8", "int4"]:
    small = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(4)])
    small.quantize(mode)
    small.save_weights(path(f"{mode}.weights.h5"))

# Keras reads what h5py packs, and so does the package.
with h5py.File(path("packed.h5"), "w") as file:
    group = file.create_group("layers/dense/vars")
    group.create_dataset("0", data=np.arange(64, dtype=">f4").reshape(8, 8), compression="gzip", shuffle=True)
    group.create_dataset("1", data=np.arange(8, dtype="f4"), chunks=(3,), fletcher32=True)

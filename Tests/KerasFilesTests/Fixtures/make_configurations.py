"""Makes small Keras models, and what Keras computes with them, for the reader of configurations.

Run with: python make_configurations.py keras; python make_configurations.py tf_keras. The committed files were made by
keras 3.15.1 and tf_keras 2.21.0 with tensorflow 2.21.0, numpy 2.4.6, safetensors 0.8.0; seed 17.

keras.safetensors and tf_keras.safetensors have as metadata for each CASE the model's configuration, `model.to_json()`,
and as tensors

    CASE/input/I          the inputs, in the order of the model's, with a batch of 2
    CASE/output/I         the outputs in inference, in the order of the model's
    CASE/weight/PATH      the weights by the names of the layers, of models inside with theirs before; the layout is that
                          of the Swift layers (a transposed convolution's kernel has its channels before its filters)

How weights begin is left out of the configurations, but for the cases Dense and Conv2D, since nothing of it is read.
A case whose name ends in ! has no tensors: the reader must refuse it.
"""

import json
import os
import pathlib
import sys

import numpy as np
from safetensors.numpy import save_file

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
IS_3 = sys.argv[1] == "keras"
if IS_3:
    import keras
else:
    import tensorflow as tf
    import tf_keras as keras
L = keras.layers
rng = np.random.default_rng(17)
IMAGE = (5, 6, 3)


def sequence(*layers, shape=IMAGE):
    return keras.Sequential([keras.Input(shape, name="image"), *layers], name="sequence")


def function(body, *shapes, **options):
    inputs = [keras.Input(shape, name=f"in{i}") for i, shape in enumerate(shapes or [IMAGE])]
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], body(*inputs), name="network", **options)


def relu6(x):
    return keras.ops.relu6(x) if IS_3 else tf.nn.relu6(x)


ACTIVATIONS = ["linear", "relu", "relu6", "leaky_relu", "sigmoid", "hard_sigmoid", "tanh", "softmax", "silu", "swish"]
if IS_3:
    ACTIVATIONS += ["hard_silu", "hard_swish"]


def activation(name):
    # tf_keras knows relu6 by name only where TensorFlow's function was written.
    return tf.nn.relu6 if name == "relu6" and not IS_3 else name


def layers():
    for name in ACTIVATIONS:
        yield f"activation {name}", sequence(
            L.Activation(activation(name)), L.Dense(4, activation=activation(name), name="d"))
    slope = {"negative_slope" if IS_3 else "alpha": 0.1}
    yield "argument ReLU 6", sequence(L.Conv2D(4, 3, activation=L.ReLU(6.0)))
    yield "argument ReLU 2", sequence(L.Conv2D(4, 3, activation=L.ReLU(2.0)))
    yield "argument LeakyReLU", sequence(L.DepthwiseConv2D(3, activation=L.LeakyReLU(**slope)))
    yield "layers of activations", sequence(
        L.ReLU(), L.ReLU(max_value=2), L.ReLU(negative_slope=0.3), L.LeakyReLU(), L.LeakyReLU(**slope), L.Softmax(),
        L.Softmax(axis=3))
    yield "Dense", sequence(L.Flatten(), L.Dense(7, use_bias=False), L.Dense(3, activation="tanh"))
    yield "Conv2D", sequence(
        L.Conv2D(4, 3, padding="same", strides=2, activation="relu"), L.Conv2D(3, (2, 3), use_bias=False))
    yield "DepthwiseConv2D", sequence(
        L.DepthwiseConv2D((3, 2), depth_multiplier=2, padding="same"), L.DepthwiseConv2D(3, strides=2, use_bias=False))
    yield "SeparableConv2D", sequence(
        L.SeparableConv2D(4, 3, depth_multiplier=2, activation="relu"), L.SeparableConv2D(2, 2, padding="same"))
    yield "Conv2DTranspose", sequence(
        L.Conv2DTranspose(3, 3, strides=2, padding="same", activation="relu"), L.Conv2DTranspose(2, 2, strides=3))
    yield "BatchNormalization", sequence(
        L.BatchNormalization(), L.BatchNormalization(scale=False, epsilon=0.1), L.BatchNormalization(center=False),
        L.BatchNormalization(axis=3, scale=False, center=False, momentum=0.5))
    yield "poolings", sequence(
        L.MaxPooling2D(2, strides=1), L.AveragePooling2D((2, 3), strides=(2, 1), padding="same"),
        L.MaxPooling2D((2, 1), padding="same"))
    yield "GlobalAveragePooling2D", sequence(L.GlobalAveragePooling2D())
    yield "GlobalMaxPooling2D", sequence(L.GlobalMaxPooling2D(keepdims=True), L.GlobalAveragePooling2D(keepdims=True))
    yield "ZeroPadding2D", sequence(
        L.ZeroPadding2D(), L.ZeroPadding2D((1, 2)), L.ZeroPadding2D(((1, 0), (0, 2))), L.Cropping2D(((0, 1), (2, 1))))
    yield "UpSampling2D", sequence(L.UpSampling2D((2, 3)), L.UpSampling2D(2, interpolation="bilinear"))
    yield "Reshape", sequence(L.Reshape((15, -1)), L.Reshape((5, 6, 3)), L.Flatten())
    yield "Rescaling", sequence(
        L.Rescaling(1 / 127.5, offset=-1), L.Rescaling([1.0, 2.0, 3.0], offset=np.array([0.5, 0.0, -1.0])))
    adapted, of_all = L.Normalization(), L.Normalization(axis=None)
    for layer in (adapted, of_all):
        layer.adapt(rng.normal(3, 2, (8, *IMAGE)).astype(np.float32))
    yield "Normalization", sequence(
        adapted, of_all, L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0]),
        L.Normalization(axis=None, mean=0.5, variance=2.0), L.Normalization(mean=1.0, variance=3.0, invert=True))
    yield "nothing in inference", sequence(
        L.Dropout(0.5), L.SpatialDropout2D(0.2), L.GaussianNoise(1.0), L.GaussianDropout(0.3), L.AlphaDropout(0.3),
        L.ActivityRegularization(l2=0.1), L.RandomFlip(), L.RandomRotation(0.1), L.RandomZoom(0.1),
        L.RandomTranslation(0.1, 0.1), L.RandomContrast(0.1), L.Conv2D(2, 1))


def joins():
    yield "Add", function(lambda x, y, z: L.Add()([x, y, z]), IMAGE, IMAGE, IMAGE)
    yield "Multiply", function(lambda x, y: L.Multiply()([x, L.Subtract()([x, y])]), IMAGE, (1, 1, 3))
    yield "Concatenate", function(
        lambda x, y: L.Concatenate(axis=1)([x, L.Concatenate()([L.Conv2D(1, 1)(x), y])]), IMAGE, (5, 6, 2))
    yield "operations", function(
        lambda x, y: relu6(3 * (x / 127.5 - 1.0) + y) * x - (1 - y) + 0.25, IMAGE, IMAGE)


def models():
    def residual(x):
        x = L.ReLU(6.0)(L.BatchNormalization(name="bn")(L.Conv2D(4, 3, padding="same", name="stem")(x)))
        y = L.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
        y = L.Conv2D(4, 1, name="project")(L.Activation("relu")(L.BatchNormalization()(y)))
        y = L.Activation("relu")(L.Add()([L.Conv2D(4, 1, name="shortcut")(x), y]))
        return L.Dense(3, activation="softmax", name="scores")(L.GlobalAveragePooling2D()(y))

    yield "residual", function(residual)
    row = keras.Sequential([L.Dense(3, activation="relu", name="inner"), L.BatchNormalization()], name="row")
    inner = function(lambda x: L.Add()([row(x), x]))

    def nested(x):
        return L.Flatten()(L.Add()([inner(inner(x)), row(x)]))

    yield "nested", function(nested)

    def shared(x, y):
        conv, relu = L.Conv2D(2, 3, name="shared"), L.ReLU(name="everywhere")
        return L.Concatenate()([relu(conv(x)), relu(conv(y)), relu(L.Conv2D(1, 3)(relu(x)))])

    yield "shared", function(shared, IMAGE, IMAGE)

    def several(x, y):
        z = L.Add()([L.Dense(4)(L.Flatten()(x)), L.Dense(4)(y)])
        return {"zeta": L.Dense(2, name="last")(z), "alpha": L.Dense(3, name="first")(z)}

    yield "several", function(several, IMAGE, (7,))
    frozen = sequence(L.Conv2D(2, 1, name="frozen"), L.Conv2D(2, 1, name="trained"))
    frozen.layers[0].trainable = False
    yield "frozen", frozen


def refused():
    yield "dilation!", sequence(L.Conv2D(2, 3, dilation_rate=2, name="wide"))
    yield "groups!", sequence(L.Conv2D(3, 3, groups=3, name="grouped"))
    yield "channels first!", sequence(L.MaxPooling2D(data_format="channels_first", name="first"))
    yield "other axis!", sequence(L.BatchNormalization(axis=1, name="rows"))
    yield "elu!", sequence(L.Dense(2, activation="elu", name="curved"))
    yield "both!", sequence(L.ReLU(6.0, negative_slope=0.1, name="both"))
    yield "threshold!", sequence(L.ReLU(threshold=1.0, name="high"))
    yield "layer!", sequence(L.PReLU(name="learned"))
    yield "Lambda!", sequence(L.Lambda(lambda x: x * 2, name="code"))
    yield "lambda!", sequence(L.Dense(2, activation=lambda x: x * 2, name="code"))
    yield "policy!", sequence(L.Dense(2, dtype="mixed_float16", name="half"))
    yield "open!", sequence(L.Conv2D(2, 3), shape=(None, None, 3))
    yield "broadcast!", function(lambda x, y: L.Add(name="sum")([x, y]), IMAGE, (1, 1, 3))
    conv = L.Conv2D(2, 3, name="conv")
    yield "two shapes!", function(lambda x, y: [conv(x), conv(y)], IMAGE, (8, 8, 3))
    two = function(lambda x: [L.Flatten()(x), L.ReLU()(x)])
    yield "two outputs inside!", function(lambda x: two(x)[0])
    yield "operation!", function(lambda x: 2.0 / x)

    @keras.saving.register_keras_serializable("ours")
    class Dense(L.Dense):
        pass

    yield "custom!", sequence(Dense(2, name="own"))
    if IS_3:
        model = sequence(L.Flatten(), L.Dense(2, name="codes"))
        model.quantize("int8")
        yield "quantized!", model


def without_initializers(value):
    if isinstance(value, dict):
        return {k: without_initializers(v) for k, v in value.items() if not k.endswith(("_initializer", "_constraint", "_regularizer"))}
    return [without_initializers(v) for v in value] if isinstance(value, list) else value


def weights(model, path=""):
    for layer in model.layers:
        here = f"{path}{layer.name}/"
        if hasattr(layer, "layers"):
            yield from weights(layer, here)
            continue
        for weight in layer.weights:
            name = weight.name.split("/")[-1].split(":")[0]
            value = np.asarray(weight)
            if isinstance(layer, L.DepthwiseConv2D) and name == "kernel":
                name = "depthwise_kernel"
            if isinstance(layer, L.Conv2DTranspose) and name == "kernel":
                value = np.ascontiguousarray(value.transpose(0, 1, 3, 2))
            if name != "count":
                yield here + name, value


def draw(model):
    """Gives every weight a value, so that none of them is 0 or 1 by accident."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            draw(layer)
        elif not isinstance(layer, L.Normalization):
            layer.set_weights([
                (rng.uniform(0.5, 2, w.shape) if "variance" in w.name else rng.normal(0, 0.4, w.shape)).astype(np.float32)
                for w in layer.weights
            ])


def main():
    tensors, metadata = {}, {}
    for cases in (layers(), joins(), models(), refused()):
        for name, model in cases:
            config = json.loads(model.to_json())
            if name not in ("Dense", "Conv2D"):
                config = without_initializers(config)
            metadata[name] = json.dumps(config, separators=(",", ":"))
            if name.endswith("!"):
                continue
            draw(model)
            inputs = [rng.normal(0, 1.5, (2, *x.shape[1:])).astype(np.float32) for x in model.inputs]
            outputs = keras.Model(model.inputs, model.outputs)(inputs if len(inputs) > 1 else inputs[0], training=False)
            for kind, values in ("input", inputs), ("output", outputs if isinstance(outputs, list) else [outputs]):
                for i, value in enumerate(values):
                    tensors[f"{name}/{kind}/{i}"] = np.ascontiguousarray(np.asarray(value))
            for path, value in weights(model):
                tensors[f"{name}/weight/{path}"] = value
    path = pathlib.Path(__file__).parent / "configurations" / f"{sys.argv[1]}.safetensors"
    save_file(tensors, path, metadata)
    path.chmod(0o644)


main()

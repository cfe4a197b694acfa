"""Makes the cases in which layers that enlarge, crop and combine images are compared with tf_keras.

Run with: python make_image_fixtures.py
The committed file was made by tf_keras 2.21.0 and Keras 3.15.1 on tensorflow 2.21.0 (numpy 2.4.6, x86-64), seed 20261203.

images/tf_keras.txt has a tensor a line, as tf_keras.txt beside this script: case role shape values. Roles: `input`
(several for a layer of several inputs), `upstream`, `output`, `weight:NAME`, `gradient:input`, `gradient:NAME`. The
loss is the sum of output times upstream. The kernels of Conv2DTranspose, [height, width, filters, channels] in Keras,
and their gradients are written with the last two dimensions exchanged.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
import tensorflow as tf
import tf_keras

print("tf_keras", tf_keras.__version__, "Keras", keras.__version__, "tensorflow", tf.__version__, "numpy", np.__version__)
random = np.random.default_rng(20261203)
lines = []


def write(case, role, tensor):
    values = np.ascontiguousarray(tensor, dtype=np.float32)
    shape = ",".join(str(extent) for extent in values.shape) or "-"
    lines.append(f"{case} {role} {shape} " + "".join(f"{bits:08x}" for bits in values.ravel().view(np.uint32)))


def draw(shape):
    return random.uniform(-2, 2, shape).astype(np.float32)


def name_of(variable):
    return variable.name.split("/")[-1].split(":")[0]


def compare(case, make, *shapes):
    """The layer of tf_keras, and that Keras 3 gives the same."""
    layer = make(tf_keras.layers)
    batch = [draw(shape) for shape in shapes]
    tensors = [tf.constant(value) for value in batch]
    arguments = tensors if len(tensors) > 1 else tensors[0]
    layer(arguments)

    def ours(variable, value):
        kernel = "Transpose" in type(layer).__name__ and name_of(variable) == "kernel"
        return np.swapaxes(value, 2, 3) if kernel else value

    for variable in layer.weights:
        variable.assign(draw(variable.shape) * 0.5)
        write(case, f"weight:{name_of(variable)}", ours(variable, variable.numpy()))
    for value in batch:
        write(case, "input", value)
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        output = layer(arguments)
        upstream = draw(output.shape)
        loss = tf.reduce_sum(output * upstream)
    gradients = tape.gradient(loss, tensors + layer.trainable_weights)
    write(case, "upstream", upstream)
    write(case, "output", output)
    for gradient in gradients[: len(tensors)]:
        write(case, "gradient:input", gradient)
    for variable, gradient in zip(layer.trainable_weights, gradients[len(tensors) :]):
        write(case, f"gradient:{name_of(variable)}", ours(variable, np.asarray(gradient)))
    newer = make(keras.layers)
    newer(arguments)
    newer.set_weights(layer.get_weights())
    difference = np.abs(np.asarray(newer(arguments)) - np.asarray(output)).max()
    assert difference < 1e-5, (case, difference)


image = (2, 4, 3, 3)
compare("transpose-same", lambda L: L.Conv2DTranspose(4, 3, strides=2, padding="same"), image)
compare("transpose-valid", lambda L: L.Conv2DTranspose(4, (3, 2), strides=2, activation="tanh"), image)
compare("transpose-gaps", lambda L: L.Conv2DTranspose(2, 2, strides=(3, 2), use_bias=False), image)
compare("transpose-gaps-same", lambda L: L.Conv2DTranspose(2, 2, strides=(3, 2), padding="same"), image)
compare("transpose-one", lambda L: L.Conv2DTranspose(2, 3, padding="same"), (2, 4, 3, 6))
compare("nearest", lambda L: L.UpSampling2D(), image)
compare("nearest-uneven", lambda L: L.UpSampling2D((3, 1)), image)
compare("bilinear", lambda L: L.UpSampling2D(2, interpolation="bilinear"), image)
compare("bilinear-uneven", lambda L: L.UpSampling2D((1, 3), interpolation="bilinear"), image)
compare("bilinear-4", lambda L: L.UpSampling2D(4, interpolation="bilinear"), (2, 1, 5, 2))
compare("global-max-pooling", lambda L: L.GlobalMaxPooling2D(), image)
compare("global-max-pooling-kept", lambda L: L.GlobalMaxPooling2D(keepdims=True), image)
compare("cropping", lambda L: L.Cropping2D(1), image)
compare("cropping-uneven", lambda L: L.Cropping2D(((1, 0), (0, 2))), image)
compare("multiply", lambda L: L.Multiply(), (2, 3), (2, 3), (2, 3))
compare("multiply-excited", lambda L: L.Multiply(), image, (2, 1, 1, 3))
compare("multiply-channels", lambda L: L.Multiply(), image, (2, 3))
compare("multiply-pixels", lambda L: L.Multiply(), (2, 4, 3, 1), image)
compare("subtract", lambda L: L.Subtract(), (2, 3), (2, 3))
compare("subtract-channels", lambda L: L.Subtract(), (2, 3), image)

(pathlib.Path(__file__).parent / "images" / "tf_keras.txt").write_text("\n".join(lines) + "\n")

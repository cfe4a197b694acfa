"""Makes the cases in which Rescaling and Normalization are compared with Keras.

Run with: python make_preprocessing_fixtures.py
The committed file was made by Keras 3.15.1 on tensorflow 2.21.0 (numpy 2.4.6, x86-64), seed 20261129.

preprocessing/tf_keras.txt has a tensor a line, as tf_keras.txt beside it: case role shape values. Roles: `data`, what the
layer was adapted to; `mean` and `variance`, what it found or was given; `scale` and `offset`; `input`, `output`,
`upstream`, and `gradient`, that of the sum of output times upstream by the input.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
import tensorflow as tf

folder = pathlib.Path(__file__).parent / "preprocessing"
folder.mkdir(exist_ok=True)
random = np.random.default_rng(20261129)
lines = []


def write(case, role, tensor):
    values = np.ascontiguousarray(tensor, dtype=np.float32)
    shape = ",".join(str(extent) for extent in np.shape(tensor)) or "-"
    lines.append(f"{case} {role} {shape} " + "".join(f"{bits:08x}" for bits in values.ravel().view(np.uint32)))


def draw(*shape):
    return random.normal(size=shape).astype(np.float32)


def compare(case, layer, inputs):
    tensor = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        output = layer(tensor)
        upstream = draw(*inputs.shape)
        loss = tf.reduce_sum(output * upstream)
    write(case, "input", inputs)
    write(case, "output", output)
    write(case, "upstream", upstream)
    write(case, "gradient", tape.gradient(loss, tensor))


L = keras.layers
bytes_ = random.integers(0, 256, (2, 3, 2, 3)).astype(np.float32)
compare("rescaling", L.Rescaling(1 / 127.5, offset=-1), bytes_)
scale, offset = np.array([0.5, 2, -0.01], np.float32), np.array([1, 0, -3], np.float32)
write("rescaling-channels", "scale", scale)
write("rescaling-channels", "offset", offset)
compare("rescaling-channels", L.Rescaling(scale, offset=offset), bytes_)


def adapted(case, data, inputs, **options):
    layer = L.Normalization(**options)
    layer.adapt(data)
    write(case, "data", data)
    write(case, "mean", np.reshape(layer.mean, np.shape(layer.adapt_mean)))
    write(case, "variance", np.reshape(layer.variance, np.shape(layer.adapt_variance)))
    compare(case, layer, inputs)


photos = draw(5, 4, 3, 3) * np.array([1, 20, 0.1], np.float32) + np.array([0, 100, -2], np.float32)
adapted("normalization-image", photos, photos[:2])
adapted("normalization-image-inverse", photos, draw(2, 4, 3, 3), invert=True)
adapted("normalization-all", photos, photos[:2], axis=None)
table = draw(9, 4)
table[:, 2] = 5  # a variance of 0
adapted("normalization-table", table, draw(3, 4))
mean, variance = np.array([1, 2, -3, 0], np.float32), np.array([4, 0.25, 1e-20, 9], np.float32)
write("normalization-given", "mean", mean)
write("normalization-given", "variance", variance)
compare("normalization-given", L.Normalization(mean=mean, variance=variance), draw(3, 4))

(folder / "tf_keras.txt").write_text("\n".join(lines) + "\n")

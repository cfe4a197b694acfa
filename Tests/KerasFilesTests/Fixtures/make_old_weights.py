"""Makes old/: a small model by Keras 2.13, whose groups have other names and numbers than those of Keras 3.

Made with Python 3.11, tensorflow-cpu 2.13.1 (with keras 2.13.1), h5py 3.16.0, numpy 1.24.3; seed 1.

    python make_old_weights.py

Keras 2.13 numbers the layers of a kind 0, 2, 4 … where they have weights. `expected.txt` holds the model's outputs,
[2, 3], for the inputs of weights/expected.safetensors.
"""

import os

import numpy as np
from tensorflow import keras

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "old")
layers = keras.layers
row = keras.Sequential([layers.Input((6, 6, 2)), layers.BatchNormalization(), layers.Conv2D(2, 1)])
network = keras.Sequential(
    [layers.Input((8, 8, 3)), layers.Conv2D(2, 3), layers.Conv2D(2, 1), row, layers.Flatten(), layers.Dense(3)]
)
random = np.random.default_rng(1)
for weight in network.weights:
    weight.assign(np.abs(random.normal(0, 0.5, weight.shape)) + 0.1)
os.makedirs(FOLDER, exist_ok=True)
network.save_weights(os.path.join(FOLDER, "keras2.weights.h5"))
inputs = np.random.default_rng(2).normal(0, 1, (2, 8, 8, 3)).astype("float32")
np.savetxt(os.path.join(FOLDER, "expected.txt"), network(inputs).numpy().reshape(1, 6), fmt="%.9g")

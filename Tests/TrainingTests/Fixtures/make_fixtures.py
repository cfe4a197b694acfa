"""Makes the cases in which losses, metrics, schedules and optimizers are compared with tf_keras.

Run with: python make_fixtures.py
The committed files were made by tf_keras 2.21.0 on tensorflow-cpu 2.21.0 (numpy 2.4.6, safetensors 0.8.0,
x86-64), seed 20261123.

tf_keras.txt has a tensor a line, fields separated by spaces:

    case role shape values

- Losses: `output`, `target` (classes as numbers), `loss`, and `gradient`, that of the loss by the output.
- `metrics`: `output`, `target`, and a value for each metric's name.
- Schedules: `rates`, those of the steps from 0.
- Early stopping: `values`, `minimum-delta` and `patience`; `stopped`, the epoch, from 1, after which the training
  stopped; `best`, the one whose weights were kept.
- `step-…`: `weight`, then a `gradient` and the weight `after` it for each step of an optimizer.
- `fit-…`: `weight:NAME` of a small network; then for each step `input`, `target` and `loss`, and
  `after:NAME`, its weights and statistics.

Shapes have commas between extents, `-` for a scalar. Values are the bits of 32-bit floats, eight hexadecimal
digits each, without separators.

written-by-python.safetensors holds the weights of a Dense layer of 3 inputs and 2 units, written by the
safetensors package from numpy: kernel 0, 1, … 5, bias −1, −2; and the metadata that saveWeights writes.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import numpy as np
import tensorflow as tf
import tf_keras as keras
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent
keras.utils.set_random_seed(20261123)
random = np.random.default_rng(20261123)
lines = []


def write(case, role, tensor):
    values = np.ascontiguousarray(tensor, dtype=np.float32)
    shape = ",".join(str(extent) for extent in np.shape(tensor)) or "-"
    lines.append(f"{case} {role} {shape} " + "".join(f"{bits:08x}" for bits in values.ravel().view(np.uint32)))


def draw(*shape):
    return random.normal(size=shape).astype(np.float32)


# Losses


def compare_loss(case, loss, output, target):
    output = tf.constant(output, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(output)
        value = loss(target, output)
    write(case, "output", output)
    write(case, "target", target)
    write(case, "loss", value)
    write(case, "gradient", tape.gradient(value, output))


logits = draw(6, 4) * 3
logits[4] = [90, -90, 0, 1]
logits[5] = [-10000, 10000, 9999, 0]
labels = np.array([0, 1, 2, 3, 1, 2])
# Rows: ordinary; certain and right; certain and wrong; nearly so; not summing to 1, above it and below it.
probabilities = np.array(
    [
        [0.1, 0.2, 0.3, 0.4],
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [1e-8, 2e-7, 1e-6, 1 - 1e-6],
        [0.9, 0.8, 0.7, 0.6],
        [0.01, 0.02, 0.03, 0.001],
    ]
)
distributions = random.dirichlet([1, 1, 1, 1], 6)
distributions[0] = [0, 0, 1, 0]
distributions[1] = [0.5, 0.5, 0, 0]

losses = keras.losses
compare_loss("sparse-logits", losses.SparseCategoricalCrossentropy(from_logits=True), logits, labels)
compare_loss("sparse-probabilities", losses.SparseCategoricalCrossentropy(), probabilities, labels)
compare_loss("categorical-logits", losses.CategoricalCrossentropy(from_logits=True), logits, distributions)
compare_loss("categorical-probabilities", losses.CategoricalCrossentropy(), probabilities, distributions)
compare_loss("mean-squared", losses.MeanSquaredError(), draw(4, 3), draw(4, 3))
compare_loss("mean-squared-image", losses.MeanSquaredError(), draw(2, 3, 2, 1), draw(2, 3, 2, 1))

# Metrics: rows with ties, for the first place and for later ones.

outputs = np.array(
    [
        [0.1, 0.5, 0.2, 0.2],
        [0.4, 0.4, 0.1, 0.1],
        [0.4, 0.4, 0.1, 0.1],
        [0.25, 0.25, 0.25, 0.25],
        [0.3, 0.1, 0.3, 0.3],
        [0.0, 0.1, 0.2, 0.7],
        [0.7, 0.2, 0.1, 0.0],
    ],
    np.float32,
)
classes = np.array([1, 1, 0, 3, 1, 0, 2])
write("metrics", "output", outputs)
write("metrics", "target", classes)
write("metrics", "accuracy", np.mean(keras.metrics.sparse_categorical_accuracy(classes, outputs)))
for k in range(1, 5):
    share = np.mean(keras.metrics.sparse_top_k_categorical_accuracy(classes, outputs, k))
    write("metrics", f"top_{k}_accuracy", share)
write("metrics", "mean_absolute_error", np.mean(keras.metrics.mean_absolute_error(outputs, outputs[::-1])))

# Schedules

schedules = keras.optimizers.schedules


def compare_schedule(case, schedule, steps):
    write(case, "rates", np.array([schedule(step).numpy() for step in range(steps)]))


compare_schedule("cosine", schedules.CosineDecay(0.1, 20), 25)
compare_schedule("cosine-to-0.01", schedules.CosineDecay(0.1, 7, alpha=0.1), 10)
compare_schedule("stepwise", schedules.ExponentialDecay(0.1, 5, 0.7, staircase=True), 30)

# Early stopping


class Weights:
    """A model whose weights are the number of the epoch that left them."""

    stop_training = False
    weights = 0

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        pass


def compare_early_stopping(case, values, patience, minimum_delta=0.0):
    callback = keras.callbacks.EarlyStopping(
        monitor="loss", mode="min", patience=patience, min_delta=minimum_delta, restore_best_weights=True)
    callback.set_model(Weights())
    callback.on_train_begin()
    stopped = 0
    for epoch, value in enumerate(values):
        callback.model.weights = epoch + 1
        callback.on_epoch_end(epoch, {"loss": value})
        if callback.model.stop_training:
            stopped = epoch + 1
            break
    write(case, "values", values)
    write(case, "patience", patience)
    write(case, "minimum-delta", minimum_delta)
    write(case, "stopped", stopped)
    write(case, "best", callback.best_weights)


falling_and_rising = [5, 4, 4.5, 3, 3.1, 3.2, 2.9, 3, 3, 3, 3, 1]
for patience in range(5):
    compare_early_stopping(f"early-stopping-{patience}", falling_and_rising, patience)
compare_early_stopping("early-stopping-delta", [5, 4.75, 4.5, 4.25, 4, 3.75, 3.5], 3, 0.5)

# Optimizers

optimizers = keras.optimizers
made = {
    "sgd": lambda: optimizers.SGD(0.1),
    "momentum": lambda: optimizers.SGD(0.05, momentum=0.9),
    "nesterov": lambda: optimizers.SGD(0.05, momentum=0.8, nesterov=True),
    "adam": lambda: optimizers.Adam(),
    "adam-other": lambda: optimizers.Adam(0.02, beta_1=0.7, beta_2=0.9, epsilon=1e-3),
    "adam-cosine": lambda: optimizers.Adam(schedules.CosineDecay(0.05, 8)),
}

for name, make in made.items():
    optimizer, case = make(), f"step-{name}"
    variable = tf.Variable(draw(3, 4))
    write(case, "weight", variable.numpy())
    for step in range(10):
        gradient = draw(3, 4)
        gradient[0, :2] = [0, 0 if step < 5 else 1]  # zeros always, and at first
        gradient[1] = [1e-30, -1e-12, 3e18, -1e6 if step == 3 else 0]  # the square of 1e-30 is 0
        optimizer.apply_gradients([(tf.constant(gradient), variable)])
        write(case, "gradient", gradient)
        write(case, "after", variable.numpy())

for name in ["sgd", "momentum", "nesterov", "adam", "adam-other"]:
    optimizer, case = made[name](), f"fit-{name}"
    L = keras.layers
    network = keras.Sequential(
        [
            L.Input((4, 4, 1)),
            L.Conv2D(2, 3, padding="same", use_bias=False, name="conv"),
            L.BatchNormalization(momentum=0.9, name="norm"),
            L.ReLU(),
            L.Flatten(),
            L.Dense(3, name="dense"),
        ]
    )
    network.compile(optimizer, losses.SparseCategoricalCrossentropy(from_logits=True))
    names = [variable.name.split(":")[0] for variable in network.weights]
    for path, variable in zip(names, network.weights):
        write(case, f"weight:{path}", variable.numpy())
    for step in range(10):
        inputs, targets = draw(6, 4, 4, 1), random.integers(0, 3, 6)
        write(case, "input", inputs)
        write(case, "target", targets)
        write(case, "loss", network.train_on_batch(inputs, targets))
        for path, variable in zip(names, network.weights):
            write(case, f"after:{path}", variable.numpy())

(folder / "tf_keras.txt").write_text("\n".join(lines) + "\n")

save_file(
    {"kernel": np.arange(6, dtype=np.float32).reshape(3, 2), "bias": np.array([-1, -2], np.float32)},
    folder / "written-by-python.safetensors",
    metadata={"format": "swift-qat weights 1"},
)

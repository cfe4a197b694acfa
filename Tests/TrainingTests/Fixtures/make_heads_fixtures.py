"""Makes the cases in which weights of examples, of classes and of heads are compared with Keras.

Run with: python make_heads_fixtures.py
The committed files were made by Keras 3.15.1 and tf_keras 2.21.0 on tensorflow 2.21.0 (numpy 2.4.6, x86-64), seed
20261129.

heads/tf_keras.txt has a tensor a line, as tf_keras.txt beside it: case role shape values.

- `weighted-LOSS`: `output`, `target`, `weights`; `loss` of Keras, and `gradient`, that of the loss by the output. The
  script checks that tf_keras gives the same.
- `class-weights`: `weight:NAME`, `input`, `target`, the `class-weights` of classes 0 and 2; `one-hot`; for sample
  weights of their own `sample-weights`; `loss-classes`, `loss-one-hot` (Keras) and `loss-both` (tf_keras, which
  multiplies both; Keras refuses both, and tf_keras wants a weight for each class), the losses of one fit of one batch; `after:NAME`, the weights after the first.
- `heads`: a model of two inputs and two heads. `weight:NAME`; then for each step `input:NAME`, `target:NAME`,
  `sample-weights:NAME`, the results `loss`, `loss:NAME`, `metric:NAME`, and `after:NAME`; at the end `score:NAME`, an
  evaluation of the last batch with its weights.

csv-*.csv are files that Keras's CSVLogger wrote for the logs in `logs` below.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
import tensorflow as tf
import tf_keras

folder = pathlib.Path(__file__).parent / "heads"
folder.mkdir(exist_ok=True)
keras.utils.set_random_seed(20261129)
random = np.random.default_rng(20261129)
lines = []


def write(case, role, tensor):
    values = np.ascontiguousarray(tensor, dtype=np.float32)
    shape = ",".join(str(extent) for extent in np.shape(tensor)) or "-"
    lines.append(f"{case} {role} {shape} " + "".join(f"{bits:08x}" for bits in values.ravel().view(np.uint32)))


def draw(*shape):
    return random.normal(size=shape).astype(np.float32)


# Weights of examples in each loss


def compare_loss(case, make, output, target):
    weights = np.array([0, 1, 2.5, 0.25, 1, 3], np.float32)
    results = []
    for library in (keras, tf_keras):
        variable = tf.constant(output, tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(variable)
            # Keras wants a weight for each loss, which is the mean over the last axis.
            weight = weights.reshape([6] + [1] * max(np.ndim(output) - 2, 0))
            value = make(library.losses)(target, variable, sample_weight=weight)
        results.append((np.array(value), tape.gradient(value, variable).numpy()))
    for ours, theirs in zip(*results):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)
    case = f"weighted-{case}"
    write(case, "output", output)
    write(case, "target", target)
    write(case, "weights", weights)
    write(case, "loss", results[0][0])
    write(case, "gradient", results[0][1])


labels = np.array([0, 1, 2, 3, 1, 2])
logits = draw(6, 4) * 3
probabilities = random.dirichlet([1, 1, 1, 1], 6).astype(np.float32)
distributions = random.dirichlet([1, 1, 1, 1], 6).astype(np.float32)
compare_loss("sparse-logits", lambda l: l.SparseCategoricalCrossentropy(from_logits=True), logits, labels)
compare_loss("sparse-probabilities", lambda l: l.SparseCategoricalCrossentropy(), probabilities, labels)
compare_loss("categorical-logits", lambda l: l.CategoricalCrossentropy(from_logits=True), logits, distributions)
compare_loss("categorical-probabilities", lambda l: l.CategoricalCrossentropy(), probabilities, distributions)
compare_loss("mean-squared", lambda l: l.MeanSquaredError(), draw(6, 3), draw(6, 3))
compare_loss("mean-squared-image", lambda l: l.MeanSquaredError(), draw(6, 3, 2, 1), draw(6, 3, 2, 1))

# Weights of classes


def dense(library, loss):
    layer = library.layers.Dense(3, name="dense")
    model = library.Sequential([library.layers.Input((4,)), layer])
    model.compile(library.optimizers.SGD(0.1), loss)
    layer.set_weights([kernel, bias])
    return model


kernel, bias = draw(4, 3), draw(3)
inputs, targets = draw(6, 4), np.array([0, 1, 2, 2, 1, 0])
own = np.array([1, 2, 0.5, 0, 1, 1.5], np.float32)
class_weights = {0: 0.5, 2: 3.0}
write("class-weights", "weight:kernel", kernel)
write("class-weights", "weight:bias", bias)
write("class-weights", "input", inputs)
write("class-weights", "target", targets)
write("class-weights", "one-hot", np.eye(3)[targets])
write("class-weights", "class-weights", [0.5, 3.0])
write("class-weights", "sample-weights", own)


def fit_loss(library, loss, y, **options):
    model = dense(library, loss)
    history = model.fit(inputs, y, batch_size=6, epochs=1, shuffle=False, verbose=0, **options)
    return history.history["loss"][0], model


sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
value, model = fit_loss(keras, sparse, targets, class_weight=class_weights)
write("class-weights", "loss-classes", value)
for name, variable in zip(["kernel", "bias"], model.get_weights()):
    write("class-weights", f"after:{name}", variable)
value, _ = fit_loss(
    keras, keras.losses.CategoricalCrossentropy(from_logits=True), np.eye(3)[targets], class_weight=class_weights)
write("class-weights", "loss-one-hot", value)
value, _ = fit_loss(
    tf_keras, tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True), targets,
    class_weight={1: 1.0, **class_weights}, sample_weight=own)
write("class-weights", "loss-both", value)

# Two inputs, two heads

L = keras.layers
a, b = L.Input((4,), name="a"), L.Input((3,), name="b")
trunk = L.ReLU()(L.Dense(5, name="trunk")(L.Concatenate()([a, b])))
kind = L.Dense(3, name="kind")(trunk)
size = L.Dense(2, name="size")(trunk)
network = keras.Model({"a": a, "b": b}, {"kind": kind, "size": size})
network.compile(
    keras.optimizers.Adam(0.02),
    loss={"kind": keras.losses.SparseCategoricalCrossentropy(from_logits=True), "size": "mean_squared_error"},
    loss_weights={"kind": 1.0, "size": 0.25},
    metrics={"kind": ["accuracy"], "size": [keras.metrics.MeanAbsoluteError(name="mean_absolute_error")]},
)
paths = [variable.path for variable in network.weights]
for path, variable in zip(paths, network.weights):
    write("heads", f"weight:{path}", variable.numpy())
for step in range(6):
    x = {"a": draw(7, 4), "b": draw(7, 3)}
    y = {"kind": random.integers(0, 3, 7), "size": draw(7, 2)}
    weights = {"kind": random.uniform(0, 2, 7).astype(np.float32), "size": np.ones(7, np.float32)}
    network.reset_metrics()
    result = network.train_on_batch(x, y, sample_weight=weights, return_dict=True)
    for name, value in x.items():
        write("heads", f"input:{name}", value)
    for name, value in y.items():
        write("heads", f"target:{name}", value)
    write("heads", "sample-weights:kind", weights["kind"])
    write("heads", "loss", result["loss"])
    for head in ("kind", "size"):
        write("heads", f"loss:{head}", result[f"{head}_loss"])
    write("heads", "metric:kind_accuracy", result["kind_accuracy"])
    write("heads", "metric:size_mean_absolute_error", result["size_mean_absolute_error"])
    for path, variable in zip(paths, network.weights):
        write("heads", f"after:{path}", variable.numpy())
for name, value in network.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True, batch_size=7).items():
    write("heads", f"score:{name}", value)

(folder / "tf_keras.txt").write_text("\n".join(lines) + "\n")

# Logs

logs = [
    {"loss": 2.5, "accuracy": 0.1, "val_loss": 1e-05, "val_accuracy": 1.0},
    {"loss": 0.1 + 0.2, "accuracy": 1 / 3, "val_loss": float("inf"), "val_accuracy": float("nan")},
    {"loss": 12345678901234567890.0, "accuracy": 0.0001, "val_loss": 1e16, "val_accuracy": 123456.75},
]


def log(name, logs, **options):
    callback = keras.callbacks.CSVLogger(str(folder / name), **options)
    callback.set_model(network)
    callback.on_train_begin()
    for epoch, values in enumerate(logs):
        callback.on_epoch_end(epoch, values)
    callback.on_train_end()


log("csv-plain.csv", logs)
without = [{key: value for key, value in values.items() if not key.startswith("val_")} for values in logs]
log("csv-no-validation.csv", without)
(folder / "csv-appended.csv").unlink(missing_ok=True)
log("csv-appended.csv", logs[:2], separator=";")
log("csv-appended.csv", logs[2:], separator=";", append=True)

"""The TensorFlow peers of the training benchmark: python train_tf_keras.py small|lenet-bn|mobile|resnet-8 [steps] [float|qat] [batch]

tf_keras, and with qat TFMOT's `quantize_model` of the same model. Two threads and the compiled train step,
several steps a call: `steps_per_execution` as a user sets it.
"""
import os
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"  # the Keras that TFMOT knows
import tensorflow as tf
import tf_keras as keras

from networks import mobile, resnet
from timing import BATCHES, THREADS, WINDOW, arguments, image_shape, report

layers = keras.layers


def model(subject):
    if subject in ("mobile", "resnet-8"):
        image = keras.Input(image_shape(subject))
        return keras.Model(image, (mobile if subject == "mobile" else resnet)(image))
    if subject == "small":
        return keras.Sequential([
            keras.Input((28, 28, 1)), layers.Conv2D(12, 3, activation="relu"), layers.MaxPooling2D(),
            layers.Flatten(), layers.Dense(10)])

    def block(filters):
        return [
            layers.Conv2D(filters, 3, padding="same"), layers.BatchNormalization(), layers.ReLU(),
            layers.MaxPooling2D()]

    return keras.Sequential([
        keras.Input((28, 28, 1)), *block(32), *block(64), layers.Flatten(),
        layers.Dense(128, activation="relu"), layers.Dense(10)])


subject, steps, quantizes, batch = arguments()
tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)
keras.utils.set_random_seed(1)
network = model(subject)
versions = f"TensorFlow {tf.__version__}, tf_keras {keras.__version__}"
if quantizes:
    import tensorflow_model_optimization as tfmot

    network = tfmot.quantization.keras.quantize_model(network)
    versions += f", TFMOT {tfmot.__version__}"
network.compile(
    optimizer=keras.optimizers.Adam(1e-3, epsilon=1e-7),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), steps_per_execution=WINDOW)
images = tf.random.uniform((BATCHES * batch, *image_shape(subject)), seed=1)
labels = tf.random.uniform((BATCHES * batch,), maxval=10, dtype=tf.int32, seed=1)
dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(batch, drop_remainder=True)
dataset = dataset.cache().repeat().prefetch(2)
batches = iter(dataset)
run = network.make_train_function()
run(batches)
windows = []
for _ in range(max(1, steps // WINDOW)):
    start = time.perf_counter()
    loss = run(batches)["loss"]
    loss.numpy()
    windows.append((time.perf_counter() - start) / WINDOW)
report(subject, batch, windows, versions, loss.numpy())

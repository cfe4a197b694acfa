"""The tf_keras peer of the training benchmark: python train_tf_keras.py small|lenet-bn [steps]

Two threads and the compiled train step, several steps a call: `steps_per_execution` as a user sets it.
"""
import os
import resource
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
import tf_keras as keras

THREADS, BATCH, STEPS_A_CALL = 2, 128, 20


def model(subject):
    layers = keras.layers
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


subject = sys.argv[1] if len(sys.argv) > 1 else "small"
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 200
tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)
keras.utils.set_random_seed(1)
network = model(subject)
network.compile(
    optimizer=keras.optimizers.Adam(1e-3, epsilon=1e-7),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), steps_per_execution=STEPS_A_CALL)
images = tf.random.uniform((8 * BATCH, 28, 28, 1), seed=1)
labels = tf.random.uniform((8 * BATCH,), maxval=10, dtype=tf.int32, seed=1)
dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH, drop_remainder=True)
dataset = dataset.cache().repeat().prefetch(2)
batches = iter(dataset)
run = network.make_train_function()
run(batches)
times = []
for _ in range(max(1, steps // STEPS_A_CALL)):
    start = time.perf_counter()
    loss = run(batches)["loss"]
    loss.numpy()
    times.append((time.perf_counter() - start) / STEPS_A_CALL)

times.sort()  # means over windows of 20 steps already
step = times[len(times) // 2]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(
    f"{subject}: {BATCH / step:.0f} images/s, {peak:.0f} peak MB; "
    f"TensorFlow {tf.__version__}, tf_keras {keras.__version__}, loss {loss.numpy():.4f}")

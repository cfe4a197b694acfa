"""The LiteRT peer of the integer benchmark: python integer_litert.py small|lenet-bn

The converter's own int8 model, by the interpreter with its XNNPACK kernels on two threads. The images are written
into the input tensor once; a call runs the model on them.
"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
import tf_keras as keras
from ai_edge_litert.interpreter import Interpreter
from importlib.metadata import version
from integer_windows import BATCHES, MODELS, THREADS, images_a_second, report


def network(shape):
    layers = [keras.Input((28, 28, 1))]
    for filters, padding in shape["convolutions"]:
        layers.append(keras.layers.Conv2D(filters, 3, padding=padding))
        if shape["normalized"]:
            layers.append(keras.layers.BatchNormalization())
        layers += [keras.layers.ReLU(), keras.layers.MaxPooling2D()]
    layers.append(keras.layers.Flatten())
    for units in shape["units"]:
        layers.append(keras.layers.Dense(units, activation=None if units == shape["units"][-1] else "relu"))
    return keras.Sequential(layers)


def converted(model):
    def examples():
        generator = np.random.default_rng(1)
        for _ in range(50):
            yield [generator.random((1, 28, 28, 1), np.float32)]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = examples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


subject = sys.argv[1] if len(sys.argv) > 1 else "small"
keras.utils.set_random_seed(1)
flatbuffer = converted(network(MODELS[subject]))
for batch in BATCHES:
    interpreter = Interpreter(model_content=flatbuffer, num_threads=THREADS)
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, [batch, 28, 28, 1])
    interpreter.allocate_tensors()
    images = np.random.default_rng(2).integers(-128, 128, (batch, 28, 28, 1)).astype(np.int8)
    interpreter.set_tensor(place, images)
    report(subject, batch, images_a_second(interpreter.invoke, batch), f"LiteRT {version('ai-edge-litert')}")

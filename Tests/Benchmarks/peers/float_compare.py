"""Speed of networks in floats: this package beside LiteRT and ONNX Runtime, in turns, on two threads.

    python peers/float_compare.py [windows]

Measured with tensorflow 2.21.0, tf_keras 2.21.0, ai-edge-litert 2.3.0, onnxruntime 1.32.0 and tf2onnx 1.17.0. The networks
are made by tf_keras with random weights and written three times: as a Keras file for this package, as .tflite, and as
ONNX. Batches have 1 and 128 images. Ratios are the medians over all turns: a short window of each program, one right
after the other. NETWORK_SPEED names a network-speed that is built already.
"""
import os
import sys
import tempfile
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import onnxruntime as ort
import tensorflow as tf
import tf2onnx
import tf_keras as keras
from tf_keras import layers
from ai_edge_litert.interpreter import Interpreter
from importlib.metadata import version
import network_compare
import networks
from machine import processor
from network_compare import Server, fast, median, server_program, turns

BATCHES, THREADS, WINDOW = (1, 128), 2, 0.03


def lenet():
    x = image = keras.Input((28, 28, 1))
    for filters in (32, 64):
        x = layers.MaxPooling2D()(networks.convolution(x, filters))
    x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    return keras.Model(image, layers.Dense(10)(x))


def mobile():
    image = keras.Input((28, 28, 1))
    return keras.Model(image, networks.mobile(image))


def resnet():
    image = keras.Input((32, 32, 3))
    return keras.Model(image, layers.Softmax()(networks.resnet(image)))


NETWORKS = {"LeNet-BN": lenet, "MobileNet-like, multiplier 2": mobile, "ResNet-8": resnet}


class Ours(network_compare.Ours):
    def __init__(self, server, name, batch, path):
        self.server, self.name = server, name
        server.ask(f"float {name} {batch} {path}")


class LiteRT(network_compare.LiteRT):
    def __init__(self, flatbuffer, images):
        self.interpreter = Interpreter(model_content=flatbuffer, num_threads=THREADS)
        place = self.interpreter.get_input_details()[0]["index"]
        self.interpreter.resize_tensor_input(place, images.shape)
        self.interpreter.allocate_tensors()
        self.interpreter.set_tensor(place, images)


class ONNXRuntime:
    def __init__(self, path, images):
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.inputs = {self.session.get_inputs()[0].name: images}

    def seconds(self, calls):
        begin = time.perf_counter()
        for _ in range(calls):
            self.session.run(None, self.inputs)
        return time.perf_counter() - begin


def main():
    windows = int(sys.argv[1]) if len(sys.argv) > 1 else 101
    if os.cpu_count() != THREADS:
        sys.exit(f"this package takes all cores, the others {THREADS}: run it on a machine of {THREADS} cores")
    server = Server(server_program())
    print(processor())
    names = f"LiteRT {version('ai-edge-litert')}", f"ONNX Runtime {ort.__version__}"
    print(f"\n| float32, two threads | batch | ours, images/s | ÷ {names[0]} | ÷ {names[1]} |")
    print("| :--- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for number, (title, make) in enumerate(NETWORKS.items()):
            keras.utils.set_random_seed(1)
            model = make()
            keras_file, onnx_file = (os.path.join(folder, f"{number}.{end}") for end in ("h5", "onnx"))
            model.save(keras_file)
            flatbuffer = tf.lite.TFLiteConverter.from_keras_model(model).convert()
            signature = [tf.TensorSpec([None, *model.input_shape[1:]], tf.float32)]
            tf2onnx.convert.from_keras(model, signature, opset=17, output_path=onnx_file)
            for batch in BATCHES:
                images = np.random.default_rng(1).random((batch, *model.input_shape[1:]), np.float32)
                programs = [
                    Ours(server, f"{number}.{batch}", batch, keras_file),
                    LiteRT(flatbuffer, images), ONNXRuntime(onnx_file, images)]
                ours, *theirs = turns(programs, windows, WINDOW)
                ratios = " | ".join(f"{median([a / b for a, b in zip(ours, peer)]):.2f}" for peer in theirs)
                print(f"| {title} | {batch} | {fast(ours) * batch:,.0f} | {ratios} |", flush=True)


if __name__ == "__main__":
    main()

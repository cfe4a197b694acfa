"""Makes the cases in which our quantized models are compared with TFMOT's, and a folded layer with PyTorch's.

Run with: TF_USE_LEGACY_KERAS=1 python make_fixtures.py
The committed file was made by tensorflow-model-optimization 0.8.1 with tf_keras 2.21.0 on tensorflow-cpu 2.21.0
and torch 2.15.0 (numpy 2.4.6, x86-64), seed 20261123.

tf_keras.txt has a tensor a line, fields separated by spaces:

    case role shape values

Models: `placed:LAYER/TENSOR` says that TFMOT has a range there (its value is the number of scales);
`start:LAYER/WEIGHT` are the weights before the steps of training, ranges left out, which start as TFMOT's do;
`batch` and `labels`, the one batch of every step; `losses`, that of each step before its update;
`end:LAYER/WEIGHT` all weights after the steps, ranges too; `inference`, the output after them.
torch-conv-bn: a step of training of torch.ao.nn.intrinsic.qat.ConvBn2d, 8-bit weights, symmetric, narrow, a
scale a channel; images and kernel are turned to NHWC and HWIO. The loss is the sum of output times upstream.
Defects: numbers that show what TFMOT does, under roles that say what they are.
Shapes have commas between extents, `-` for a scalar. Values are the bits of 32-bit floats, eight hexadecimal
digits each, without separators.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras as keras
import torch
import torch.ao.nn.intrinsic.qat as qat
from torch.ao.quantization import FakeQuantize, PerChannelMinMaxObserver, QConfig

L = keras.layers
Q = tfmot.quantization.keras
random = np.random.default_rng(20261123)
lines = []


def write(case, role, tensor):
    values = np.asarray(tensor, dtype=np.float32)
    shape = ",".join(str(extent) for extent in values.shape) or "-"
    lines.append(f"{case} {role} {shape} " + "".join(f"{bits:08x}" for bits in np.ravel(values).view(np.uint32)))


def named_weights(model):
    """Each weight once, as LAYER/WEIGHT, the wrapper's prefix taken off."""
    for layer in model.layers:
        name = "input" if layer.name.startswith("quantize_layer") else layer.name.removeprefix("quant_")
        for weight in layer.weights:
            short = weight.name.split("/")[-1].split(":")[0]
            if short != "optimizer_step":
                yield f"{name}/{short.removeprefix(layer.name + '_')}", weight


def write_placement(case, model):
    for name, weight in named_weights(model):
        if name.endswith("min"):
            write(case, f"placed:{name.removesuffix('min').rstrip('_/')}", np.float32(np.size(weight.numpy())))


def is_range(name):
    return name.endswith("min") or name.endswith("max")


def train(case, float_model, optimizer):
    for weight in float_model.weights:
        values = random.uniform(-0.5, 0.5, weight.shape)
        if "variance" in weight.name or "gamma" in weight.name:
            values = np.abs(values) + 0.5
        weight.assign(values.astype(np.float32))
    model = Q.quantize_model(float_model)
    write_placement(case, model)
    for name, weight in named_weights(model):
        if not is_range(name):
            write(case, f"start:{name}", weight.numpy())
    shape = (16,) + float_model.input_shape[1:]
    batch = random.uniform(0, 1, shape).astype(np.float32)
    labels = random.integers(0, 3, 16)
    write(case, "batch", batch)
    write(case, "labels", labels)
    loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    losses = []
    for _ in range(10):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, model(batch, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        losses.append(float(loss))
    write(case, "losses", losses)
    for name, weight in named_weights(model):
        write(case, f"end:{name}", weight.numpy())
    write(case, "inference", model(batch, training=False).numpy())


def sequential(*layers, shape=(8, 8, 1)):
    return keras.Sequential([L.Input(shape, name="input"), *layers])


train(
    "conv-pool-dense",
    sequential(
        L.Conv2D(4, 3, activation="relu", name="conv"), L.MaxPooling2D(name="pool"), L.Flatten(name="flatten"),
        L.Dense(3, name="dense")),
    keras.optimizers.legacy.Adam(0.01))
train(
    "conv-bn-relu",
    sequential(
        L.Conv2D(4, 3, name="conv"), L.BatchNormalization(name="bn"), L.ReLU(name="relu"),
        L.Conv2D(4, 3, use_bias=False, name="conv_1"), L.BatchNormalization(name="bn_1"), L.ReLU(name="relu_1"),
        L.Flatten(name="flatten"), L.Dense(3, name="dense")),
    keras.optimizers.legacy.SGD(0.1))

write_placement(
    "relu-layer-trap",
    Q.quantize_model(sequential(L.Conv2D(4, 3, name="conv"), L.ReLU(name="relu"))))
write_placement(
    "dense-bn-relu",
    Q.quantize_model(
        sequential(L.Dense(4, name="dense"), L.BatchNormalization(name="bn"), L.ReLU(name="relu"), shape=(6,))))
depthwise = Q.quantize_model(sequential(L.DepthwiseConv2D(3, name="depthwise"), shape=(8, 8, 4)))
write_placement("depthwise-per-axis", depthwise)

fixed = Q.quantizers.FixedQuantizer(num_bits=2, init_min=-1.0, init_max=1.0, narrow_range=False)
levels = np.unique(fixed(tf.linspace(-1.0, 1.0, 4096), training=False, weights=None).numpy())
write("fixed-quantizer", "levels-of-two-bits", float(len(levels)))

once = Q.quantize_model(sequential(L.Dense(3, name="dense"), shape=(6,)))
message = ""
try:
    with Q.quantize_scope():
        Q.quantize_model(once)
except Exception as error:
    message = str(error)
write("quantized-twice", "raises", float(message != ""))
write("quantized-twice", "says-already-quantized", float("already" in message.lower()))
print(message)

channels_last = {"output": (0, 2, 3, 1), "kernel": (2, 3, 1, 0)}
weight_quantizer = FakeQuantize.with_args(
    observer=PerChannelMinMaxObserver, quant_min=-127, quant_max=127, dtype=torch.qint8,
    qscheme=torch.per_channel_symmetric, ch_axis=0, eps=1e-30)
layer = qat.ConvBn2d(
    2, 4, 3, bias=True, eps=1e-3, momentum=0.1, qconfig=QConfig(activation=torch.nn.Identity, weight=weight_quantizer))
parts = {
    "kernel": layer.weight, "bias": layer.bias, "gamma": layer.bn.weight, "beta": layer.bn.bias,
    "moving_mean": layer.bn.running_mean, "moving_variance": layer.bn.running_var}


def write_torch(role, name, tensor):
    values = tensor.detach().numpy().copy()
    write("torch-conv-bn", role, values.transpose(channels_last[name]) if name in channels_last else values)


with torch.no_grad():
    for name, tensor in parts.items():
        values = random.uniform(-0.5, 0.5, tuple(tensor.shape))
        if name == "moving_variance":
            values = np.abs(values) + 0.5
        if name == "gamma":
            values = values + np.sign(values) * 0.3  # either sign
        tensor.copy_(torch.tensor(values))
        write_torch(f"weight:{name}", name, tensor)
images = random.uniform(-1, 1, (4, 2, 6, 6)).astype(np.float32)
write("torch-conv-bn", "input", images.transpose(0, 2, 3, 1))
layer.train()
result = layer(torch.tensor(images))
upstream = torch.tensor(random.uniform(-1, 1, tuple(result.shape)).astype(np.float32))
(result * upstream).sum().backward()
write_torch("upstream", "output", upstream)
write_torch("output", "output", result)
for name in ["kernel", "gamma", "beta"]:
    write_torch(f"gradient:{name}", name, parts[name].grad)
for name in ["moving_mean", "moving_variance"]:
    write_torch(f"after:{name}", name, parts[name])

(pathlib.Path(__file__).parent / "tf_keras.txt").write_text("\n".join(lines) + "\n")

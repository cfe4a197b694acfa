"""Makes the oracle numbers for methods that improve a model after training.

Run with: python make_post_training.py
The committed file was made by torch 2.13.0+cpu, brevitas 0.13.4 and numpy 2.4.6 (x86-64), seed 20261129.

post_training.txt has lines of a name and floats as their bits, eight hexadecimal digits each:

- images: [4, 6, 6, 2], a batch.
- NAME_kernel, NAME_bias: the weights of a network, in Keras's layouts: conv 3×3 of 2 channels to 4, ReLU, depth (depthwise
  3×3), ReLU, point 1×1 to 5, ReLU, the mean over the image, and scores (dense) to 3. All convolutions are padded to the
  same size. The channels of conv and depth have very unequal ranges.
- equal_NAME_kernel, equal_NAME_bias: the same after brevitas.graph.equalize.EqualizeGraph(merge_bias=False), which makes
  500 passes.
- error_NAME: the mean error of each channel's sums if the weights of all layers (as they were, not equalized) are
  quantized to 4 bits, symmetric, narrow, one scale a layer, layer by layer with corrected biases before it, by torch in
  double precision from equation 17 of Nagel et al., 2019.
- v, up, slope: points V, h(V) by brevitas's LearnedRoundHardSigmoid, and its gradient.
- regularizer: for each β of 20, 8, 2: the regularizer over all points but those within 0.05 of 0, then its gradient at
  each, by torch's autograd in double precision from equation 24 of Nagel et al., 2020.
"""

import pathlib

import numpy as np
import torch
from brevitas.core.function_wrapper.learned_round import LearnedRoundHardSigmoid
from brevitas.fx import symbolic_trace
from brevitas.graph.equalize import EqualizeGraph
from torch import nn

rng = np.random.default_rng(20261129)
torch.set_num_threads(1)
lines = []


def write(name, values):
    bits = np.ascontiguousarray(values, dtype=">f4").tobytes().hex()
    lines.append(f"{name} {bits}")


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1)
        self.depth = nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.point = nn.Conv2d(4, 5, 1)
        self.scores = nn.Linear(5, 3)
        self.relus = nn.ModuleList([nn.ReLU() for _ in range(3)])
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        x = self.relus[0](self.conv(x))
        x = self.relus[1](self.depth(x))
        x = self.relus[2](self.point(x))
        x = torch.flatten(self.pool(x), 1)
        return self.scores(x)


names = ["conv", "depth", "point", "scores"]


def keras_layout(name, weight):
    w = weight.detach().numpy()
    if name == "scores":
        return w.T
    return w.transpose(2, 3, 0, 1) if name == "depth" else w.transpose(2, 3, 1, 0)


def write_weights(prefix, network):
    for name in names:
        layer = getattr(network, name)
        write(f"{prefix}{name}_kernel", keras_layout(name, layer.weight))
        write(f"{prefix}{name}_bias", layer.bias.detach().numpy())


network = Network().eval()
with torch.no_grad():
    for name in names:
        layer = getattr(network, name)
        w = rng.normal(size=tuple(layer.weight.shape)) * 0.4
        if name in ("conv", "depth"):  # channels that differ by up to a factor of 64
            w *= np.exp2(rng.uniform(-4, 2, size=(w.shape[0], 1, 1, 1)))
        layer.weight.copy_(torch.tensor(w, dtype=torch.float32))
        layer.bias.copy_(torch.tensor(rng.uniform(0.1, 0.5, size=tuple(layer.bias.shape)), dtype=torch.float32))

images = rng.uniform(-1, 1, size=(4, 6, 6, 2)).astype(np.float32)
write("images", images)
write_weights("", network)
x = torch.tensor(images.transpose(0, 3, 1, 2))
before = network(x)

graph = symbolic_trace(network)
equal = EqualizeGraph(iterations=500, threshold=0.0, merge_bias=False, bias_shrinkage=1.0).apply(graph)
assert torch.allclose(equal(x), before, rtol=1e-4, atol=1e-5)
write_weights("equal_", equal)
for name in names:
    print(name, getattr(equal, name).weight.abs().flatten(1).max(1).values)

# Bias correction. EqualizeGraph has changed the network's own modules: read the first weights again.
weights = {}
for line in lines:
    key, bits = line.split(" ")
    weights[key] = np.frombuffer(bytes.fromhex(bits), dtype=">f4").astype(np.float64)


def torch_layout(name):
    w = weights[f"{name}_kernel"]
    if name == "scores":
        return torch.tensor(w.reshape(5, 3).T.copy())
    shape = {"conv": (3, 3, 2, 4), "depth": (3, 3, 4, 1), "point": (1, 1, 4, 5)}[name]
    order = (2, 3, 0, 1) if name == "depth" else (3, 2, 0, 1)
    return torch.tensor(w.reshape(shape).transpose(order).copy())


def sums(name, x, kernel, bias):
    if name == "scores":
        return x.mean(dim=(2, 3)) @ kernel.T + bias
    out = torch.nn.functional.conv2d(
        x, kernel, padding=0 if name == "point" else 1, groups=4 if name == "depth" else 1)
    return out + bias[:, None, None]


float_x = quantized_x = x.double()
for name in names:
    kernel, bias = torch_layout(name), torch.tensor(weights[f"{name}_bias"])
    step = kernel.abs().max() / 7
    rounded = torch.clamp(torch.round(kernel / step), -7, 7) * step
    target = sums(name, float_x, kernel, bias)
    got = sums(name, quantized_x, rounded, bias)
    axes = (0,) if name == "scores" else (0, 2, 3)
    error = got.mean(axes) - target.mean(axes)
    write(f"error_{name}", error.numpy())
    shape = (1, -1) if name == "scores" else (1, -1, 1, 1)
    float_x, quantized_x = torch.relu(target), torch.relu(got - error.reshape(shape))

# The stretched sigmoid and the regularizer.
points = np.linspace(-4, 4, 41).astype(np.float32)
v = torch.tensor(points, requires_grad=True)
h = LearnedRoundHardSigmoid(learned_round_zeta=1.1, learned_round_gamma=-0.1)(v)
h.sum().backward()
write("v", points)
write("up", h.detach().numpy())
write("slope", v.grad.numpy())
apart = points[np.abs(points) > 0.05]
values = []
for beta in (20.0, 8.0, 2.0):
    v = torch.tensor(apart, dtype=torch.float64, requires_grad=True)
    h = torch.clamp(torch.sigmoid(v) * 1.2 - 0.1, 0, 1)
    f = (1 - (2 * h - 1).abs() ** beta).sum()
    f.backward()
    values += [f.item(), *v.grad.numpy()]
write("regularizer", np.array(values))

path = pathlib.Path(__file__).parent / "post_training.txt"
path.write_text("\n".join(lines) + "\n")

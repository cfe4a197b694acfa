"""Makes the oracle cases that the fake-quant operation is tested against.

Run with: python make_fixtures.py
The committed files were made by tensorflow-cpu 2.21.0 and torch 2.15.0 (numpy 2.4.6, x86-64), seed 20261123.

tensorflow.txt has a case a line, fields separated by spaces:

    bits narrow channels min max x upstream y dx dmin dmax sums

`channels` 0 means fake_quant_with_min_max_vars and its gradient, n the per-channel operators with n ranges,
x in rows of n. `sums` says how dmin and dmax compare: `=` bit for bit, `~` to a relative 1e-5.

pytorch.txt alike, for fake_quantize_per_tensor_affine (channels 0) and _per_channel_affine:

    first last channels inner scale zeroPoint x upstream y dx

where x has shape [outer, channels, inner] and zero points are decimal, with commas between them.

Floats are their bits, eight hexadecimal digits each, without separators; every NaN is 7fc00000. Where each
dx is upstream × 1 or upstream × 0, it is one digit an element, 1 or 0; otherwise floats.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
import torch

f = np.float32
rng = np.random.default_rng(20261123)
here = pathlib.Path(__file__).parent
np.seterr(all="ignore")
torch.set_num_threads(1)
LARGEST = np.finfo(f).max


def bits(values):
    values = np.atleast_1d(np.asarray(values, f)).ravel()
    words = values.view(np.uint32).copy()
    words[np.isnan(values)] = 0x7FC00000
    return words


def text(values):
    return "".join(f"{word:08x}" for word in bits(values))


def mask_or_floats(dx, upstream):
    passed = bits(dx) == bits(upstream)
    stopped = bits(dx) == bits(np.asarray(upstream, f).ravel() * f(0))
    if not np.all(passed | stopped):
        return text(dx)
    return "".join("1" if p else "0" for p in passed)


def power(low, high):
    return f(2.0) ** f(rng.integers(low, high))


def upstreams(count, kind):
    dyadic = rng.integers(-16, 17, count).astype(f) / f(8)
    dyadic[rng.random(count) < 0.05] = f(-0.0)
    if kind == "~":
        return rng.uniform(0.1, 3, count).astype(f)
    if kind == "special":
        odd = np.array([np.inf, -np.inf, np.nan, 1e-40, -1e-40, -0.0, 3e38, 1.25e-38], f)
        places = rng.random(count) < 0.1
        dyadic[places] = rng.choice(odd, places.sum())
    return dyadic


def tensorflow_range(kind):
    size = power(-30, 30)
    a, b = rng.uniform(0.01, 1, 2).astype(f) * size
    table = {
        "mixed": (-a, b),
        "positive": (f(0), b),
        "negative": (-a, f(-0.0)),
        "symmetric": (-a, a),
        "above": (min(a, b), max(a, b)),
        "below": (-max(a, b), -min(a, b)),
        "wide": (-a * f(1e-3), b * f(1e3)),
        "huge": (-f(rng.uniform(0, 1)) * LARGEST, f(rng.uniform(0, 1)) * LARGEST),
        "half": (f(0), f(rng.uniform(0.5, 1)) * LARGEST),
        "zero": (f(rng.choice([0.0, -0.0])), f(rng.choice([0.0, -0.0]))),
        "point": (a, a),
        "reversed": (b, -a),
        "subnormal": (-f(rng.uniform(0, 1e-38)), f(rng.uniform(0, 1e-38))),
        "tiny": (-a / size * power(-126, -105), b / size * power(-126, -105)),
        "none": tuple(rng.choice(np.array([np.nan, np.inf, -np.inf, 1.0], f), 2)),
    }
    return tuple(f(end) for end in table[kind])


USUAL = ["mixed", "positive", "negative", "symmetric", "above", "below", "wide"]
ODD = ["huge", "half", "zero", "point", "reversed", "subnormal", "tiny", "none"]


def inputs(low, high, steps, count):
    """Spread over the range and beyond, on ties, at the nudged ends and beside them, and the special numbers."""
    low, high = f(low), f(high)
    width = f(min(np.float64(high) - np.float64(low), LARGEST))
    scale = width / f(steps)
    zero = np.nan_to_num(np.clip(np.floor(-np.float64(low) / np.float64(scale) + 0.5), 0, steps))
    x = (np.float64(low) + rng.uniform(-0.3, 1.3, count) * np.float64(width)).astype(f)
    ties = (np.float64(scale) * (np.floor(rng.uniform(-zero - 2, steps - zero + 2, count)) + 0.5)).astype(f)
    ends = f(scale) * rng.choice(np.array([-zero, steps - zero, 0, 1, -1]), count).astype(f)
    beside = np.nextafter(ends, rng.choice(np.array([-np.inf, np.inf], f), count)).astype(f)
    special = rng.choice(
        np.array([0.0, -0.0, 1e-40, -1e-40, 1e-45, -1e-45, 1.2e-38, -1.2e-38, np.inf, -np.inf, np.nan,
                  LARGEST, -LARGEST, 1, -1], f), count)
    which = rng.random(count)
    x = np.where(which < 0.3, ties, x)
    x = np.where(which < 0.2, ends, x)
    x = np.where(which < 0.1, beside, x)
    return np.where(which > 0.88, special, x).astype(f)


def tensorflow_case(kinds, per_channel):
    num_bits, narrow = int(rng.integers(2, 17)), bool(rng.integers(2))
    steps = 2**num_bits - 1 - narrow
    channels = int(rng.integers(1, 12)) if per_channel else 1
    rows = int(rng.integers(1, 9)) if per_channel else int(rng.integers(1, 49))
    ranges = [tensorflow_range(rng.choice(kinds)) for _ in range(channels)]
    low, high = (np.array(ends, f) for ends in zip(*ranges))
    x = np.stack([inputs(a, b, steps, rows) for a, b in ranges], axis=1)
    sums = rng.choice(["=", "=", "~", "special"])
    g = upstreams(x.size, sums).reshape(x.shape)
    settings = dict(num_bits=num_bits, narrow_range=narrow)
    ops = tf.quantization
    if per_channel:
        y = ops.fake_quant_with_min_max_vars_per_channel(x, low, high, **settings)
        gradients = ops.fake_quant_with_min_max_vars_per_channel_gradient(g, x, low, high, **settings)
    else:
        y = ops.fake_quant_with_min_max_vars(x, low[0], high[0], **settings)
        gradients = ops.fake_quant_with_min_max_vars_gradient(g, x, low[0], high[0], **settings)
    dx, dmin, dmax = (part.numpy() for part in gradients)
    fields = [num_bits, int(narrow), channels if per_channel else 0, text(low), text(high), text(x), text(g),
              text(y.numpy()), mask_or_floats(dx, g), text(dmin), text(dmax), "~" if sums == "~" else "="]
    return x.size, " ".join(map(str, fields))


def pytorch_case(per_channel):
    num_bits, kind = int(rng.integers(2, 17)), int(rng.integers(3))
    first, last = [(-(2 ** (num_bits - 1)), 2 ** (num_bits - 1) - 1), (0, 2**num_bits - 1),
                   (-(2 ** (num_bits - 1)) + 1, 2 ** (num_bits - 1) - 1)][kind]
    channels = int(rng.integers(1, 9)) if per_channel else 1
    inner = int(rng.choice([1, 1, 2, 5])) if per_channel else 1
    outer = int(rng.integers(1, 6)) if per_channel else int(rng.integers(1, 49))
    exponents = rng.choice([(-20, 20), (-126, -100), (80, 100), (0, 1)])
    scales = np.array([power(*exponents) * f(rng.choice([1, rng.uniform(1, 2)])) for _ in range(channels)], f)
    zeros = rng.integers(first, last + 1, channels).astype(np.int32)
    x = np.zeros((outer, channels, inner), f)
    for c in range(channels):
        shape = (outer, inner)
        s, z = np.float64(scales[c]), float(zeros[c])
        steps = rng.uniform(first - z - 3, last - z + 3, shape)
        which = rng.random(shape)
        steps = np.where(which < 0.4, np.floor(steps) + 0.5, steps)
        steps = np.where(which < 0.2, rng.choice([first - z, last - z, 0.0, -0.0], shape), steps)
        steps = np.where(which < 0.1, rng.uniform(-1, 1, shape) * 2.0 ** rng.integers(1, 31, shape), steps)
        x[:, c, :] = np.where(which > 0.93, rng.choice([1e-40, -1e-40, 1e-45, -0.0], shape), steps * s)
    # Beyond 2^31 steps PyTorch's result depends on the build, and is no oracle.
    reach = np.abs(x.astype(np.float64)) / scales[None, :, None].astype(np.float64)
    x = np.where(reach < 2.0**31, x, f(0)).astype(f)
    g = upstreams(x.size, rng.choice(["=", "~", "special"])).reshape(x.shape)
    t = torch.tensor(x, requires_grad=True)
    if per_channel:
        y = torch.fake_quantize_per_channel_affine(t, torch.tensor(scales), torch.tensor(zeros), 1, first, last)
    else:
        y = torch.fake_quantize_per_tensor_affine(t, float(scales[0]), int(zeros[0]), first, last)
    y.backward(torch.tensor(g))
    fields = [first, last, channels if per_channel else 0, inner, text(scales), ",".join(map(str, zeros)),
              text(x), text(g), text(y.detach().numpy()), mask_or_floats(t.grad.numpy(), g)]
    return x.size, " ".join(map(str, fields))


def write(name, makers):
    lines, elements = [], 0
    for count, maker in makers:
        made = 0
        while made < count:
            size, line = maker()
            made += size
            lines.append(line)
        elements += made
    (here / name).write_text("\n".join(lines) + "\n")
    print(name, len(lines), "cases of", elements, "elements")


print("tensorflow", tf.__version__, "torch", torch.__version__, "numpy", np.__version__)
write("tensorflow.txt", [
    (40_000, lambda: tensorflow_case(USUAL, False)),
    (8_000, lambda: tensorflow_case(ODD, False)),
    (24_000, lambda: tensorflow_case(USUAL, True)),
    (6_000, lambda: tensorflow_case(USUAL + ODD, True)),
])
write("pytorch.txt", [(22_000, lambda: pytorch_case(False)), (22_000, lambda: pytorch_case(True))])

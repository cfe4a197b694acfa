"""Makes the oracle cases for quantizers that learn their step, and for those that choose by histogram.

Run with: python make_range_fixtures.py
The committed files were made by torch 2.15.0 and numpy 2.4.6 (x86-64), seed 20261124.

learned.txt has a case a line for torch._fake_quantize_learnable_per_tensor_affine (channels 0) and
_per_channel_affine, fields separated by spaces:

    bits symmetric narrow channels inner step offset x upstream y dx dstep doffset

where x has shape [outer, channels, inner], `offset` is - for none, and dx has a digit an element, 1 where it is
upstream × 1 and 0 where it is upstream × 0. PyTorch's own parameters are the scale and the zero point
z = first − round(offset / step); its gradients become ours by the chain rule, rounding straight through:

    dstep = dscale + dz × offset / step²        doffset = −dz / step

with a grad_factor of 1 / √(N × Qp). No number is near a tie: there PyTorch's forward pass rounds x / scale and
its backward pass x / scale + z, half to even both, which is not the same. And no zero point is below 0: for one
range, the backward pass takes it for the one above. Floats are their bits, eight hexadecimal digits each.

chosen.txt has a case a line for ranges chosen from the numbers of a formula, which the test repeats:

    kind count bits symmetric narrow low99 high99 magnitude99 mse klBelow klAbove

with NumPy's percentiles 1 and 99 and that of magnitudes, the least mean squared error of any range (every
threshold in 4000 steps, or 200 × 200 pairs), and the window of bins with the least Kullback–Leibler divergence.
"""

import pathlib

import numpy as np
import torch

f = np.float32
rng = np.random.default_rng(20261124)
here = pathlib.Path(__file__).parent
torch.set_num_threads(1)


def text(values):
    return "".join(f"{word:08x}" for word in np.atleast_1d(np.asarray(values, f)).ravel().view(np.uint32))


def learned_case(per_channel):
    num_bits = int(rng.integers(1, 17))
    symmetric, narrow = bool(rng.integers(2)), num_bits > 1 and bool(rng.integers(2))
    has_offset = not symmetric and bool(rng.integers(2))
    middle = 2 ** (num_bits - 1) if symmetric else int(narrow)  # so that 0 is a code, as PyTorch wants
    first, last = int(narrow) - middle, 2**num_bits - 1 - middle
    channels = int(rng.integers(1, 7)) if per_channel else 1
    inner, outer = (int(rng.integers(1, 4)), int(rng.integers(1, 6))) if per_channel else (1, int(rng.integers(1, 41)))
    step = (f(2.0) ** rng.integers(-12, 4, channels).astype(f) * rng.uniform(1, 2, channels).astype(f)).astype(f)
    offset = -(rng.uniform(0, last - first, channels).astype(f) * step) if has_offset else np.zeros(channels, f)
    zero = (0 if symmetric else first) - np.rint(offset / step)
    x = np.zeros((outer, channels, inner), f)
    for c in range(channels):
        steps = rng.uniform(first - zero[c] - 3, last - zero[c] + 3, (outer, inner))
        fraction = np.clip(steps - np.floor(steps), 0, 1)
        x[:, c, :] = (np.floor(steps) + np.where(abs(fraction - 0.5) < 0.05, 0.3, fraction)) * np.float64(step[c])
    g = (rng.integers(-16, 17, x.shape) / 8).astype(f)
    highest = max(last, 1) if symmetric else last - first
    shared = x.size // channels // (1 if symmetric else outer)
    factor = 1 / np.sqrt(max(shared, 1) * highest)
    t, s = torch.tensor(x, requires_grad=True), torch.tensor(step, requires_grad=True)
    z = torch.tensor(zero.astype(f), requires_grad=True)
    if per_channel:
        y = torch._fake_quantize_learnable_per_channel_affine(t, s, z, 1, first, last, factor)
    else:
        y = torch._fake_quantize_learnable_per_tensor_affine(t, s, z, first, last, factor)
    y.backward(torch.tensor(g))
    dx = t.grad.numpy()
    assert np.all((dx == g) | (dx == 0))
    dz = z.grad.numpy().astype(np.float64)
    dstep = s.grad.numpy() + dz * offset / step.astype(np.float64) ** 2
    passed = "".join("1" if p else "0" for p in ((dx == g) & (g != 0)).ravel())
    fields = [num_bits, int(symmetric), int(narrow), channels if per_channel else 0, inner, text(step),
              text(offset) if has_offset else "-", text(x), text(g), text(y.detach().numpy()), passed,
              text(dstep), text(-dz / step)]
    return " ".join(map(str, fields))


def numbers(kind, count):
    i = np.arange(count, dtype=f)
    u = ((i * f(2) + f(1)) / f(count) - f(1)).astype(f)
    tails = (u / (f(1.002) - u * u)).astype(f)
    if kind == "cubic":
        return (u * u * u * f(3) + u).astype(f)
    if kind == "tails":
        return tails
    if kind == "relu":
        return np.maximum(tails, f(0))
    return np.where(tails < 0, tails * f(0.25), tails).astype(f)  # skewed


def error(x, low, high, num_bits, narrow):
    """The mean squared error of the grid whose step and zero point low…high have."""
    first, last = int(narrow), 2**num_bits - 1
    scale = (high - low) / (last - first)
    zero = np.clip(np.rint(first - low / scale), first, last)
    codes = np.clip(np.rint(x / scale) + zero, first, last)
    return np.mean(((codes - zero) * scale - x) ** 2)


def least_error(x, num_bits, symmetric, narrow):
    x = x.astype(np.float64)
    if symmetric:
        below = 1 if narrow else 2 ** (num_bits - 1) / (2 ** (num_bits - 1) - 1)
        reach = np.abs(x).max()
        return min(error(x, -t * below, t, num_bits, narrow) for t in np.linspace(0, reach, 4001)[1:])
    if x.min() >= 0:
        return min(error(x, 0, t, num_bits, narrow) for t in np.linspace(0, x.max(), 4001)[1:])
    return min(error(x, a, b, num_bits, narrow)
               for a in np.linspace(x.min(), 0, 201)[:-1] for b in np.linspace(0, x.max(), 201)[1:])


def histogram(x, bins=4096):
    low, high = min(float(x.min()), 0), max(float(x.max()), 0)
    width = 2.0**-60
    while np.floor(high / width) - np.floor(low / width) >= bins:
        width *= 2
    first, last = int(np.floor(low / width)), int(np.floor(high / width))
    counts = np.bincount((np.floor(x[x != 0].astype(np.float64) / width) - first).astype(int),
                         minlength=last - first + 1).astype(np.float64)
    return counts, -first


def divergence(counts, start, end, codes):
    """From the definition: P clipped into the window, Q spread evenly over each code's bins."""
    p = counts[start:end].copy()
    p[0] += counts[:start].sum()
    p[-1] += counts[end:].sum()
    own, q = counts[start:end], np.zeros(end - start)
    for code in range(codes):
        a, b = code * len(p) // codes, (code + 1) * len(p) // codes
        occupied = p[a:b] > 0
        if occupied.any():
            q[a:b][occupied] = own[a:b].sum() / occupied.sum()
    p, q = p / p.sum(), q / own.sum()
    q = np.where(q > 0, q, 1e-9)
    some = p > 0
    return np.sum(p[some] * np.log(p[some] / q[some]))


def least_divergence(x, num_bits, symmetric, narrow):
    """Exhaustive on one side; only kinds on one side of 0, or symmetric, are given."""
    counts, zero = histogram(np.abs(x) if symmetric else x)
    assert zero == 0
    codes = 2 ** (num_bits - 1) if symmetric else 2**num_bits - narrow
    if len(counts) <= codes:
        return len(counts)
    stride = max(1, len(counts) // 1024)
    ends = [end for end in range(len(counts), 0, -stride) if end > codes]
    values = [divergence(counts, 0, end, codes) for end in ends]
    return ends[int(np.argmin(values))]


def chosen_case(kind, count, num_bits, symmetric, narrow):
    x = numbers(kind, count)
    low, high = np.percentile(x.astype(np.float64), [1, 99])
    above = least_divergence(x, num_bits, symmetric, narrow) if symmetric or kind == "relu" else -1
    fields = [kind, count, num_bits, int(symmetric), int(narrow), text(low), text(high),
              text(np.percentile(np.abs(x.astype(np.float64)), 99)),
              text(least_error(x, num_bits, symmetric, narrow)), 0 if not symmetric else above, above]
    return " ".join(map(str, fields))


print("torch", torch.__version__, "numpy", np.__version__)
lines = [learned_case(False) for _ in range(120)] + [learned_case(True) for _ in range(120)]
(here / "learned.txt").write_text("\n".join(lines) + "\n")
lines = [chosen_case(kind, 20_000, num_bits, symmetric, symmetric and num_bits % 4 == 0)
         for kind in ["cubic", "tails", "relu", "skewed"] for num_bits in [2, 3, 4, 8] for symmetric in [False, True]]
(here / "chosen.txt").write_text("\n".join(lines) + "\n")

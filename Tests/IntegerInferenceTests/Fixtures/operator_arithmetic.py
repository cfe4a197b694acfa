"""The arithmetic of the operations of make_operators.py, bit for bit, as numpy functions: the specification.

It goes on from arithmetic.py. Everything here was compared with the runtimes on every committed number.
"""

import numpy as np

from arithmetic import F32, clamped, divided_toward_zero, fused, multiplied_twice_rounded, quantized_multiplier


def same_padding(size, window, stride, dilation):
    """The outputs of TensorFlow's padding `same`, and the zero points before the first pixel and behind the last."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + (window - 1) * dilation + 1 - size, 0)
    return outputs, total // 2, total - total // 2


def convolution_sums(codes, zero, kernel, bias, strides, dilations, padding, size, groups=1):
    """Σ (input − zero point) × kernel + bias of a convolution: kernel [filters, height, width, channels / groups].

    `padding` is that above and left, `size` that of the output."""
    values = np.pad(codes.astype(np.int64) - zero, ((0, 0), (64, 64), (64, 64), (0, 0)))
    filters, channels = kernel.shape[0] // groups, kernel.shape[3]
    sums = np.zeros((codes.shape[0], *size, kernel.shape[0]), np.int64)
    for row in range(kernel.shape[1]):
        for column in range(kernel.shape[2]):
            top, left = 64 - padding[0] + row * dilations[0], 64 - padding[1] + column * dilations[1]
            seen = values[:, top:top + (size[0] - 1) * strides[0] + 1:strides[0],
                          left:left + (size[1] - 1) * strides[1] + 1:strides[1]]
            for group in range(groups):
                own = slice(group * filters, (group + 1) * filters)
                sums[..., own] += np.einsum(
                    "nrci,oi->nrco", seen[..., group * channels:(group + 1) * channels],
                    kernel[own, row, column].astype(np.int64))
    return sums + bias


def transposed_padding(size, outputs, window, stride):
    """The places before the first output pixel and behind the last that TensorFlow's padding `same` cuts off."""
    total = max((size - 1) * stride + window - outputs, 0)
    return total // 2, total - total // 2


def transposed_sums(codes, zero, kernel, bias, strides, padding, size):
    """The sums of a transposed convolution: each input pixel lays kernel [filters, height, width, channels] on the
    output. `padding` is cut off above and left; `size` is that of the output."""
    count, height, width, _ = codes.shape
    filters, rows, columns, _ = kernel.shape
    values = codes.astype(np.int64) - zero
    sums = np.zeros((count, size[0] + 64, size[1] + 64, filters), np.int64)
    for row in range(rows):
        for column in range(columns):
            place = sums[:, row:row + (height - 1) * strides[0] + 1:strides[0],
                         column:column + (width - 1) * strides[1] + 1:strides[1]]
            place += np.einsum("nrci,oi->nrco", values, kernel[:, row, column].astype(np.int64))
    return sums[:, padding[0]:padding[0] + size[0], padding[1]:padding[1] + size[1]] + bias


# Operations on two tensors, which numpy broadcasts.


def add_or_subtract(x, y, output, activation, sign, runtime):
    """Two grids to one. XNNPACK takes it if both ratios to the output's scale are 2^-10 to below 2^8."""
    (a, a_grid), (b, b_grid) = x, y
    if runtime == "onnxruntime":
        # Fused multiply-adds of raw codes; where the first operand is repeated, the operands are exchanged.
        if a.size < b.size:
            (a, a_grid), (b, b_grid) = y, x
        ratios = a_grid.scale[0] / output.scale[0], b_grid.scale[0] / output.scale[0]
        offset = F32(output.zero) - fused(ratios[0], F32(a_grid.zero), ratios[1] * F32(b_grid.zero))
        a, b = np.broadcast_arrays(a, b)
        return clamped(np.rint(fused(a, ratios[0], fused(b, ratios[1], offset))), activation, output)
    a, b = a.astype(np.int64) - a_grid.zero, b.astype(np.int64) - b_grid.zero
    scales = a_grid.scale[0], b_grid.scale[0]
    if runtime == "xnnpack":
        ratios = [scale / output.scale[0] for scale in scales]
        shift = 20 - (int(np.frexp(max(ratios))[1]) - 1)
        factors = [int(np.rint(np.float64(ratio) * 2.0**shift)) for ratio in ratios]
        steps = (a * factors[0] + sign * b * factors[1] + (1 << (shift - 1))) >> shift
    else:
        twice = np.float64(2 * max(scales))
        a, b = (
            multiplied_twice_rounded(values << 20, *quantized_multiplier(np.float64(scale) / twice))
            for values, scale in zip((a, b), scales))
        steps = multiplied_twice_rounded(
            a + sign * b, *quantized_multiplier(twice / np.float64(F32(1 << 20) * output.scale[0])))
    return clamped(steps + output.zero, activation, output)


def multiply(x, y, output, activation, runtime):
    """A product, whose multiplier is a quotient of 32-bit floats. XNNPACK takes it from 2^-16 to below 2^8."""
    (a, a_grid), (b, b_grid) = x, y
    product = (a.astype(np.int64) - a_grid.zero) * (b.astype(np.int64) - b_grid.zero)
    multiplier = a_grid.scale[0] * b_grid.scale[0] / output.scale[0]
    if runtime == "onnxruntime":
        return clamped(np.rint(product.astype(F32) * multiplier + F32(output.zero)), activation, output)
    if runtime == "xnnpack":
        steps = np.rint(np.clip(product.astype(F32) * multiplier, -1e9, 1e9))
    else:
        steps = multiplied_twice_rounded(product, *quantized_multiplier(np.float64(multiplier)))
    return clamped(steps + output.zero, activation, output)


def prelu(x, slopes, output):
    """Two products rounded twice, of quotients of 32-bit floats. XNNPACK refuses it."""
    (codes, grid), (slope_codes, slope_grid) = x, slopes
    values, slopes = codes.astype(np.int64) - grid.zero, slope_codes.astype(np.int64) - slope_grid.zero
    above = multiplied_twice_rounded(values, *quantized_multiplier(np.float64(grid.scale[0] / output.scale[0])))
    below = multiplied_twice_rounded(values * slopes, *quantized_multiplier(
        np.float64(grid.scale[0] * slope_grid.scale[0] / output.scale[0])))
    return clamped(np.where(values >= 0, above, below) + output.zero, "none", output)


# Images of another size.


def nearest(codes, size, align_corners, half_pixel_centers):
    """Places in 32-bit floats: half away from zero with aligned corners, else rounded down."""
    def places(extent, outputs):
        aligned = align_corners and outputs > 1
        scale = F32(extent - 1) / F32(outputs - 1) if aligned else F32(extent) / F32(outputs)
        place = (np.arange(outputs).astype(F32) + F32(0.5 if half_pixel_centers else 0)) * scale
        return np.minimum(np.floor(place + F32(0.5)) if align_corners else np.floor(place), extent - 1).astype(int)
    return codes[:, places(codes.shape[1], size[0])][:, :, places(codes.shape[2], size[1])]


def bilinear(codes, size, align_corners, half_pixel_centers, runtime):
    """Four pixels and their weights: the reference kernel has weights of 10 bits from a step of 10 bits, and rounds half
    away from zero; XNNPACK weights of 11 bits from 32-bit floats, and rounds half up."""
    def integers(extent, outputs):
        aligned = align_corners and outputs > 1
        over, under = (extent - 1, outputs - 1) if aligned else (extent, outputs)
        scale = (1024 * over + under // 2) // under
        place = np.arange(outputs) * scale + (scale // 2 - 512 if half_pixel_centers else 0)
        low = np.clip(divided_toward_zero(place, 1024), 0, extent - 1)
        high = np.minimum(divided_toward_zero(place + 1023, 1024), extent - 1)
        return low.astype(int), high.astype(int), place - 1024 * low

    def floats(extent, outputs):
        ends = int(align_corners and outputs > 1)
        scale = F32(extent - ends) / F32(outputs - ends)
        offset = F32(0.5) * scale - F32(0.5) if half_pixel_centers else F32(0)
        place = np.clip(np.arange(outputs).astype(F32) * scale + offset, F32(0), F32(extent - 1))
        low = place.astype(int)
        weights = np.rint((place - low.astype(F32)) * F32(2048)).astype(np.int64)
        return low, np.minimum(low + 1, extent - 1), weights

    pairs, bits = (floats, 11) if runtime == "xnnpack" else (integers, 10)
    (top, bottom, row), (left, right, column) = (
        pairs(extent, outputs) for extent, outputs in zip(codes.shape[1:3], size))
    row, column, one = row[None, :, None, None], column[None, None, :, None], 1 << bits
    x = codes.astype(np.int64)
    above = x[:, top][:, :, left] * (one - column) + x[:, top][:, :, right] * column
    below = x[:, bottom][:, :, left] * (one - column) + x[:, bottom][:, :, right] * column
    sums = above * (one - row) + below * row
    half = 1 << (2 * bits - 1)
    if runtime == "xnnpack":
        return ((sums + half) >> (2 * bits)).astype(np.int8)
    return divided_toward_zero(sums + np.where(sums > 0, half, -half), 1 << (2 * bits)).astype(np.int8)

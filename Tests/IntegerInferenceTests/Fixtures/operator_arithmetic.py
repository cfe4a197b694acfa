"""The arithmetic of the operations of make_operators.py, bit for bit, as numpy functions: the specification.

It goes on from arithmetic.py. Everything here was compared with the runtimes on every committed number.
"""

import numpy as np

from arithmetic import F32, multiplied_twice_rounded, quantized_multiplier


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

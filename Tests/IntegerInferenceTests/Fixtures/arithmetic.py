"""The arithmetic of int8 inference in three runtimes, bit for bit, as numpy functions: the specification.

Everything here was compared with the runtimes themselves by make_fixtures.py, on every committed number.
"""

import ctypes
import ctypes.util

import numpy as np

F32 = np.float32


def divided_toward_zero(a, b):
    return np.sign(a) * (np.abs(a) // b)


def quantized_multiplier(real):
    """A real multiplier as mantissa × 2^(shift − 31): TFLite's QuantizeMultiplier."""
    if real == 0:
        return 0, 0
    fraction, shift = np.frexp(np.float64(real))
    mantissa = int(np.floor(fraction * 2.0**31 + 0.5))
    if mantissa == 1 << 31:
        mantissa, shift = mantissa // 2, shift + 1
    return (0, 0) if shift < -31 else (mantissa, int(shift))


def multiplied_twice_rounded(x, mantissa, shift):
    """TFLite's MultiplyByQuantizedMultiplier: half up to the high word, then half away from zero by the shift."""
    x = np.asarray(x, np.int64)
    left, right = max(shift, 0), max(-shift, 0)
    high = ((x << left) * mantissa + (1 << 30)) >> 31
    mask = (1 << right) - 1
    threshold = (mask >> 1) + (high < 0)
    return (high >> right) + ((high & mask) > threshold)


def clamped(values, activation, output):
    """The codes a fused activation leaves: its bounds are codes of the output."""
    scale, zero, low, high = F32(output.scale[0]), output.zero, -128, 127
    if activation != "none":
        low = max(low, zero)
    if activation == "relu6":
        # TfLiteRound of a float32 quotient: half away from zero.
        high = min(high, zero + int(np.floor(F32(6) / scale + F32(0.5))))
    return np.clip(values, low, high).astype(np.int8)


# Requantization of int32 accumulators, channels last; one scale of the kernel or one a channel.


def requantized_fixed_point(accumulators, input_grid, kernel_grid, output):
    """LiteRT's reference kernels of convolutions: a float64 quotient, kept in 31 bits, rounded twice."""
    results = np.empty_like(accumulators)
    scales = np.broadcast_to(kernel_grid.scale, accumulators.shape[-1:])
    for channel, scale in enumerate(scales):
        multiplier = np.float64(input_grid.scale[0]) * np.float64(scale) / np.float64(output.scale[0])
        fixed_point = quantized_multiplier(multiplier)
        results[..., channel] = multiplied_twice_rounded(accumulators[..., channel], *fixed_point)
    return results + output.zero


def requantized_float64(accumulators, input_grid, kernel_grid, output):
    """LiteRT's reference kernel of dense layers: float64 throughout, half away from zero."""
    multiplier = np.float64(input_grid.scale[0]) * kernel_grid.scale.astype(np.float64) / np.float64(output.scale[0])
    product = accumulators.astype(np.float64) * multiplier
    return (np.sign(product) * np.floor(np.abs(product) + 0.5)).astype(np.int64) + output.zero


def requantized_float32(accumulators, input_grid, kernel_grid, output):
    """XNNPACK and ONNX Runtime: float32 multiplier, float32 product, half to even."""
    multiplier = (input_grid.scale[0] * kernel_grid.scale).astype(F32) / output.scale[0]
    product = accumulators.astype(F32) * multiplier.astype(F32)
    return np.rint(np.clip(product, -1e9, 1e9)).astype(np.int64) + output.zero


# Accumulators.


def padded_extent(size, window, stride, padding):
    """How many outputs, and how many zero points before and after: TensorFlow's rule."""
    if padding == "valid":
        return (size - window) // stride + 1, 0, 0
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + window - size, 0)
    return outputs, total // 2, total - total // 2


def windows(values, size, strides, padding, fill):
    """[batch, rows, columns, window height, window width, channels] of NHWC values."""
    (height, width), (down, across) = size, strides
    rows, top, bottom = padded_extent(values.shape[1], height, down, padding)
    columns, left, right = padded_extent(values.shape[2], width, across, padding)
    padded = np.pad(values, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=fill)
    views = np.lib.stride_tricks.sliding_window_view(padded, (height, width), (1, 2))
    return views[:, ::down, ::across][:, :rows, :columns].transpose(0, 1, 2, 4, 5, 3)


def accumulators(case):
    """Σ (input − zero point) × kernel + bias, in int32 and exact."""
    codes, grid = case.inputs[0]
    kernel = case.kernel.astype(np.int64)
    centred = codes.astype(np.int64) - grid.zero
    if case.op == "dense":
        sums = centred.reshape(-1, kernel.shape[1]) @ kernel.T
    else:
        # Padding is real 0, so a centred 0.
        seen = windows(centred, kernel.shape[1:3], case.strides, case.padding, 0)
        if case.op == "conv":
            sums = np.einsum("nrchwi,ohwi->nrco", seen, kernel)
        else:
            repeated = np.repeat(seen, kernel.shape[3] // seen.shape[-1], axis=-1)
            sums = np.einsum("nrchwo,hwo->nrco", repeated, kernel[0])
    sums = sums + case.bias
    assert np.abs(sums).max() < 1 << 31
    return sums


def linear(case, runtime):
    """Convolution, depthwise convolution, dense."""
    if runtime != "reference":
        requantized = requantized_float32
    else:
        requantized = requantized_float64 if case.op == "dense" else requantized_fixed_point
    values = requantized(accumulators(case), case.inputs[0][1], case.kernel_grid, case.output)
    return clamped(values, case.activation, case.output).reshape(case.output_shape)


# Pools, and what moves codes without changing them: alike in every runtime that has them.


def max_pool(case, runtime):
    """The greatest code of those inside the image."""
    seen = windows(case.inputs[0][0].astype(np.int64), case.window, case.strides, case.padding, -128)
    return clamped(seen.max((3, 4)), case.activation, case.output)


def average_pool(case, runtime):
    """Sum ÷ count of the codes inside the image, half away from zero. The grid stays, so no scale takes part.

    ONNX Runtime has a grid for the output: real numbers in float32, summed row by row, and half to even after the
    zero point; where the window is the whole image it takes the kernel of QLinearGlobalAveragePool."""
    if runtime == "onnxruntime":
        return average_pool_in_floats(case)
    codes = case.inputs[0][0].astype(np.int64)
    sums = windows(codes, case.window, case.strides, case.padding, 0).sum((3, 4))
    counts = windows(np.ones_like(codes), case.window, case.strides, case.padding, 0).sum((3, 4))
    half = np.where(sums > 0, counts // 2, -(counts // 2))
    return clamped(divided_toward_zero(sums + half, counts), case.activation, case.output)


def average_pool_in_floats(case):
    codes, grid = case.inputs[0]
    if tuple(case.window) == codes.shape[1:3] and case.output_shape[1:3] == (1, 1):  # one window, without padding
        return mean(case, "onnxruntime")
    numbers = (codes.astype(np.int64) - grid.zero).astype(F32) * grid.scale[0]
    seen = windows(numbers, case.window, case.strides, case.padding, 0)
    counts = windows(np.ones_like(codes, np.int64), case.window, case.strides, case.padding, 0).sum((3, 4))
    total = np.zeros(counts.shape, F32)
    for row in range(case.window[0]):
        for column in range(case.window[1]):
            total = total + seen[:, :, :, row, column]
    steps = total / counts.astype(F32) / case.output.scale[0] + F32(case.output.zero)
    return np.clip(np.rint(steps), -128, 127).astype(np.int8)


def concatenation(case, runtime):
    return np.concatenate([codes for codes, _ in case.inputs], case.axis)


def reshape(case, runtime):
    return case.inputs[0][0].reshape(case.output_shape)


def pad(case, runtime):
    return np.pad(case.inputs[0][0], case.paddings, constant_values=case.output.zero)


# Operations that change the grid.


def mean(case, runtime):
    """The mean over rows and columns."""
    codes, grid = case.inputs[0]
    sums = codes.astype(np.int64).sum((1, 2))
    count = codes.shape[1] * codes.shape[2]
    out = case.output
    if runtime == "litert":
        scale = grid.scale[0] / out.scale[0] * (F32(1) / F32(count))
        values = np.rint(sums.astype(F32) * F32(scale) + F32(out.zero - F32(count * grid.zero) * F32(scale)))
    elif runtime == "onnxruntime":
        scale = grid.scale[0] / F32(out.scale[0] * F32(count))
        values = np.rint((sums - count * grid.zero).astype(F32) * scale) + out.zero
    else:
        # 1 ÷ count goes into the mantissa, cut off, not rounded; floor(log2 count) goes into the shift.
        mantissa, shift = quantized_multiplier(np.float64(grid.scale[0]) / np.float64(out.scale[0]))
        bits = min(count.bit_length() - 1, 32, 31 + shift)
        mantissa = (mantissa << bits) // count
        values = multiplied_twice_rounded(sums - grid.zero * count, mantissa, shift - bits) + out.zero
    return np.clip(values, -128, 127).astype(np.int8).reshape(case.output_shape)


def fused(a, b, c):
    """a · b + c with one rounding: a product of two float32 is exact in float64, and the sum's rounding there is
    finer by 29 bits."""
    return (np.asarray(a, np.float64) * np.float64(b) + np.asarray(c, np.float64)).astype(F32)


def add_in_floats(case):
    """ONNX Runtime: multiply-adds of the raw codes, each rounded once, from an offset that has the zero points."""
    (a, a_grid), (b, b_grid) = case.inputs
    a_ratio, b_ratio = (grid.scale[0] / case.output.scale[0] for grid in (a_grid, b_grid))
    offset = F32(case.output.zero) - fused(a_ratio, F32(a_grid.zero), b_ratio * F32(b_grid.zero))
    return np.rint(fused(a, a_ratio, fused(b, b_ratio, offset)))


def add(case, runtime):
    """Two grids to one."""
    (a, a_grid), (b, b_grid) = case.inputs
    a, b, out = a.astype(np.int64), b.astype(np.int64), case.output
    if runtime == "onnxruntime":
        return clamped(add_in_floats(case), case.activation, out)
    ratios = [a_grid.scale[0] / out.scale[0], b_grid.scale[0] / out.scale[0]]
    if runtime == "litert" and min(ratios) >= 2.0**-10:  # XNNPACK leaves other sums to LiteRT
        shift = 20 - (int(np.frexp(max(ratios))[1]) - 1)
        factors = [int(np.rint(np.float64(ratio) * 2.0**shift)) for ratio in ratios]
        sums = (a - a_grid.zero) * factors[0] + (b - b_grid.zero) * factors[1]
        values = (sums + (1 << (shift - 1))) >> shift
    else:
        twice = np.float64(2 * max(a_grid.scale[0], b_grid.scale[0]))  # exact in float32
        total = 0
        for codes, grid in ((a, a_grid), (b, b_grid)):
            multiplier = quantized_multiplier(np.float64(grid.scale[0]) / twice)
            total = total + multiplied_twice_rounded((codes - grid.zero) << 20, *multiplier)
        multiplier = quantized_multiplier(twice / np.float64(F32(1 << 20) * out.scale[0]))
        values = multiplied_twice_rounded(total, *multiplier)
    return clamped(values + out.zero, case.activation, out)


def quantize(case, runtime):
    """From one grid to another."""
    if runtime == "litert":
        codes, grid = case.inputs[0]
        factor = int(np.rint(F32(256) * (grid.scale[0] / case.output.scale[0])))
        values = ((codes.astype(np.int64) - grid.zero) * factor + 128) >> 8
        return clamped(values + case.output.zero, "none", case.output)
    if runtime == "onnxruntime":
        return requantized_by_division(case, "none")
    return requantized_codes(case, np.float64(case.inputs[0][1].scale[0]) / np.float64(case.output.scale[0]), "none")


def relu(case, runtime):
    """ReLU or ReLU6 as an operation of its own: XNNPACK refuses it, and both kernels of LiteRT are alike.

    Here the quotient of the scales is a float32."""
    if runtime == "onnxruntime":
        return requantized_by_division(case, case.op)
    return requantized_codes(case, case.inputs[0][1].scale[0] / case.output.scale[0], case.op)


def requantized_by_division(case, activation):
    """ONNX Runtime: to floats and back, half to even."""
    codes, grid = case.inputs[0]
    reals = (codes.astype(np.int64) - grid.zero).astype(F32) * grid.scale[0]
    return clamped(np.rint(reals / case.output.scale[0]) + case.output.zero, activation, case.output)


def requantized_codes(case, multiplier, activation):
    codes, grid = case.inputs[0]
    values = multiplied_twice_rounded(codes.astype(np.int64) - grid.zero, *quantized_multiplier(multiplier))
    return clamped(values + case.output.zero, activation, case.output)


def softmax(case, runtime):
    """Three algorithms: LiteRT's reference kernel has integers only; its optimized kernel, a table of floats; ONNX
    Runtime a table too, and a whole number of steps that make 1."""
    if runtime == "onnxruntime":
        return softmax_in_whole_steps(case)
    return softmax_by_table(case) if runtime != "reference" else softmax_in_fixed_point(case)


def softmax_in_whole_steps(case):
    """As softmax_by_table, but 1 is 1 ÷ scale steps with the fraction cut off, and a tie goes to the even code."""
    codes, grid = case.inputs[0]
    table = np.exp(-np.arange(256) * np.float64(grid.scale[0])).astype(F32)
    steps = np.trunc(F32(1) / case.output.scale[0])
    result = np.empty(codes.shape, np.int8)
    for row in np.ndindex(codes.shape[:-1]):
        exponentials = table[codes[row].max() - codes[row].astype(np.int64)]
        total = F32(0)
        for exponential in exponentials:
            total = F32(total + exponential)
        result[row] = np.clip(np.rint(exponentials * steps / total) + case.output.zero, -128, 127)
    return result


def softmax_by_table(case):
    """LiteRT's optimized kernel, the one that users meet: float32 throughout, sums in order. Rows are the last axis.

    exp(−scale × k) for k = 0…255 comes from the C library's expf; here from float64, rounded."""
    codes, grid = case.inputs[0]
    distances = F32(-grid.scale[0]) * np.arange(256, dtype=F32)
    table = np.exp(distances.astype(np.float64)).astype(F32)
    result = np.empty(codes.shape, np.int8)
    for row in np.ndindex(codes.shape[:-1]):
        below = codes[row].max() - codes[row].astype(np.int64)
        total = F32(0)
        for k in below:
            total = F32(total + table[k])
        inverse = F32(1) / F32(total * case.output.scale[0])
        product = (table[below] * inverse).astype(np.float64)  # positive: half away is half up, in float64 exact
        result[row] = np.clip(np.floor(product + 0.5) + case.output.zero, -128, 127)
    return result


# LiteRT's reference softmax: integers only, by gemmlowp's fixed-point functions. Qn.m has n integer bits.


def times(a, b):
    """The product of two fixed-point numbers: the high word of 2·a·b, half up."""
    return (np.asarray(a, np.int64) * b + (1 << 30)) >> 31


def halved(x, bits):
    """x ÷ 2^bits, half away from zero."""
    x = np.asarray(x, np.int64)
    mask = (1 << bits) - 1
    return (x >> bits) + ((x & mask) > (mask >> 1) + (x < 0))


def exponential(a):
    """exp(a) in Q0.31 for a ≤ 0 in Q5.26: a Taylor polynomial at −1/8, a factor for each bit of the rest."""
    a = np.asarray(a, np.int64)
    quarter = 1 << 24
    within = (a & (quarter - 1)) - quarter
    x = (within << 5) + (1 << 28)
    x2 = times(x, x)
    x3, x4 = times(x2, x), times(x2, x2)
    polynomial = halved(times(halved(x4, 2) + x3, 715827883) + x2, 1)
    result = 1895147668 + times(1895147668, x + polynomial)
    rest = within - a
    factors = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)  # exp(−2^k), k = −2…4
    for exponent, factor in enumerate(factors, -2):
        result = np.where(rest & (1 << (26 + exponent)), times(result, factor), result)
    return np.where(a == 0, (1 << 31) - 1, result)


def reciprocal_of_one_plus(a):
    """1 ÷ (1 + a) in Q0.31 for a in Q0.31: three steps of Newton and Raphson, in Q2.29."""
    half_denominator = (a + (1 << 31)) >> 1  # (a + (2^31 − 1) + 1) ÷ 2: a rounded half sum
    x = 1515870810 + int(times(half_denominator, -1010580540))
    for _ in range(3):
        x += min(max(int(times(x, (1 << 29) - int(times(half_denominator, x)))) << 2, -(1 << 31)), (1 << 31) - 1)
    return min(x << 1, (1 << 31) - 1)


def softmax_in_fixed_point(case):
    """Rows are the last axis; the output's grid is 1/256 and −128."""
    codes, grid = case.inputs[0]
    mantissa, shift = quantized_multiplier(min(np.float64(grid.scale[0]) * 2.0**26, 2.0**31 - 1))
    farthest = int(np.floor(31 * 2.0**26 / 2.0**shift))
    result = np.empty(codes.shape, np.int8)
    for row in np.ndindex(codes.shape[:-1]):
        differences = codes[row].astype(np.int64) - int(codes[row].max())
        exponentials = exponential(times(np.maximum(differences, -farthest) << shift, mantissa))
        near = differences >= -farthest
        total = int(halved(exponentials, 12)[near].sum())  # Q12.19
        leading_zeros = 32 - total.bit_length()
        scale = reciprocal_of_one_plus((total << leading_zeros) - (1 << 31))
        values = halved(times(scale, exponentials), 12 - leading_zeros + 23) - 128
        result[row] = np.where(near, np.clip(values, -128, 127), -128)
    return result


def leaky_relu(case, runtime):
    """x, and below 0 slope · x. XNNPACK takes it if both multipliers are 2^−8 … 2^7."""
    codes, grid = case.inputs[0]
    out, slope, centred = case.output, F32(case.slope), codes.astype(np.int64) - grid.zero
    if runtime == "onnxruntime":
        x = centred.astype(F32) * grid.scale[0]
        return clamped(np.rint(np.where(x < 0, x * slope, x) / out.scale[0]) + out.zero, "none", out)
    above = grid.scale[0] / out.scale[0]
    ratios = [above, above * slope]
    if runtime == "litert" and all(2.0**-8 <= ratio <= 2.0**7 for ratio in ratios):
        factors = [int(np.rint(F32(256) * ratio)) for ratio in ratios]
        return clamped(((centred * np.where(centred < 0, factors[1], factors[0]) + 128) >> 8) + out.zero, "none", out)
    multipliers = [quantized_multiplier(ratio) for ratio in (above, grid.scale[0] * slope / out.scale[0])]
    sides = [multiplied_twice_rounded(centred, *multiplier) for multiplier in multipliers]
    return clamped(np.where(centred < 0, sides[1], sides[0]) + out.zero, "none", out)


# Sigmoid and hyperbolic tangent: floats between the codes in every runtime, in three forms. The C library's expf and
# tanhf, which the runtimes call, are here those of this machine.

C_LIBRARY = ctypes.CDLL(ctypes.util.find_library("m"))


def from_c(name):
    function = getattr(C_LIBRARY, name)
    function.restype, function.argtypes = ctypes.c_float, [ctypes.c_float]
    return lambda values: np.array([function(float(value)) for value in values.ravel()], F32).reshape(values.shape)


expf, tanhf = from_c("expf"), from_c("tanhf")


def rational(x, limit, odd, even):
    """x · odd(x²) ÷ even(x²) by fused multiply-adds; coefficients begin with that of the highest power."""
    x = np.clip(x, F32(-limit), F32(limit))
    square = x * x
    values = [np.full_like(x, F32(coefficients[0])) for coefficients in (odd, even)]
    for place, coefficients in enumerate((odd, even)):
        for coefficient in coefficients[1:]:
            values[place] = fused(values[place], square.astype(np.float64), F32(coefficient))
    return values[0] * x / values[1]


def mlas_logistic(x):
    odd = (4.37031012579801e-11, 1.15627324459942e-07, 6.08574864600143e-05, 8.51377133304701e-03, 2.48287947061529e-01)
    even = (6.10247389755681e-13, 5.76102136993427e-09, 6.29106785017040e-06, 1.70198817374094e-03,
            1.16817656904453e-01, 9.93151921023180e-01)
    return np.clip(rational(x, 18, odd, even) + F32(0.5), F32(0), F32(1))


def mlas_tanh(x):
    odd = (-2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-08,
           1.48572235717979e-05, 6.37261928875436e-04, 4.89352455891786e-03)
    even = (1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03)
    return rational(x, 9, odd, even)


def litert_sigmoid(x):
    with np.errstate(over="ignore"):
        return F32(1) / (F32(1) + expf(-x))


def xnnpack_sigmoid(x):
    power = np.exp(np.clip(x, F32(-100), F32(100)).astype(np.float64))
    return np.where(np.abs(x) > 100, x > 0, power / (1 + power)).astype(F32)


def by_table(litert, xnnpack, onnxruntime):
    """LiteRT: half away from zero; XNNPACK: half to even, the zero point added before; ONNX Runtime: half to even."""
    def table(case, runtime):
        codes, grid = case.inputs[0]
        out, x = case.output, (codes.astype(np.int64) - grid.zero).astype(F32) * grid.scale[0]
        if runtime == "onnxruntime":
            return clamped(np.rint(onnxruntime(x) / out.scale[0]) + out.zero, "none", out)
        inverse = F32(1) / out.scale[0]
        if runtime == "litert":
            return clamped(np.rint(xnnpack(x) * inverse + F32(out.zero)), "none", out)
        steps = (litert(x) * inverse).astype(np.float64)
        return clamped(np.sign(steps) * np.floor(np.abs(steps) + 0.5) + out.zero, "none", out)
    return table


def hard_swish(case, runtime):
    """x · min(max(x + 3, 0), 6) / 6. XNNPACK refuses it, and both kernels of LiteRT are alike: 16 bits throughout."""
    codes, grid = case.inputs[0]
    out, centred = case.output, codes.astype(np.int64) - grid.zero
    if runtime == "onnxruntime":
        x = centred.astype(F32) * grid.scale[0]
        gate = np.clip(F32(1 / 6) * x + F32(0.5), F32(0), F32(1))
        return clamped(np.rint(x * gate / out.scale[0]) + out.zero, "none", out)

    def saturated(values):
        return np.clip(values, -(1 << 15), (1 << 15) - 1)

    def short(real):
        mantissa, shift = quantized_multiplier(np.float64(real))
        return min((mantissa + (1 << 15)) >> 16, (1 << 15) - 1), shift

    def high_product(a, b):
        return saturated((a * b + (1 << 14)) >> 15)

    fine, fine_scale = centred << 7, F32(1 / 128) * grid.scale[0]
    mantissa, shift = short(fine_scale / F32(3 / 32768))
    gate = high_product(saturated(fine << max(shift - 1, 0)), mantissa)
    gate = saturated(gate << 1) if shift > 0 else halved(gate, -shift)
    gate = (gate + (1 << 15)) >> 1
    mantissa, shift = short(fine_scale / out.scale[0])
    product = divided_toward_zero(high_product(fine, mantissa) * gate, 1 << 15)
    return clamped(halved(product, -shift) + out.zero, "none", out)


MODELS = {
    "conv": linear, "depthwise": linear, "dense": linear, "max_pool": max_pool, "average_pool": average_pool,
    "mean": mean, "add": add, "concatenation": concatenation, "reshape": reshape, "pad": pad, "softmax": softmax,
    "relu": relu, "relu6": relu, "hard_swish": hard_swish, "quantize": quantize, "leaky_relu": leaky_relu,
    "sigmoid": by_table(litert_sigmoid, xnnpack_sigmoid, mlas_logistic), "tanh": by_table(tanhf, tanhf, mlas_tanh),
}


def model(case, runtime):
    """The codes that `runtime` ("reference", "litert", "onnxruntime") gives."""
    return MODELS[case.op](case, runtime)

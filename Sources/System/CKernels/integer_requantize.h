#ifndef QAT_INTEGER_REQUANTIZE_H
#define QAT_INTEGER_REQUANTIZE_H

#include <math.h>
#include <string.h>

#include "integer_kernels.h"

// The conversion of sums into codes, 16 filters at a time, compiled by each instruction set for itself. The
// result is clamped before the zero point is added, so that nothing can overflow. The bounds are integers, so
// clamping gives the same before and after rounding.

// Copies 1 … 16 codes; most often 16.
QAT_INLINE void qat_put_codes(const int8_t *codes, long count, int8_t *result) {
  if (count == 16) {
    memcpy(result, codes, 16);
  } else if (count >= 8) {
    memcpy(result, codes, 8);
    memcpy(result + count - 8, codes + count - 8, 8);
  } else {
    for (long k = 0; k < count; ++k) result[k] = codes[k];
  }
}

QAT_INLINE void qat_round_float(
    const int32_t *sums, const float *multipliers, int32_t low, int32_t high, int32_t *codes) {
  for (long k = 0; k < lanes_in_vector; ++k) {
    float value = (float)sums[k] * multipliers[k];
    value = value < (float)low ? (float)low : value;
    value = value > (float)high ? (float)high : value;
    codes[k] = (int32_t)rintf(value);  // half to even
  }
}

// TFLite's rounding: half up to the high 32 bits of the doubled product, then half away from zero in the
// shift.
QAT_INLINE void qat_round_fixed(
    const int32_t *sums, const int32_t *mantissas, const int32_t *shifts, int32_t low, int32_t high,
    int32_t *codes) {
  for (long k = 0; k < lanes_in_vector; ++k) {
    const int32_t left = shifts[k] > 0 ? shifts[k] : 0, right = shifts[k] < 0 ? -shifts[k] : 0;
    int64_t shifted = (int64_t)sums[k] << left;
    shifted = shifted < INT32_MIN ? INT32_MIN : shifted;
    shifted = shifted > INT32_MAX ? INT32_MAX : shifted;
    const int64_t product = (int64_t)(int32_t)shifted * mantissas[k];
    const int32_t doubled = (int32_t)((product + (1 << 30)) >> 31);
    const int32_t mask = (int32_t)((1u << right) - 1);
    const int32_t threshold = (int32_t)((uint32_t)mask >> 1) + (doubled < 0);
    int32_t value = (doubled >> right) + ((doubled & mask) > threshold);
    value = value < low ? low : value;
    codes[k] = value > high ? high : value;
  }
}

// The product in double, rounded half away from zero.
QAT_INLINE void qat_round_double(
    const int32_t *sums, const double *multipliers, int32_t low, int32_t high, int32_t *codes) {
  for (long k = 0; k < lanes_in_vector; ++k) {
    double value = (double)sums[k] * multipliers[k];
    value = value < low ? low : value;
    value = value > high ? high : value;
    const double towards_zero = trunc(value);
    const double away = value < 0 ? towards_zero - 1 : towards_zero + 1;
    codes[k] = (int32_t)(fabs(value - towards_zero) >= 0.5 ? away : towards_zero);
  }
}

typedef enum { in_float, in_fixed_point, in_double } qat_multiplier_form;

QAT_INLINE void qat_requantize_pixels(
    qat_multiplier_form form, const int32_t *sums, long pixels, long lanes, const qat_requantization *scaling,
    long first, long filters, long step, int8_t *result) {
  const int32_t zero_point = scaling->zero_point;
  const int32_t low = scaling->lowest - zero_point, high = scaling->highest - zero_point;
  for (long p = 0; p < pixels; ++p, sums += lanes, result += step) {
    int32_t steps[lanes_in_vector];
    int8_t codes[lanes_in_vector];
    switch (form) {
    case in_float: qat_round_float(sums, scaling->multipliers + first, low, high, steps); break;
    case in_fixed_point:
      qat_round_fixed(sums, scaling->mantissas + first, scaling->shifts + first, low, high, steps);
      break;
    case in_double: qat_round_double(sums, scaling->double_multipliers + first, low, high, steps); break;
    }
    for (long k = 0; k < lanes_in_vector; ++k) codes[k] = (int8_t)(steps[k] + zero_point);
    qat_put_codes(codes, filters, result);
  }
}

QAT_INLINE void qat_requantize_sums(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const qat_requantization *scaling = block->requantization;
  for (long v = 0; v < block->filters; v += lanes_in_vector) {
    const long left = block->filters - v, here = left < lanes_in_vector ? left : lanes_in_vector;
    const long first = block->first + v, lanes = block->lanes, step = block->step;
    if (scaling->double_multipliers) {
      qat_requantize_pixels(in_double, sums + v, pixels, lanes, scaling, first, here, step, result + v);
    } else if (scaling->mantissas) {
      qat_requantize_pixels(in_fixed_point, sums + v, pixels, lanes, scaling, first, here, step, result + v);
    } else {
      qat_requantize_pixels(in_float, sums + v, pixels, lanes, scaling, first, here, step, result + v);
    }
  }
}

#endif

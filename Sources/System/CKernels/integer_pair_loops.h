#ifndef QAT_INTEGER_PAIR_LOOPS_H
#define QAT_INTEGER_PAIR_LOOPS_H

#include <math.h>
#include <string.h>

#include "integer_kernels.h"
#include "integer_pairs.h"
#include "integer_requantize.h"

// The loops over two tensors of codes, compiled by each instruction set for itself. They work on runs of codes that fit
// into the first cache; the last run of a tensor is completed by codes of 0, whose results are dropped.

enum { codes_in_run = 256 };

QAT_INLINE int32_t qat_bounded(int32_t value, int32_t low, int32_t high) {
  value = value < low ? low : value;
  return value > high ? high : value;
}

QAT_INLINE void qat_combine_shifted(const qat_pairs *p, const int8_t *x, const int8_t *y, int8_t *result) {
  const int32_t low = p->requantization.lowest - p->requantization.zero_point;
  const int32_t high = p->requantization.highest - p->requantization.zero_point;
  // The zero points and the half are one number, added once.
  const int32_t start =
      (1 << (p->shift - 1)) - p->x_zero_point * p->x_factor - p->y_zero_point * p->y_factor;
  for (long k = 0; k < codes_in_run; ++k) {
    const int32_t sum = x[k] * p->x_factor + y[k] * p->y_factor + start;
    result[k] = (int8_t)(qat_bounded(sum >> p->shift, low, high) + p->requantization.zero_point);
  }
}

QAT_INLINE void qat_combine_requantized(
    const qat_pairs *p, const int8_t *x, const int8_t *y, int8_t *result) {
  int32_t sums[codes_in_run];
  if (p->form == qat_pairs_tables) {
    const int32_t *x_sums = p->x_sums + 128, *y_sums = p->y_sums + 128;
    for (long k = 0; k < codes_in_run; ++k) sums[k] = x_sums[x[k]] + y_sums[y[k]];
  } else {
    for (long k = 0; k < codes_in_run; ++k) sums[k] = (x[k] - p->x_zero_point) * (y[k] - p->y_zero_point);
  }
  const qat_integer_block block = {&p->requantization, 0, lanes_in_vector, lanes_in_vector, lanes_in_vector};
  p->kernels->requantize(sums, codes_in_run / lanes_in_vector, &block, result);
}

// Bounds are integers, so clamping gives the same before and after rounding.
QAT_INLINE int8_t qat_rounded_code(float value, float low, float high) {
  value = value < low ? low : value;
  value = value > high ? high : value;
  return (int8_t)(int32_t)rintf(value);
}

QAT_INLINE void qat_combine_in_float(const qat_pairs *p, const int8_t *x, const int8_t *y, int8_t *result) {
  const float low = (float)p->requantization.lowest, high = (float)p->requantization.highest;
  if (p->form == qat_pairs_fused) {
    const float *y_terms = p->y_terms + 128;
    float terms[codes_in_run];
    for (long k = 0; k < codes_in_run; ++k) terms[k] = y_terms[y[k]];
    for (long k = 0; k < codes_in_run; ++k) {
      result[k] = qat_rounded_code(fmaf((float)x[k], p->x_ratio, terms[k]), low, high);
    }
  } else {
    const float zero_point = (float)p->requantization.zero_point;
    for (long k = 0; k < codes_in_run; ++k) {
      const float product = (float)((x[k] - p->x_zero_point) * (y[k] - p->y_zero_point)) * p->x_ratio;
      result[k] = qat_rounded_code(product + zero_point, low, high);
    }
  }
}

QAT_INLINE void qat_combine_run(const qat_pairs *p, const int8_t *x, const int8_t *y, int8_t *result) {
  switch (p->form) {
  case qat_pairs_shifted: qat_combine_shifted(p, x, y, result); break;
  case qat_pairs_tables:
  case qat_pairs_products: qat_combine_requantized(p, x, y, result); break;
  case qat_pairs_fused:
  case qat_pairs_float_products: qat_combine_in_float(p, x, y, result); break;
  }
}

// The result may be x or y itself: then each run is written when it is complete, as the loops become vectors only where
// they write elsewhere.
QAT_INLINE void qat_combine_codes(
    const qat_pairs *p, const int8_t *x, const int8_t *y, long count, int8_t *result) {
  int8_t rest[3][codes_in_run] = {{0}};
  const int in_place = result == x || result == y;
  long first = 0;
  for (; first + codes_in_run <= count; first += codes_in_run) {
    qat_combine_run(p, x + first, y + first, in_place ? rest[2] : result + first);
    if (in_place) memcpy(result + first, rest[2], codes_in_run);
  }
  if (first == count) return;
  memcpy(rest[0], x + first, (size_t)(count - first));
  memcpy(rest[1], y + first, (size_t)(count - first));
  qat_combine_run(p, rest[0], rest[1], rest[2]);
  memcpy(result + first, rest[2], (size_t)(count - first));
}

#endif

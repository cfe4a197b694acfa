#include "integer_loops.h"
#include "platform.h"

// The sums in plain C: codes and weights are widened to 16 bits, and a group is a pair.

enum { pixels_at_once = 4 };

// `pixels` neighbours and 16 of the `lanes` filters; `pixels` is a literal at the call.
QAT_INLINE void sum_tile(
    long pixels, long lanes, const qat_integer_row *row, long stride, const int16_t *corner,
    const int16_t *packed, const int32_t *bias, int32_t *sums) {
  int32_t totals[pixels_at_once][lanes_in_vector];
  for (long p = 0; p < pixels; ++p) {
    for (long k = 0; k < lanes_in_vector; ++k) totals[p][k] = bias[k];
  }
  for (long i = 0; i < row->rows; ++i) {
    const int16_t *codes = corner + i * (row->row_bytes / 2);
    for (long g = 0; g < row->groups; ++g, codes += 2, packed += 2 * lanes) {
      for (long p = 0; p < pixels; ++p) {
        const int32_t even = codes[p * stride], odd = codes[p * stride + 1];
        for (long k = 0; k < lanes_in_vector; ++k) {
          totals[p][k] += even * packed[2 * k] + odd * packed[2 * k + 1];
        }
      }
    }
  }
  for (long p = 0; p < pixels; ++p) {
    for (long k = 0; k < lanes_in_vector; ++k) sums[p * lanes + k] = totals[p][k];
  }
}

static void sum_pairs(
    const qat_integer_row *row, long lanes, const int16_t *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  const long stride = row->window_stride_bytes / 2;
  for (long v = 0; v < lanes; v += lanes_in_vector) {
    const int16_t *weights = (const int16_t *)packed + 2 * v;
    long p = 0;
    for (; p + pixels_at_once <= row->pixels; p += pixels_at_once) {
      sum_tile(
          pixels_at_once, lanes, row, stride, corner + p * stride, weights, bias + v, sums + p * lanes + v);
    }
    for (; p < row->pixels; ++p) {
      sum_tile(1, lanes, row, stride, corner + p * stride, weights, bias + v, sums + p * lanes + v);
    }
  }
}

static void sum_row(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  qat_sum_pooled(sum_pairs, row, lanes, corner, packed, bias, sums);
}

QAT_INTEGER_LOOPS(, 2)
QAT_DEPTHWISE_LOOP()

const qat_integer_kernels qat_integer_kernels_portable = {
    .worth_thread = 1 << 15,
    .tile_speed = 1,
    .strip_pixels = 42,
    .weight_bytes = 2,
    .most_requantized = lanes_in_block,
    .element_bytes = 2,
    .pad = pad,
    .sum_row = sum_row,
    .sum_depthwise_row = sum_depthwise_row,
    .requantize = requantize,
    .max_pool = max_pool,
    .mean = mean,
    .combine = combine,
};

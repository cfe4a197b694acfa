#ifndef QAT_INTEGER_LOOPS_H
#define QAT_INTEGER_LOOPS_H

#include <string.h>

#include "integer_kernels.h"
#include "integer_mean_loops.h"
#include "integer_pair_loops.h"
#include "integer_requantize.h"
#include "padded_image.h"
#include "span.h"

// The kernels that are loops in C. Each instruction set compiles them for itself, by QAT_INTEGER_LOOPS below, and
// the compiler's vectors do the rest.

// Shifts `count` codes by 128 into elements of `bytes` bytes; `bytes`, 1 or 2, is a literal at the call.
QAT_INLINE void qat_shift_some(const int8_t *codes, long count, long bytes, void *restrict target) {
  if (bytes == 1) {
    for (long k = 0; k < count; ++k) ((uint8_t *)target)[k] = (uint8_t)(codes[k] + 128);
  } else {
    for (long k = 0; k < count; ++k) ((int16_t *)target)[k] = (int16_t)(codes[k] + 128);
  }
}

// The same, `lanes` at a time; a last step that would reach past the end starts earlier instead.
QAT_INLINE void qat_shift_blocks(const int8_t *codes, long count, long lanes, long bytes, void *target) {
  for (long first = 0;;) {
    qat_shift_some(codes + first, lanes, bytes, (uint8_t *)target + first * bytes);
    if (first + lanes >= count) return;
    first = first + 2 * lanes <= count ? first + lanes : count - lanes;
  }
}

QAT_INLINE void qat_shift_codes(const int8_t *codes, long count, long bytes, void *target) {
  if (bytes == 1 && count >= 64) qat_shift_blocks(codes, count, 64, bytes, target);
  else if (count >= 16) qat_shift_blocks(codes, count, 16, bytes, target);
  else qat_shift_some(codes, count, bytes, target);
}

QAT_INLINE void qat_pad_codes(
    qat_windows w, const int8_t *codes, int32_t zero_point, long bytes, void *padded) {
  const long row = qat_strides_in(w).row, rows = qat_padded_rows(w);
  const long left = w.pad_left * w.channels, room = row - left, line = w.width * w.channels;
  const long inside = line < room ? line : room;
  const int16_t filling = (int16_t)(zero_point + 128);
  if (inside < row || w.pad_top > 0 || w.height + w.pad_top < rows) {
    if (bytes == 1) memset(padded, filling, (size_t)(rows * row));
    else for (long i = 0; i < rows * row; ++i) ((int16_t *)padded)[i] = filling;
  }
  const long last = w.height + w.pad_top < rows ? w.height + w.pad_top : rows;
  for (long y = w.pad_top; y < last; ++y, codes += line) {
    qat_shift_codes(codes, inside, bytes, (uint8_t *)padded + (y * row + left) * bytes);
  }
}

// The largest of 2 × 2 neighbours: sums[pixels, lanes] and the sums below → sums[pixels / 2, lanes].
QAT_INLINE void qat_max_2x2(long pixels, long lanes, const int32_t *below, int32_t *sums) {
  for (long p = 0; p < pixels / 2; ++p) {
    const long left = 2 * p * lanes, right = left + lanes;
    for (long k = 0; k < lanes; ++k) {
      const int32_t upper = sums[left + k] > sums[right + k] ? sums[left + k] : sums[right + k];
      const int32_t lower = below[left + k] > below[right + k] ? below[left + k] : below[right + k];
      sums[p * lanes + k] = upper > lower ? upper : lower;
    }
  }
}

// The sums of a row of windows where elements have 16 bits, without pooling.
typedef void qat_sum_pairs(
    const qat_integer_row *row, long lanes, const int16_t *corner, const void *packed, const int32_t *bias,
    int32_t *sums);

// The same with pooling, of two rows one after the other.
QAT_INLINE void qat_sum_pooled(
    qat_sum_pairs *sum_pairs, const qat_integer_row *row, long lanes, const void *corner, const void *packed,
    const int32_t *bias, int32_t *sums) {
  int32_t *below = sums + row->pixels * lanes;
  for (long r = 0; r < row->pool; ++r) {
    const void *pairs = (const uint8_t *)corner + r * row->next_row_bytes;
    sum_pairs(row, lanes, pairs, packed, bias, r == 0 ? sums : below);
  }
  if (row->pool == 2) qat_max_2x2(row->pixels, lanes, below, sums);
}

// The sums of `count` channels of one window, at most 16: neighbouring channels in a vector, pixel by pixel of
// the window; pixels outside the image are skipped.
QAT_INLINE void qat_sum_depthwise_window(
    const qat_integer_product *product, qat_span rows, qat_span columns, long first, long count,
    const int8_t *codes, int32_t *sums) {
  const qat_windows w = product->windows;
  const int8_t *kernel = (const int8_t *)product->packed + first;
  const int32_t *bias = product->bias + first;
  const int32_t zero_point = product->input_zero_point;
  int32_t totals[lanes_in_vector];
  for (long k = 0; k < lanes_in_vector; ++k) totals[k] = bias[k];
  QAT_EACH_PIXEL(w, {
    const int8_t *code = codes + pixel * w.channels + first;
    const int8_t *weight = kernel + tap * w.channels;
    for (long k = 0; k < count; ++k) totals[k] += (code[k] - zero_point) * weight[k];
  })
  for (long k = 0; k < lanes_in_vector; ++k) sums[k] = totals[k];
}

QAT_INLINE void qat_sum_depthwise_row(
    const qat_integer_product *product, long y, long first, const int8_t *codes, int32_t *sums) {
  const qat_windows w = product->windows;
  const qat_span rows = qat_span_of(y, w.stride_height, w.pad_top, w.window_height, w.height);
  for (long x = 0; x < w.out_width; ++x, sums += lanes_in_vector) {
    const qat_span columns = qat_span_of(x, w.stride_width, w.pad_left, w.window_width, w.width);
    if (w.channels - first >= lanes_in_vector) {
      qat_sum_depthwise_window(product, rows, columns, first, lanes_in_vector, codes, sums);
    } else {
      qat_sum_depthwise_window(product, rows, columns, first, w.channels - first, codes, sums);
    }
  }
}

QAT_INLINE void qat_max_pool_codes(qat_windows windows, const int8_t *codes, int8_t *result) {
  const long channels = windows.channels;
  QAT_EACH_WINDOW(windows, {
    int8_t *restrict target = result + out * channels;
    for (long k = 0; k < channels; ++k) target[k] = INT8_MIN;
    QAT_EACH_PIXEL(windows, {
      const int8_t *restrict code = codes + pixel * channels;
      for (long k = 0; k < channels; ++k) target[k] = code[k] > target[k] ? code[k] : target[k];
    })
  })
}

// Defines `sum_depthwise_row` for the instruction set of a function attribute, where depthwise convolutions have no
// kernels of their own.
#define QAT_DEPTHWISE_LOOP(attribute)                                                               \
  attribute static void sum_depthwise_row(                                                          \
      const qat_integer_product *product, long y, long first, const int8_t *codes, int32_t *sums) { \
    qat_sum_depthwise_row(product, y, first, codes, sums);                                          \
  }

// Defines the other loops: `pad`, `requantize`, `max_pool`, `mean` and `combine`, as in the table.
#define QAT_INTEGER_LOOPS(attribute, element_bytes)                                                        \
  attribute static void pad(qat_windows windows, const int8_t *codes, int32_t zero_point, void *padded) { \
    qat_pad_codes(windows, codes, zero_point, element_bytes, padded);                                      \
  }                                                                                                        \
  attribute static void requantize(                                                                        \
      const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {                  \
    qat_requantize_sums(sums, pixels, block, result);                                                      \
  }                                                                                                        \
  attribute static void max_pool(qat_windows windows, const int8_t *codes, int8_t *result) {               \
    qat_max_pool_codes(windows, codes, result);                                                            \
  }                                                                                                        \
  attribute static void mean(const qat_means *means, const int8_t *codes, int8_t *result) {                \
    qat_mean_windows(means, codes, result);                                                                \
  }                                                                                                        \
  attribute static void combine(                                                                           \
      const qat_pairs *pairs, const int8_t *x, const int8_t *y, long count, int8_t *result) {              \
    qat_combine_codes(pairs, x, y, count, result);                                                         \
  }

#endif

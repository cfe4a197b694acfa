#ifndef QAT_INTEGER_MEAN_LOOPS_H
#define QAT_INTEGER_MEAN_LOOPS_H

#include <math.h>
#include <string.h>

#include "integer_kernels.h"
#include "integer_means.h"
#include "integer_pair_loops.h"
#include "integer_requantize.h"
#include "span.h"

// The loops over windows for their means, compiled by each instruction set for itself: 64 channels at a time, pixel by
// pixel of the window.

enum { channels_in_run = 64, most_pixels_in_float = 1 << 15 };

// Sums of up to 64 channels; `count` is a literal 64 at one of the calls.
QAT_INLINE void qat_sum_codes(
    qat_windows windows, qat_span rows, qat_span columns, long count, const int8_t *codes, int32_t *sums) {
  for (long k = 0; k < channels_in_run; ++k) sums[k] = 0;
  QAT_EACH_PIXEL(windows, {
    const int8_t *code = codes + pixel * windows.channels;
    for (long k = 0; k < count; ++k) sums[k] += code[k];
  })
}

// sum ÷ pixels, half away from zero. A quotient of a sum of up to 2^15 codes is never rounded to a whole number in
// 24 bits unless it is one.
QAT_INLINE void qat_mean_codes(const int32_t *sums, int32_t pixels, long count, int8_t *result) {
  const int32_t half = pixels / 2;
  if (pixels <= most_pixels_in_float) {
    int8_t means[channels_in_run];
    for (long k = 0; k < channels_in_run; ++k) {
      const int32_t raised = sums[k] > 0 ? sums[k] + half : sums[k] - half;
      means[k] = (int8_t)(int32_t)((float)raised / (float)pixels);
    }
    memcpy(result, means, (size_t)count);
  } else {
    for (long k = 0; k < count; ++k) {
      result[k] = (int8_t)((sums[k] > 0 ? (int64_t)sums[k] + half : (int64_t)sums[k] - half) / pixels);
    }
  }
}

QAT_INLINE void qat_mean_numbers(
    const qat_means *m, qat_span rows, qat_span columns, int32_t pixels, long count, const int8_t *codes,
    int8_t *result) {
  float sums[channels_in_run] = {0};
  QAT_EACH_PIXEL(m->windows, {
    const int8_t *code = codes + pixel * m->windows.channels;
    for (long k = 0; k < count; ++k) sums[k] += (float)(code[k] - m->input_zero_point) * m->input_scale;
  })
  const float low = (float)m->requantization.lowest, high = (float)m->requantization.highest;
  const float zero_point = (float)m->requantization.zero_point;
  for (long k = 0; k < count; ++k) {
    result[k] = qat_rounded_code(sums[k] / (float)pixels / m->scale + zero_point, low, high);
  }
}

QAT_INLINE void qat_mean_requantized_codes(
    const qat_means *m, int32_t *sums, int32_t pixels, long count, int8_t *result) {
  int8_t codes[channels_in_run];
  const qat_integer_block block = {&m->requantization, 0, lanes_in_vector, lanes_in_vector, lanes_in_vector};
  for (long k = 0; k < channels_in_run; ++k) sums[k] -= pixels * m->input_zero_point;
  m->kernels->requantize(sums, channels_in_run / lanes_in_vector, &block, codes);
  memcpy(result, codes, (size_t)count);
}

QAT_INLINE void qat_mean_scaled_codes(const qat_means *m, const int32_t *sums, long count, int8_t *result) {
  const float low = (float)m->requantization.lowest, high = (float)m->requantization.highest;
  for (long k = 0; k < count; ++k) {
    result[k] = qat_rounded_code((float)sums[k] * m->input_scale + m->offset, low, high);
  }
}

QAT_INLINE void qat_mean_run(
    const qat_means *m, qat_span rows, qat_span columns, long count, const int8_t *codes, int8_t *result) {
  const int32_t pixels = (int32_t)((rows.last - rows.first) * (columns.last - columns.first));
  if (m->form == qat_mean_of_numbers) {
    qat_mean_numbers(m, rows, columns, pixels, count, codes, result);
    return;
  }
  int32_t sums[channels_in_run];
  qat_sum_codes(m->windows, rows, columns, count, codes, sums);
  switch (m->form) {
  case qat_mean_of_codes: qat_mean_codes(sums, pixels, count, result); break;
  case qat_mean_requantized: qat_mean_requantized_codes(m, sums, pixels, count, result); break;
  default: qat_mean_scaled_codes(m, sums, count, result); break;
  }
}

QAT_INLINE void qat_mean_windows(const qat_means *m, const int8_t *codes, int8_t *result) {
  const long channels = m->windows.channels;
  QAT_EACH_WINDOW(m->windows, {
    int8_t *target = result + out * channels;
    long first = 0;
    for (; first + channels_in_run <= channels; first += channels_in_run) {
      qat_mean_run(m, rows, columns, channels_in_run, codes + first, target + first);
    }
    if (first < channels) qat_mean_run(m, rows, columns, channels - first, codes + first, target + first);
  })
}

#endif

#include "integer_rows.h"
#include "span.h"

// Depthwise convolution and max pooling of 8-bit codes: neighbouring channels in a vector, pixel by pixel of
// a window; pixels outside the image are skipped.

// The sums of `count` channels of one window, at most 16.
QAT_INLINE void sum_window(
    qat_windows w, qat_span rows, qat_span columns, long count, const int8_t *codes, const int8_t *kernel,
    const int32_t *bias, int32_t zero_point, int32_t *sums) {
  int32_t totals[lanes_in_vector];
  for (long k = 0; k < lanes_in_vector; ++k) totals[k] = bias[k];
  QAT_EACH_PIXEL(w, {
    const int8_t *code = codes + pixel * w.channels;
    const int8_t *weight = kernel + tap * w.channels;
    for (long k = 0; k < count; ++k) totals[k] += (code[k] - zero_point) * weight[k];
  })
  for (long k = 0; k < lanes_in_vector; ++k) sums[k] = totals[k];
}

QAT_CLONES static void sum_row(
    qat_windows w, long y, long first, const qat_integer_product *product, const int8_t *codes,
    int32_t zero_point, int32_t *sums) {
  const qat_span rows =
      qat_span_of(y, w.stride_height, w.pad_top, w.window_height, w.height);
  const int8_t *kernel = (const int8_t *)product->packed + first;
  const int32_t *bias = product->bias + first;
  for (long x = 0; x < w.out_width; ++x, sums += lanes_in_vector) {
    const qat_span columns = qat_span_of(x, w.stride_width, w.pad_left, w.window_width, w.width);
    if (w.channels - first >= lanes_in_vector) {
      sum_window(w, rows, columns, lanes_in_vector, codes + first, kernel, bias, zero_point, sums);
    } else {
      sum_window(w, rows, columns, w.channels - first, codes + first, kernel, bias, zero_point, sums);
    }
  }
}

void qat_integer_depthwise(
    const qat_integer_product *product, const int8_t *codes, int32_t zero_point, int32_t *sums,
    int8_t *result) {
  const qat_windows w = product->windows;
  for (long first = 0; first < w.channels; first += lanes_in_vector) {
    qat_integer_block block = {
        &product->requantization, first, lanes_in_vector, lanes_in_vector, w.channels};
    if (w.channels - first < block.filters) block.filters = w.channels - first;
    for (long y = 0; y < w.out_height; ++y) {
      int8_t *target = result + y * w.out_width * w.channels + first;
      sum_row(w, y, first, product, codes, zero_point, sums);
      if (qat_integer_best_instructions() == qat_integer_vnni
          && qat_integer_requantize_avx512(sums, w.out_width, &block, target)) {
        continue;
      }
      qat_integer_requantize(sums, w.out_width, &block, target);
    }
  }
}

QAT_CLONES void qat_integer_max_pool(qat_windows windows, const int8_t *codes, int8_t *result) {
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

#include "direct_convolution.h"

#include "lanes.h"
#include "padded_image.h"
#include "platform.h"

enum { pixels_at_once = 4 };  // neighbours that share what is loaded of the kernel

// `lanes` filters of `pixels` neighbours; `lanes` and `pixels` are literals at the call.
QAT_INLINE void convolve_pixels(
    qat_windows w, qat_padded_strides by, long filters, long lanes, long pixels, const float *corner,
    const float *kernel, const float *bias, float *result) {
  float sums[pixels_at_once][16];
  for (long p = 0; p < pixels; ++p) {
    for (long k = 0; k < lanes; ++k) sums[p][k] = bias ? bias[k] : 0;
  }
  for (long i = 0; i < w.window_height; ++i) {
    for (long j = 0; j < by.window_row; ++j) {
      const float *weight = kernel + (i * by.window_row + j) * filters;
      const float *value = corner + i * by.row + j;
      for (long p = 0; p < pixels; ++p) {
        for (long k = 0; k < lanes; ++k) sums[p][k] += value[p * by.step] * weight[k];
      }
    }
  }
  for (long p = 0; p < pixels; ++p) {
    for (long k = 0; k < lanes; ++k) result[p * filters + k] = sums[p][k];
  }
}

QAT_INLINE void convolve_filters(
    qat_windows w, long filters, long lanes, const float *padded, const float *kernel, const float *bias,
    float *result) {
  const qat_padded_strides by = qat_strides_in(w);
  for (long y = 0; y < w.out_height; ++y) {
    const float *corner = padded + y * w.stride_height * by.row;
    float *target = result + y * w.out_width * filters;
    long x = 0;
    for (; x + pixels_at_once <= w.out_width; x += pixels_at_once) {
      convolve_pixels(
          w, by, filters, lanes, pixels_at_once, corner + x * by.step, kernel, bias, target + x * filters);
    }
    for (; x < w.out_width; ++x) {
      convolve_pixels(w, by, filters, lanes, 1, corner + x * by.step, kernel, bias, target + x * filters);
    }
  }
}

QAT_CLONES void qat_direct_convolution(
    qat_windows windows, long filters, const float *padded, const float *kernel, const float *bias,
    float *result) {
  QAT_EACH_BLOCK(filters, {
    convolve_filters(
        windows, filters, lanes, padded, kernel + base, bias ? bias + base : 0, result + base);
  });
}

QAT_CLONES void qat_direct_kernel_gradient(
    qat_windows windows, long filters, const float *padded, const float *upstream, float *gradient) {
  const qat_padded_strides by = qat_strides_in(windows);
  const long taps = windows.window_height * by.window_row;
  for (long first = 0; first < taps; first += qat_taps_at_once) {
    long offsets[qat_taps_at_once] = {0};
    const long here = taps - first < qat_taps_at_once ? taps - first : qat_taps_at_once;
    for (long t = 0; t < here; ++t) {
      offsets[t] = (first + t) / by.window_row * by.row + (first + t) % by.window_row;
    }
    QAT_EACH_BLOCK(filters, {
      qat_gather_taps(
          windows, filters, lanes, 0, offsets, here, padded, upstream + base,
          gradient + first * filters + base);
    });
  }
}

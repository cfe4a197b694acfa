#include "lanes.h"
#include "padded_image.h"
#include "platform.h"
#include "sliding_windows.h"
#include "span.h"

enum { pixels_at_once = 4 };  // neighbours that share what is loaded of the kernel

// `lanes` channels of `pixels` neighbours, one kernel a channel; `lanes` and `pixels` are literals at the call.
QAT_INLINE void convolve_pixels(
    qat_windows w, qat_padded_strides by, long lanes, long pixels, const float *corner, const float *kernel,
    const float *bias, float *result) {
  float sums[pixels_at_once][16];
  for (long p = 0; p < pixels; ++p) {
    for (long k = 0; k < lanes; ++k) sums[p][k] = bias ? bias[k] : 0;
  }
  for (long i = 0; i < w.window_height; ++i) {
    for (long j = 0; j < w.window_width; ++j) {
      const float *weight = kernel + (i * w.window_width + j) * w.channels;
      const float *value = corner + i * by.row + j * w.channels;
      for (long p = 0; p < pixels; ++p) {
        for (long k = 0; k < lanes; ++k) sums[p][k] += value[p * by.step + k] * weight[k];
      }
    }
  }
  for (long p = 0; p < pixels; ++p) {
    for (long k = 0; k < lanes; ++k) result[p * w.channels + k] = sums[p][k];
  }
}

QAT_INLINE void convolve_channels(
    qat_windows w, long lanes, const float *padded, const float *kernel, const float *bias, float *result) {
  const qat_padded_strides by = qat_strides_in(w);
  for (long y = 0; y < w.out_height; ++y) {
    const float *corner = padded + y * w.stride_height * by.row;
    float *target = result + y * w.out_width * w.channels;
    long x = 0;
    for (; x + pixels_at_once <= w.out_width; x += pixels_at_once) {
      convolve_pixels(
          w, by, lanes, pixels_at_once, corner + x * by.step, kernel, bias, target + x * w.channels);
    }
    for (; x < w.out_width; ++x) {
      convolve_pixels(w, by, lanes, 1, corner + x * by.step, kernel, bias, target + x * w.channels);
    }
  }
}

QAT_CLONES void qat_depthwise(
    qat_windows windows, const float *padded, const float *kernel, const float *bias, float *result) {
  QAT_EACH_BLOCK(windows.channels, {
    convolve_channels(windows, lanes, padded + base, kernel + base, bias ? bias + base : 0, result + base);
  });
}

QAT_CLONES void qat_depthwise_kernel_gradient(
    qat_windows windows, const float *upstream, const float *padded, float *gradient) {
  const qat_padded_strides by = qat_strides_in(windows);
  const long channels = windows.channels;
  const long taps = windows.window_height * windows.window_width;
  for (long first = 0; first < taps; first += qat_taps_at_once) {
    long offsets[qat_taps_at_once] = {0};
    const long here = taps - first < qat_taps_at_once ? taps - first : qat_taps_at_once;
    for (long t = 0; t < here; ++t) {
      const long i = (first + t) / windows.window_width, j = (first + t) % windows.window_width;
      offsets[t] = i * by.row + j * channels;
    }
    QAT_EACH_BLOCK(channels, {
      qat_gather_taps(
          windows, channels, lanes, 1, offsets, here, padded + base, upstream + base,
          gradient + first * channels + base);
    });
  }
}

QAT_CLONES void qat_depthwise_image_gradient(
    qat_windows windows, const float *upstream, const float *kernel, float *gradient) {
  const long channels = windows.channels;
  QAT_EACH_WINDOW(windows, {
    const float *u = upstream + out * channels;
    QAT_EACH_PIXEL(windows, {
      float *restrict target = gradient + pixel * channels;
      const float *weight = kernel + tap * channels;
      for (long c = 0; c < channels; ++c) target[c] += u[c] * weight[c];
    })
  })
}

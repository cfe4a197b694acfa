#include "platform.h"
#include "span.h"
#include "sliding_windows.h"

enum { lanes = 16 };

// `count` outputs of one window, at most `lanes`, their sums in registers while the pixels go by; channel c
// gives output c. A literal count becomes straight vector code.
QAT_INLINE void sum_channels(
    qat_windows windows, qat_span rows, qat_span columns, long count, const float *image, const float *kernel,
    const float *bias, float *result) {
  float total[lanes];
  for (long k = 0; k < count; ++k) total[k] = bias ? bias[k] : 0;
  QAT_EACH_PIXEL(windows, {
    const float *value = image + pixel * windows.channels;
    const float *weight = kernel + tap * windows.channels;
    for (long k = 0; k < count; ++k) total[k] += value[k] * weight[k];
  })
  for (long k = 0; k < count; ++k) result[k] = total[k];
}

QAT_CLONES void qat_depthwise(
    qat_windows windows, long multiplier, const float *image, const float *kernel, const float *bias,
    float *result) {
  const long channels = windows.channels, outputs = channels * multiplier;
  QAT_EACH_WINDOW(windows, {
    float *restrict total = result + out * outputs;
    if (multiplier == 1) {
      for (long c = 0; c < channels; c += lanes) {
        const float *part_bias = bias ? bias + c : 0;
        if (channels - c >= lanes) {
          sum_channels(windows, rows, columns, lanes, image + c, kernel + c, part_bias, total + c);
        } else {
          sum_channels(windows, rows, columns, channels - c, image + c, kernel + c, part_bias, total + c);
        }
      }
    } else {
      for (long k = 0; k < outputs; ++k) total[k] = bias ? bias[k] : 0;
      QAT_EACH_PIXEL(windows, {
        const float *value = image + pixel * channels;
        const float *weight = kernel + tap * outputs;
        for (long k = 0; k < outputs; ++k) total[k] += value[k / multiplier] * weight[k];
      })
    }
  })
}

QAT_CLONES void qat_depthwise_image_gradient(
    qat_windows windows, long multiplier, const float *upstream, const float *kernel, float *gradient) {
  const long channels = windows.channels, outputs = channels * multiplier;
  QAT_EACH_WINDOW(windows, {
    const float *u = upstream + out * outputs;
    QAT_EACH_PIXEL(windows, {
      float *restrict target = gradient + pixel * channels;
      const float *weight = kernel + tap * outputs;
      if (multiplier == 1) {
        for (long c = 0; c < channels; ++c) target[c] += u[c] * weight[c];
      } else {
        for (long k = 0; k < outputs; ++k) target[k / multiplier] += u[k] * weight[k];
      }
    })
  })
}

QAT_CLONES void qat_depthwise_kernel_gradient(
    qat_windows windows, long multiplier, const float *upstream, const float *image, float *gradient) {
  const long channels = windows.channels, outputs = channels * multiplier;
  QAT_EACH_WINDOW(windows, {
    const float *u = upstream + out * outputs;
    QAT_EACH_PIXEL(windows, {
      const float *value = image + pixel * channels;
      float *restrict target = gradient + tap * outputs;
      if (multiplier == 1) {
        for (long c = 0; c < channels; ++c) target[c] += u[c] * value[c];
      } else {
        for (long k = 0; k < outputs; ++k) target[k] += u[k] * value[k / multiplier];
      }
    })
  })
}

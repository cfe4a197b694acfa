#include "platform.h"
#include "span.h"
#include "windows.h"

QAT_CLONES void qat_depthwise(
    qat_windows windows, long multiplier, const float *image, const float *kernel, const float *bias,
    float *result) {
  const long channels = windows.channels, outputs = channels * multiplier;
  QAT_EACH_WINDOW(windows, {
    float *restrict total = result + out * outputs;
    for (long k = 0; k < outputs; ++k) total[k] = bias ? bias[k] : 0;
    QAT_EACH_PIXEL(windows, {
      const float *value = image + pixel * channels;
      const float *weight = kernel + tap * outputs;
      if (multiplier == 1) {
        for (long c = 0; c < channels; ++c) total[c] += value[c] * weight[c];
      } else {
        for (long k = 0; k < outputs; ++k) total[k] += value[k / multiplier] * weight[k];
      }
    })
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

#include "optimizers.h"

#include <math.h>

#include "platform.h"

QAT_CLONES void qat_adam(
    const float *restrict weights, const float *restrict gradient, const float *restrict mean,
    const float *restrict square, float *restrict result, float *restrict new_mean,
    float *restrict new_square, long count, qat_adam_settings settings) {
  const float keep_mean = 1 - settings.beta1, keep_square = 1 - settings.beta2;
  for (long i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float m = mean[i] + (g - mean[i]) * keep_mean;
    const float v = square[i] + (g * g - square[i]) * keep_square;
    new_mean[i] = m;
    new_square[i] = v;
    result[i] = weights[i] - m * settings.rate / (sqrtf(v) + settings.epsilon);
  }
}

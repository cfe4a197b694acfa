#include "maps.h"

#include <math.h>

#include "exponential.h"
#include "platform.h"

// Each result depends on the value in its own place, so that a loop in place is a vector loop, too. The compiler would
// run it one by one, since the two arrays overlap.
#if defined(__clang__)
#define QAT_IN_PLACE _Pragma("clang loop vectorize(assume_safety)")
#else
#define QAT_IN_PLACE _Pragma("GCC ivdep")
#endif

#define QAT_MAP(name, expression)                                         \
  QAT_CLONES void name(const float *values, float *result, long count) { \
    QAT_IN_PLACE                                                          \
    for (long i = 0; i < count; ++i) {                                    \
      const float x = values[i];                                          \
      result[i] = (expression);                                           \
    }                                                                     \
  }

#define QAT_GRADIENT(name, saved_name, expression)                                                    \
  QAT_CLONES void name(const float *upstream, const float *saved, float *gradient, long count) {     \
    for (long i = 0; i < count; ++i) {                                                                \
      const float u = upstream[i];                                                                    \
      const float saved_name = saved[i];                                                              \
      gradient[i] = (expression);                                                                     \
    }                                                                                                 \
  }

QAT_INLINE float sigmoid(float x) { return (float)(1.0 / (1.0 + qat_exponential(-(double)x))); }

// 1 - 2 / (e^2x + 1), and near 0, where that cancels, the first three terms of the series.
QAT_INLINE float hyperbolic_tangent(float x) {
  const double d = x;
  const double far = 1.0 - 2.0 / (qat_exponential(2.0 * d) + 1.0);
  const double square = d * d;
  const double near = d * (1 + square * (-1.0 / 3 + square * (2.0 / 15)));
  return (float)(square < 0x1p-12 ? near : far);
}

QAT_MAP(qat_exp, (float)qat_exponential(x))
QAT_MAP(qat_log, (float)log((double)x))
QAT_MAP(qat_sqrt, sqrtf(x))
QAT_MAP(qat_square, x *x)
QAT_MAP(qat_abs, fabsf(x))
QAT_MAP(qat_negate, -x)
QAT_MAP(qat_relu, x <= 0 ? 0 : x)
QAT_MAP(qat_relu6, x <= 0 ? 0 : x > 6 ? 6 : x)
QAT_MAP(qat_sigmoid, sigmoid(x))
QAT_MAP(qat_tanh, hyperbolic_tangent(x))
QAT_MAP(qat_hard_swish, x *((x + 3 <= 0 ? 0 : x + 3 > 6 ? 6 : x + 3) / 6))

QAT_CLONES void qat_scale_channels(
    const float *x, const double *factors, const double *offsets, long rows, long channels, float *result) {
  for (long row = 0; row < rows; ++row) {
    const float *values = x + row * channels;
    float *scaled = result + row * channels;
    QAT_IN_PLACE
    for (long c = 0; c < channels; ++c) scaled[c] = (float)((double)values[c] * factors[c] + offsets[c]);
  }
}

QAT_GRADIENT(qat_exp_gradient, y, u *y)
QAT_GRADIENT(qat_log_gradient, x, u / x)
QAT_GRADIENT(qat_sqrt_gradient, y, u * 0.5f / y)
QAT_GRADIENT(qat_square_gradient, x, u * 2 * x)
QAT_GRADIENT(qat_abs_gradient, x, x > 0 ? u : x < 0 ? -u : 0)

QAT_GRADIENT(qat_relu_gradient, y, y > 0 ? u : 0)
QAT_GRADIENT(qat_relu6_gradient, y, y > 0 && y < 6 ? u : 0)
QAT_GRADIENT(qat_sigmoid_gradient, y, u *y * (1 - y))
QAT_GRADIENT(qat_tanh_gradient, y, u * (1 - y * y))

QAT_CLONES void qat_leaky_relu(const float *x, float slope, float *result, long count) {
  QAT_IN_PLACE
  for (long i = 0; i < count; ++i) result[i] = x[i] > 0 ? x[i] : slope * x[i];
}

QAT_CLONES void qat_leaky_relu_gradient(
    const float *upstream, const float *x, float slope, float *gradient, long count) {
  for (long i = 0; i < count; ++i) gradient[i] = x[i] > 0 ? upstream[i] : slope * upstream[i];
}

QAT_CLONES void qat_clip(const float *x, float low, float high, float *result, long count) {
  QAT_IN_PLACE
  for (long i = 0; i < count; ++i) {
    const float raised = x[i] < low ? low : x[i];
    result[i] = raised > high ? high : raised;
  }
}

QAT_CLONES void qat_clip_gradient(
    const float *upstream, const float *x, float low, float high, float *gradient, long count) {
  for (long i = 0; i < count; ++i) gradient[i] = low <= x[i] && x[i] <= high ? upstream[i] : 0;
}

QAT_CLONES void qat_clip_bound_gradients(
    const float *upstream, const float *x, float low, float high, long count, float *below, float *above) {
  double below_sum = 0, above_sum = 0;
  for (long i = 0; i < count; ++i) {
    if (x[i] > high) above_sum += upstream[i];
    else if (x[i] < low) below_sum += upstream[i];
  }
  *below = (float)below_sum;
  *above = (float)above_sum;
}

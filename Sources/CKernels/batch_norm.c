#include "batch_norm.h"

#include "platform.h"

QAT_CLONES void qat_sum_squares(
    const float *values, long rows, long channels, const double *center, double *totals) {
  for (long row = 0; row < rows; ++row) {
    const float *x = values + row * channels;
    for (long c = 0; c < channels; ++c) {
      const double distance = x[c] - center[c];
      totals[c] += distance * distance;
    }
  }
}

QAT_CLONES void qat_scale_and_shift(
    const float *values, long rows, long channels, const float *center, const float *factor,
    const float *term, float *result) {
  for (long row = 0; row < rows; ++row) {
    const float *x = values + row * channels;
    float *restrict y = result + row * channels;
    for (long c = 0; c < channels; ++c) y[c] = (x[c] - center[c]) * factor[c] + term[c];
  }
}

QAT_CLONES void qat_batch_norm_sums(
    const float *upstream, const float *values, long rows, long channels, const double *center, double *sums,
    double *products) {
  for (long row = 0; row < rows; ++row) {
    const float *u = upstream + row * channels;
    const float *x = values + row * channels;
    for (long c = 0; c < channels; ++c) {
      sums[c] += u[c];
      products[c] += u[c] * (x[c] - center[c]);
    }
  }
}

QAT_CLONES void qat_batch_norm_gradient(
    const float *upstream, const float *values, long rows, long channels, const float *center,
    const float *a, const float *b, const float *c, float *gradient) {
  for (long row = 0; row < rows; ++row) {
    const float *u = upstream + row * channels;
    const float *x = values + row * channels;
    float *restrict g = gradient + row * channels;
    for (long k = 0; k < channels; ++k) g[k] = u[k] * a[k] + (x[k] - center[k]) * b[k] + c[k];
  }
}

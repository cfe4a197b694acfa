#include "batch_norm.h"

#include "lanes.h"
#include "platform.h"

QAT_CLONES void qat_channel_moments(
    const float *values, long rows, long channels, const float *pivot, double *sums, double *squares) {
  QAT_EACH_BLOCK(channels, {
    double sum[lanes];
    double square[lanes];
    for (long k = 0; k < lanes; ++k) sum[k] = sums[base + k], square[k] = squares[base + k];
    for (long row = 0; row < rows; ++row) {
      const float *x = values + row * channels + base;
      for (long k = 0; k < lanes; ++k) {
        const double distance = x[k] - pivot[base + k];
        sum[k] += distance;
        square[k] += distance * distance;
      }
    }
    for (long k = 0; k < lanes; ++k) {
      sums[base + k] = sum[k];
      squares[base + k] = square[k];
    }
  });
}

QAT_CLONES void qat_normalize(
    const float *values, long rows, long channels, qat_normalization n, float *result) {
  for (long row = 0; row < rows; ++row) {
    const float *x = values + row * channels;
    float *restrict y = result + row * channels;
    for (long c = 0; c < channels; ++c) y[c] = (x[c] - n.center[c]) * n.factor[c] + n.term[c];
  }
}

QAT_CLONES void qat_normalization_sums(
    const float *upstream, const float *values, long rows, long channels, const double *center, double *sums,
    double *products) {
  QAT_EACH_BLOCK(channels, {
    double sum[lanes];
    double product[lanes];
    for (long k = 0; k < lanes; ++k) sum[k] = product[k] = 0;
    for (long row = 0; row < rows; ++row) {
      const float *u = upstream + row * channels + base;
      const float *x = values + row * channels + base;
      for (long k = 0; k < lanes; ++k) {
        sum[k] += u[k];
        product[k] += u[k] * (x[k] - center[base + k]);
      }
    }
    for (long k = 0; k < lanes; ++k) {
      sums[base + k] += sum[k];
      products[base + k] += product[k];
    }
  });
}

QAT_CLONES void qat_normalize_gradient(
    const float *upstream, const float *values, long rows, long channels, qat_normalization_gradient n,
    float *gradient) {
  for (long row = 0; row < rows; ++row) {
    const float *u = upstream + row * channels;
    const float *x = values + row * channels;
    float *restrict g = gradient + row * channels;
    for (long c = 0; c < channels; ++c) {
      g[c] = u[c] * n.factor[c] + (x[c] - n.center[c]) * n.slope[c] + n.term[c];
    }
  }
}

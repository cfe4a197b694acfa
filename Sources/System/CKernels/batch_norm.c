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

// `lanes` channels of some rows; `lanes` is a literal at the call.
QAT_INLINE void normalize_lanes(
    long lanes, const float *x, long rows, long channels, const float *center, const float *factor,
    const float *term, float *y) {
  float middle[16], times[16], plus[16];
  for (long k = 0; k < lanes; ++k) middle[k] = center[k], times[k] = factor[k], plus[k] = term[k];
  for (long row = 0; row < rows; ++row, x += channels, y += channels) {
    float found[16];  // all are computed before any is written, so that this is a loop of vectors
    QAT_EACH_LANE(k) found[k] = (x[k] - middle[k]) * times[k] + plus[k];
    QAT_EACH_LANE(k) y[k] = found[k];
  }
}

QAT_CLONES void qat_normalize(
    const float *values, long rows, long channels, qat_normalization n, float *result) {
  QAT_EACH_BLOCK_OF_ROWS(rows, channels, {
    normalize_lanes(
        lanes, values + at, here, channels, n.center + base, n.factor + base, n.term + base, result + at);
  });
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

QAT_INLINE void normalize_gradient_lanes(
    long lanes, const float *u, const float *x, long rows, long channels, qat_normalization_gradient n, float *g) {
  float middle[16], factor[16], slope[16], term[16];
  for (long k = 0; k < lanes; ++k) {
    middle[k] = n.center[k], factor[k] = n.factor[k], slope[k] = n.slope[k], term[k] = n.term[k];
  }
  for (long row = 0; row < rows; ++row, u += channels, x += channels, g += channels) {
    float found[16];
    QAT_EACH_LANE(k) found[k] = u[k] * factor[k] + (x[k] - middle[k]) * slope[k] + term[k];
    QAT_EACH_LANE(k) g[k] = found[k];
  }
}

QAT_CLONES void qat_normalize_gradient(
    const float *upstream, const float *values, long rows, long channels, qat_normalization_gradient n,
    float *gradient) {
  QAT_EACH_BLOCK_OF_ROWS(rows, channels, {
    const qat_normalization_gradient block = {n.center + base, n.factor + base, n.slope + base, n.term + base};
    normalize_gradient_lanes(lanes, upstream + at, values + at, here, channels, block, gradient + at);
  });
}

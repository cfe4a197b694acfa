#include "softmax.h"

#include <math.h>

#include "exponential.h"
#include "platform.h"

static float largest(const float *x, long columns) {
  float best = x[0];
  for (long i = 1; i < columns; ++i) best = x[i] > best || x[i] != x[i] ? x[i] : best;
  return best;
}

// Σ e^(x − shift)
QAT_INLINE double exponential_sum(const float *x, long columns, double shift) {
  double total = 0;
  for (long i = 0; i < columns; ++i) total += qat_exponential(x[i] - shift);
  return total;
}

QAT_CLONES void qat_softmax(const float *values, float *result, long rows, long columns) {
  for (long row = 0; row < rows; ++row) {
    const float *x = values + row * columns;
    float *y = result + row * columns;
    const double shift = largest(x, columns);
    const double total = exponential_sum(x, columns, shift);
    for (long i = 0; i < columns; ++i) y[i] = (float)(qat_exponential(x[i] - shift) / total);
  }
}

QAT_CLONES void qat_log_softmax(const float *values, float *result, long rows, long columns) {
  for (long row = 0; row < rows; ++row) {
    const float *x = values + row * columns;
    float *y = result + row * columns;
    const double shift = largest(x, columns);
    const double normalizer = shift + log(exponential_sum(x, columns, shift));
    for (long i = 0; i < columns; ++i) y[i] = (float)(x[i] - normalizer);
  }
}

void qat_softmax_gradient(
    const float *upstream, const float *result, float *gradient, long rows, long columns) {
  for (long row = 0; row < rows; ++row) {
    const float *u = upstream + row * columns;
    const float *y = result + row * columns;
    double weighted = 0;
    for (long i = 0; i < columns; ++i) weighted += (double)u[i] * y[i];
    for (long i = 0; i < columns; ++i) gradient[row * columns + i] = (float)(y[i] * (u[i] - weighted));
  }
}

QAT_CLONES void qat_log_softmax_gradient(
    const float *upstream, const float *result, float *gradient, long rows, long columns) {
  for (long row = 0; row < rows; ++row) {
    const float *u = upstream + row * columns;
    const float *y = result + row * columns;
    double total = 0;
    for (long i = 0; i < columns; ++i) total += u[i];
    for (long i = 0; i < columns; ++i) {
      gradient[row * columns + i] = (float)(u[i] - qat_exponential(y[i]) * total);
    }
  }
}

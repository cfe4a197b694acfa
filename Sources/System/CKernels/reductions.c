#include "reductions.h"

#include "lanes.h"
#include "platform.h"

enum {
  lanes = 16,
  narrow = 512,  // shorter rows are summed a block of columns at a time, in registers
};

QAT_CLONES void qat_sum_rows(const float *values, long first, long last, long inner, double *totals) {
  if (inner > 1 && inner < narrow) {
    QAT_EACH_BLOCK(inner, {
      double sums[lanes];
      for (long k = 0; k < lanes; ++k) sums[k] = 0;
      for (long row = first; row < last; ++row) {
        const float *x = values + row * inner + base;
        for (long k = 0; k < lanes; ++k) sums[k] += (double)x[k];
      }
      for (long k = 0; k < lanes; ++k) totals[base + k] += sums[k];
    });
    return;
  }
  if (inner > 1) {
    for (long row = first; row < last; ++row) {
      const float *x = values + row * inner;
      for (long i = 0; i < inner; ++i) totals[i] += (double)x[i];
    }
    return;
  }
  // One long row: sixteen running sums, combined at the end in one order.
  double running[lanes] = {0};
  long i = first;
  for (; i + lanes <= last; i += lanes) {
    for (long lane = 0; lane < lanes; ++lane) running[lane] += (double)values[i + lane];
  }
  double total = totals[0];
  for (; i < last; ++i) total += (double)values[i];
  for (long lane = 0; lane < lanes; ++lane) total += running[lane];
  totals[0] = total;
}

// The element that beats the other; NaN beats everything.
#define QAT_BETTER(x, best, beats) ((((x)beats(best)) | ((x) != (x))) ? (x) : (best))

#define QAT_EXTREMUM(name, beats)                                                                   \
  QAT_CLONES void name(const float *values, long reduced, long inner, float *result) {              \
    long row = 1;                                                                                   \
    for (long i = 0; i < inner; ++i) result[i] = values[i];                                         \
    if (inner == 1 && reduced >= lanes) {                                                           \
      float best[lanes];                                                                            \
      for (long lane = 0; lane < lanes; ++lane) best[lane] = values[lane];                          \
      for (row = lanes; row + lanes <= reduced; row += lanes) {                                     \
        for (long lane = 0; lane < lanes; ++lane) {                                                 \
          best[lane] = QAT_BETTER(values[row + lane], best[lane], beats);                           \
        }                                                                                           \
      }                                                                                             \
      for (long lane = 0; lane < lanes; ++lane) result[0] = QAT_BETTER(best[lane], result[0], beats); \
    }                                                                                               \
    for (; row < reduced; ++row) {                                                                  \
      const float *x = values + row * inner;                                                        \
      for (long i = 0; i < inner; ++i) result[i] = QAT_BETTER(x[i], result[i], beats);              \
    }                                                                                               \
  }

QAT_EXTREMUM(qat_max_rows, >)
QAT_EXTREMUM(qat_min_rows, <)

void qat_argmax_rows(const float *values, long reduced, long inner, long *result) {
  for (long i = 0; i < inner; ++i) {
    long best = 0;
    for (long row = 1; row < reduced; ++row) {
      if (values[row * inner + i] > values[best * inner + i]) best = row;
    }
    result[i] = best;
  }
}

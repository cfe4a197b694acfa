#ifndef QAT_BATCH_NORM_H
#define QAT_BATCH_NORM_H

// The passes of batch normalization over values[rows, channels]. Sums run in double precision.

// totals[channel] += Σ (value − center)²
void qat_sum_squares(const float *values, long rows, long channels, const double *center, double *totals);

// result = (value − center) × factor + term
void qat_scale_and_shift(
    const float *values, long rows, long channels, const float *center, const float *factor,
    const float *term, float *result);

// sums[channel] += Σ upstream and products[channel] += Σ upstream × (value − center)
void qat_batch_norm_sums(
    const float *upstream, const float *values, long rows, long channels, const double *center, double *sums,
    double *products);

// gradient = upstream × a + (value − center) × b + c, with a channel's own center, a, b and c
void qat_batch_norm_gradient(
    const float *upstream, const float *values, long rows, long channels, const float *center,
    const float *a, const float *b, const float *c, float *gradient);

#endif

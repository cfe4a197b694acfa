#ifndef QAT_BATCH_NORM_H
#define QAT_BATCH_NORM_H

// The passes of batch normalization over values[rows, channels]. Sums run in double precision.

// sums[channel] += Σ (value − pivot) and squares[channel] += Σ (value − pivot)². A pivot near the values keeps
// the difference of the two, the variance, exact.
void qat_channel_moments(
    const float *values, long rows, long channels, const float *pivot, double *sums, double *squares);

// What is done to the values of each channel.
typedef struct {
  const float *center, *factor, *term;
} qat_normalization;

// result = (value − center) × factor + term
void qat_normalize(
    const float *values, long rows, long channels, qat_normalization normalization, float *result);

// sums[channel] += Σ upstream and products[channel] += Σ upstream × (value − center)
void qat_normalization_sums(
    const float *upstream, const float *values, long rows, long channels, const double *center, double *sums,
    double *products);

// What becomes of the upstream gradient of each channel.
typedef struct {
  const float *center, *factor, *slope, *term;
} qat_normalization_gradient;

// gradient = upstream × factor + (value − center) × slope + term
void qat_normalize_gradient(
    const float *upstream, const float *values, long rows, long channels,
    qat_normalization_gradient normalization, float *gradient);

#endif

#ifndef QAT_BATCH_NORM_H
#define QAT_BATCH_NORM_H

// The passes of batch normalization over values[rows, channels]. Sums are added in double precision.

// sums[channel] += Σ (value − pivot) and squares[channel] += Σ (value − pivot)². With a pivot near the values, the
// variance, a difference of the two, loses no precision.
void qat_channel_moments(
    const float *values, long rows, long channels, const float *pivot, double *sums, double *squares);

// The constants of each channel that normalize its values.
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

// The constants of each channel that turn the upstream gradient into the gradient of its values.
typedef struct {
  const float *center, *factor, *slope, *term;
} qat_normalization_gradient;

// gradient = upstream × factor + (value − center) × slope + term
void qat_normalize_gradient(
    const float *upstream, const float *values, long rows, long channels,
    qat_normalization_gradient normalization, float *gradient);

#endif

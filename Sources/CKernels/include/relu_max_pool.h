#ifndef QAT_RELU_MAX_POOL_H
#define QAT_RELU_MAX_POOL_H

#include <stdint.h>

#include "batch_norm.h"

// Normalization, ReLU and max pooling of one image in one pass, and its gradient in one pass back. Windows lie
// side by side: height / window_height × width / window_width of them, what is left over belongs to none. With
// windows of one pixel there is no pooling.
typedef struct {
  long height, width, channels;
  long window_height, window_width;  // at most 254 pixels together
} qat_pooling;

// The window's largest normalized value, held between 0 and `ceiling`. `choice` says which of the window's
// pixels it was, row by row, the first of those that tie, or qat_no_choice where ReLU lets no gradient pass.
// `chosen` receives that pixel before normalization. With normalization.center NULL there is none, and
// `chosen` is not written.
enum { qat_no_choice = 255 };
void qat_relu_max_pool(
    qat_pooling pooling, qat_normalization normalization, float ceiling, const float *image, float *result,
    uint8_t *choice, float *chosen);

// gradient = upstream where the choice fell, and 0 elsewhere.
void qat_relu_max_pool_gradient(
    qat_pooling pooling, const float *upstream, const uint8_t *choice, float *gradient);

// gradient = upstream at the choice × factor + (image − center) × slope + term: through the normalization too.
void qat_normalized_max_pool_gradient(
    qat_pooling pooling, qat_normalization_gradient normalization, const float *image, const float *upstream,
    const uint8_t *choice, float *gradient);

// Over rows of upstream, choice and chosen, where a choice was made: sums[channel] += Σ upstream, and, unless
// `products` is NULL, products[channel] += Σ upstream × (chosen − center).
void qat_choice_sums(
    const float *upstream, const uint8_t *choice, const float *chosen, long rows, long channels,
    const double *center, double *sums, double *products);

#endif

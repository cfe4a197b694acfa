#ifndef QAT_RELU_MAX_POOL_H
#define QAT_RELU_MAX_POOL_H

#include <stdint.h>

#include "batch_norm.h"

// Max pooling, normalization and ReLU, and the way back in one pass. Windows lie side by side: height /
// window_height × width / window_width of them in an image, what is left over belongs to none. With windows of
// one pixel there is no pooling.
typedef struct {
  long height, width, channels;
  long window_height, window_width;  // at most 254 pixels together
} qat_pooling;

// The pixel of each window that is largest once its channel is multiplied by signs[channel]; NULL stands for
// ones. `choice` says which it is, row by row, the first of those that tie.
//
// A normalization keeps the order of a channel's values, or turns it round: so the choice is made before its
// statistics are known.
void qat_choose_pixels(
    qat_pooling pooling, const float *signs, const float *image, float *chosen, uint8_t *choice);

// result = the chosen pixels normalized, held between 0 and `ceiling`. Where that lets no gradient pass, the
// choice becomes qat_no_choice. With normalization.center NULL there is none. Returns the greatest result, or NaN
// if there is one.
enum { qat_no_choice = 255 };
float qat_relu_chosen(
    const float *chosen, long rows, long channels, qat_normalization normalization, float ceiling,
    float *result, uint8_t *choice);

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

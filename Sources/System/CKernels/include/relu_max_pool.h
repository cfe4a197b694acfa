#ifndef QAT_RELU_MAX_POOL_H
#define QAT_RELU_MAX_POOL_H

#include <stdint.h>

#include "batch_norm.h"

// Max pooling, normalization and ReLU, and their gradients. Windows lie side by side: an image has
// height / window_height × width / window_width of them, and pixels at the right and the bottom may belong to none.
// Windows of one pixel mean no pooling.
typedef struct {
  long height, width, channels;
  long window_height, window_width;  // at most 254 pixels together
} qat_pooling;

// Chooses the pixel of each window whose value times signs[channel] is largest; `signs` NULL stands for ones. `choice`
// is its index in the window, row by row; of equal pixels the first is chosen.
//
// Normalization keeps the order of a channel's values or reverses it, by the sign of gamma. So the pixel can be chosen
// before the statistics are known.
void qat_choose_pixels(
    qat_pooling pooling, const float *signs, const float *image, float *chosen, uint8_t *choice);

// result = the chosen pixels, normalized and clamped to 0 … ceiling. Where no gradient passes, the choice becomes
// qat_no_choice. With normalization.center NULL nothing is normalized. Returns the greatest result, or NaN if one is
// NaN.
enum { qat_no_choice = 255 };
float qat_relu_chosen(
    const float *chosen, long rows, long channels, qat_normalization normalization, float ceiling,
    float *result, uint8_t *choice);

// gradient = upstream at the chosen pixel, 0 elsewhere.
void qat_relu_max_pool_gradient(
    qat_pooling pooling, const float *upstream, const uint8_t *choice, float *gradient);

// gradient = (upstream × factor at the chosen pixel, 0 elsewhere) + (image − center) × slope + term: the gradient
// through pooling and normalization.
void qat_normalized_max_pool_gradient(
    qat_pooling pooling, qat_normalization_gradient normalization, const float *image, const float *upstream,
    const uint8_t *choice, float *gradient);

// Over the rows of upstream, choice and chosen, where the choice is not qat_no_choice: sums[channel] += Σ upstream and,
// unless `products` is NULL, products[channel] += Σ upstream × (chosen − center).
void qat_choice_sums(
    const float *upstream, const uint8_t *choice, const float *chosen, long rows, long channels,
    const double *center, double *sums, double *products);

#endif

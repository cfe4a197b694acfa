#include "platform.h"
#include "pooling_windows.h"
#include "relu_max_pool.h"

// `lanes` channels of one window of 2×2 pixels, the common case.
QAT_INLINE void spread_over_four(
    qat_pooling p, long lanes, qat_normalization_gradient n, int normalizes, const float *image,
    const float *upstream, const uint8_t *choice, float *gradient) {
  float given[16];
  int32_t chosen[16];
  for (long k = 0; k < lanes; ++k) {
    given[k] = normalizes ? upstream[k] * n.factor[k] : upstream[k];
    chosen[k] = choice[k];
  }
  for (long i = 0; i < 2; ++i) {
    for (long j = 0; j < 2; ++j) {
      const long pixel = (i * p.width + j) * p.channels;
      const int32_t index = (int32_t)(2 * i + j);
      float found[16];
      for (long k = 0; k < lanes; ++k) {
        found[k] = chosen[k] == index ? given[k] : 0;
        if (normalizes) found[k] = found[k] + (image[pixel + k] - n.center[k]) * n.slope[k] + n.term[k];
      }
      for (long k = 0; k < lanes; ++k) gradient[pixel + k] = found[k];
    }
  }
}

// `lanes` channels of one window of any size. Everything is read again for each pixel, which is quicker than keeping
// it in arrays.
QAT_INLINE void spread_over_any(
    qat_pooling p, long lanes, qat_normalization_gradient n, int normalizes, const float *restrict image,
    const float *restrict upstream, const uint8_t *restrict choice, float *restrict gradient) {
  for (long i = 0; i < p.window_height; ++i) {
    for (long j = 0; j < p.window_width; ++j) {
      const long pixel = (i * p.width + j) * p.channels;
      const uint8_t index = (uint8_t)(i * p.window_width + j);
      QAT_EACH_LANE(k) {
        const float given = normalizes ? upstream[k] * n.factor[k] : upstream[k];
        const float found = choice[k] == index ? given : 0;
        gradient[pixel + k] =
            normalizes ? found + (image[pixel + k] - n.center[k]) * n.slope[k] + n.term[k] : found;
      }
    }
  }
}

// All channels of all windows of one pixel.
QAT_INLINE void spread_over_one(
    qat_pooling p, qat_normalization_gradient n, int normalizes, const float *restrict image,
    const float *restrict upstream, const uint8_t *restrict choice, float *restrict gradient) {
  for (long first = 0; first < p.height * p.width * p.channels; first += p.channels) {
    for (long c = 0; c < p.channels; ++c) {
      const float given = normalizes ? upstream[first + c] * n.factor[c] : upstream[first + c];
      const float found = choice[first + c] == 0 ? given : 0;
      gradient[first + c] =
          normalizes ? found + (image[first + c] - n.center[c]) * n.slope[c] + n.term[c] : found;
    }
  }
}

// The pixels that belong to no window, at the right and at the bottom: no upstream gradient reaches them.
QAT_INLINE void spread_left_over(
    qat_pooling p, qat_normalization_gradient n, int normalizes, const float *restrict image,
    float *restrict gradient) {
  const long covered_height = p.height / p.window_height * p.window_height;
  const long covered_width = p.width / p.window_width * p.window_width;
  for (long y = 0; y < p.height; ++y) {
    for (long x = y < covered_height ? covered_width : 0; x < p.width; ++x) {
      const long pixel = (y * p.width + x) * p.channels;
      for (long c = 0; c < p.channels; ++c) {
        gradient[pixel + c] = normalizes ? (image[pixel + c] - n.center[c]) * n.slope[c] + n.term[c] : 0;
      }
    }
  }
}

// The constants of the channels from `base` on.
QAT_INLINE qat_normalization_gradient from_channel(qat_normalization_gradient n, int normalizes, long base) {
  if (!normalizes) return n;
  return (qat_normalization_gradient){n.center + base, n.factor + base, n.slope + base, n.term + base};
}

QAT_INLINE void spread_image(
    qat_pooling p, qat_normalization_gradient n, int normalizes, const float *image, const float *upstream,
    const uint8_t *choice, float *gradient) {
  if (p.window_height == 1 && p.window_width == 1) {
    spread_over_one(p, n, normalizes, image, upstream, choice, gradient);
    return;
  }
  if (p.window_height == 2 && p.window_width == 2) {
    QAT_EACH_POOLING_WINDOW(p, 2, 2, {
      spread_over_four(
          p, lanes, from_channel(n, normalizes, base), normalizes, normalizes ? image + corner : 0,
          upstream + output, choice + output, gradient + corner);
    });
  } else {
    QAT_EACH_POOLING_WINDOW(p, p.window_height, p.window_width, {
      spread_over_any(
          p, lanes, from_channel(n, normalizes, base), normalizes, normalizes ? image + corner : 0,
          upstream + output, choice + output, gradient + corner);
    });
  }
  spread_left_over(p, n, normalizes, image, gradient);
}

QAT_CLONES void qat_relu_max_pool_gradient(
    qat_pooling p, const float *upstream, const uint8_t *choice, float *gradient) {
  const qat_normalization_gradient none = {0};
  spread_image(p, none, 0, 0, upstream, choice, gradient);
}

QAT_CLONES void qat_normalized_max_pool_gradient(
    qat_pooling p, qat_normalization_gradient n, const float *image, const float *upstream,
    const uint8_t *choice, float *gradient) {
  spread_image(p, n, 1, image, upstream, choice, gradient);
}

QAT_CLONES void qat_choice_sums(
    const float *upstream, const uint8_t *choice, const float *chosen, long rows, long channels,
    const double *center, double *sums, double *products) {
  QAT_EACH_BLOCK(channels, {
    double sum[lanes];
    double product[lanes];
    for (long k = 0; k < lanes; ++k) sum[k] = product[k] = 0;
    for (long row = 0; row < rows; ++row) {
      const long first = row * channels + base;
      for (long k = 0; k < lanes; ++k) {
        const double u = choice[first + k] == qat_no_choice ? 0 : upstream[first + k];
        sum[k] += u;
        if (products) product[k] += u * (chosen[first + k] - center[base + k]);
      }
    }
    for (long k = 0; k < lanes; ++k) {
      sums[base + k] += sum[k];
      if (products) products[base + k] += product[k];
    }
  });
}

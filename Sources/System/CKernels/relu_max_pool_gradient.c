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

// `lanes` channels of some windows of one pixel; the constants of the channels stay in registers.
QAT_INLINE void spread_over_ones(
    long pixels, long channels, long lanes, qat_normalization_gradient n, int normalizes, const float *restrict image,
    const float *restrict upstream, const uint8_t *restrict choice, float *restrict gradient) {
  float middle[16], factor[16], slope[16], term[16];
  for (long k = 0; k < lanes; ++k) {
    middle[k] = normalizes ? n.center[k] : 0, factor[k] = normalizes ? n.factor[k] : 1;
    slope[k] = normalizes ? n.slope[k] : 0, term[k] = normalizes ? n.term[k] : 0;
  }
  for (long pixel = 0; pixel < pixels * channels; pixel += channels) {
    QAT_EACH_LANE(k) {
      const float given = normalizes ? upstream[pixel + k] * factor[k] : upstream[pixel + k];
      const float found = choice[pixel + k] == 0 ? given : 0;
      gradient[pixel + k] = normalizes ? found + (image[pixel + k] - middle[k]) * slope[k] + term[k] : found;
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
    QAT_EACH_BLOCK_OF_ROWS(p.height * p.width, p.channels, {
      spread_over_ones(
          here, p.channels, lanes, from_channel(n, normalizes, base), normalizes, normalizes ? image + at : 0,
          upstream + at, choice + at, gradient + at);
    });
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

// The sums of `lanes` channels. `lanes` and `has_products` are literals at the call; the loops over lanes are vectors.
QAT_INLINE void sum_choices(
    long lanes, int has_products, const float *restrict upstream, const uint8_t *restrict choice,
    const float *restrict chosen, long rows, long channels, const double *center, double *sums, double *products) {
  double sum[16], product[16], middle[16];
  for (long k = 0; k < lanes; ++k) {
    sum[k] = sums[k];
    product[k] = has_products ? products[k] : 0;
    middle[k] = has_products ? center[k] : 0;
  }
  for (long row = 0; row < rows; ++row, upstream += channels, choice += channels) {
    float given[16];
    QAT_EACH_LANE(k) given[k] = choice[k] == qat_no_choice ? 0 : upstream[k];
    QAT_EACH_LANE(k) sum[k] += (double)given[k];
    if (!has_products) continue;
    QAT_EACH_LANE(k) product[k] += (double)given[k] * ((double)chosen[k] - middle[k]);
    chosen += channels;
  }
  for (long k = 0; k < lanes; ++k) {
    sums[k] = sum[k];
    if (has_products) products[k] = product[k];
  }
}

QAT_CLONES void qat_choice_sums(
    const float *upstream, const uint8_t *choice, const float *chosen, long rows, long channels,
    const double *center, double *sums, double *products) {
  QAT_EACH_BLOCK_OF_ROWS(rows, channels, {
    if (products) {
      sum_choices(
          lanes, 1, upstream + at, choice + at, chosen + at, here, channels, center + base, sums + base,
          products + base);
    } else {
      sum_choices(lanes, 0, upstream + at, choice + at, 0, here, channels, 0, sums + base, 0);
    }
  });
}

#include "relu_max_pool.h"

#include <math.h>
#include <string.h>

#include "lanes.h"
#include "platform.h"

// `lanes` channels of one window. The sizes of the window are literals in the common case, so that its loops
// unroll and the loop over the channels becomes vector code.
QAT_INLINE void choose_pixel(
    qat_pooling p, long high, long wide, long lanes, const float *signs, const float *restrict corner,
    float *restrict chosen, uint8_t *restrict choice) {
  for (long k = 0; k < lanes; ++k) {
    float best = -INFINITY, original = 0;
    int32_t place = 0;
    for (long i = 0; i < high; ++i) {
      for (long j = 0; j < wide; ++j) {
        const float value = corner[(i * p.width + j) * p.channels + k];
        const float y = signs ? value * signs[k] : value;
        const int better = (y > best) | (y != y);  // once NaN, it stays NaN
        best = better ? y : best;
        original = better ? value : original;
        place = better ? (int32_t)(i * wide + j) : place;
      }
    }
    chosen[k] = original;
    choice[k] = (uint8_t)place;
  }
}

QAT_INLINE void choose_in_image(
    qat_pooling p, long high, long wide, const float *signs, const float *image, float *chosen,
    uint8_t *choice) {
  const long down = p.height / high, across = p.width / wide;
  for (long y = 0; y < down; ++y) {
    for (long x = 0; x < across; ++x) {
      const float *corner = image + (y * high * p.width + x * wide) * p.channels;
      const long out = (y * across + x) * p.channels;
      QAT_EACH_BLOCK(p.channels, {
        choose_pixel(
            p, high, wide, lanes, signs ? signs + base : 0, corner + base, chosen + out + base,
            choice + out + base);
      });
    }
  }
}

QAT_CLONES void qat_choose_pixels(
    qat_pooling p, const float *signs, const float *image, float *chosen, uint8_t *choice) {
  if (p.window_height == 1 && p.window_width == 1) {
    const long count = p.height * p.width * p.channels;
    memcpy(chosen, image, (size_t)count * sizeof(float));
    memset(choice, 0, (size_t)count);
  } else if (p.window_height == 2 && p.window_width == 2) {
    if (signs) {
      choose_in_image(p, 2, 2, signs, image, chosen, choice);
    } else {
      choose_in_image(p, 2, 2, 0, image, chosen, choice);
    }
  } else {
    choose_in_image(p, p.window_height, p.window_width, signs, image, chosen, choice);
  }
}

// `lanes` neighbours. What comes out is 0 or more, or NaN: as numbers without a sign, its bits are in the order
// of the values, NaN last. `tops` gathers the greatest.
QAT_INLINE void relu_lanes(
    long lanes, qat_normalization n, int normalizes, float ceiling, const float *restrict chosen,
    float *restrict result, uint8_t *restrict choice, uint32_t *restrict tops) {
  for (long k = 0; k < lanes; ++k) {
    const float y = normalizes ? (chosen[k] - n.center[k]) * n.factor[k] + n.term[k] : chosen[k];
    const float raised = y <= 0 ? 0 : y;
    const float held = raised > ceiling ? ceiling : raised;
    uint32_t bits;
    memcpy(&bits, &held, sizeof bits);
    tops[k] = bits > tops[k] ? bits : tops[k];
    result[k] = held;
    choice[k] |= (uint8_t)(((y > 0) & (y < ceiling)) - 1);  // qat_no_choice has all bits set
  }
}

QAT_INLINE float relu_rows(
    const float *chosen, long rows, long channels, qat_normalization n, int normalizes, float ceiling,
    float *result, uint8_t *choice) {
  uint32_t tops[16] = {0};
  for (long row = 0; row < rows; ++row) {
    const long first = row * channels;
    QAT_EACH_BLOCK(channels, {
      const long place = first + base;
      qat_normalization here = n;
      if (normalizes) here = (qat_normalization){n.center + base, n.factor + base, n.term + base};
      relu_lanes(lanes, here, normalizes, ceiling, chosen + place, result + place, choice + place, tops);
    });
  }
  for (long k = 1; k < 16; ++k) tops[0] = tops[k] > tops[0] ? tops[k] : tops[0];
  float greatest;
  memcpy(&greatest, tops, sizeof greatest);
  return greatest;
}

QAT_CLONES float qat_relu_chosen(
    const float *chosen, long rows, long channels, qat_normalization n, float ceiling, float *result,
    uint8_t *choice) {
  // Without normalization all channels are alike: one long row.
  return n.center ? relu_rows(chosen, rows, channels, n, 1, ceiling, result, choice)
                  : relu_rows(chosen, 1, rows * channels, n, 0, ceiling, result, choice);
}

// The pixels that belong to no window, at the right and at the bottom: `body` runs for the number of each.
#define QAT_EACH_LEFT_OVER(p, high, wide, body)                                              \
  for (long y = 0; y < (p).height; ++y) {                                                    \
    const long first = y < (p).height / (high) * (high) ? (p).width / (wide) * (wide) : 0;   \
    for (long x = first; x < (p).width; ++x) {                                               \
      const long pixel = y * (p).width + x;                                                  \
      body                                                                                   \
    }                                                                                        \
  }

// `lanes` channels of one window.
QAT_INLINE void spread_window(
    qat_pooling p, long high, long wide, long lanes, qat_normalization_gradient n, int normalizes,
    const float *image, const float *upstream, const uint8_t *choice, float *gradient) {
  float given[16];
  int32_t chosen[16];
  for (long k = 0; k < lanes; ++k) {
    given[k] = normalizes ? upstream[k] * n.factor[k] : upstream[k];
    chosen[k] = choice[k];
  }
  for (long i = 0; i < high; ++i) {
    for (long j = 0; j < wide; ++j) {
      const long pixel = (i * p.width + j) * p.channels;
      const int32_t place = (int32_t)(i * wide + j);
      float found[16];
      for (long k = 0; k < lanes; ++k) {
        found[k] = chosen[k] == place ? given[k] : 0;
        if (normalizes) found[k] = found[k] + (image[pixel + k] - n.center[k]) * n.slope[k] + n.term[k];
      }
      for (long k = 0; k < lanes; ++k) gradient[pixel + k] = found[k];
    }
  }
}

QAT_INLINE void spread_image(
    qat_pooling p, long high, long wide, qat_normalization_gradient n, int normalizes, const float *image,
    const float *upstream, const uint8_t *choice, float *gradient) {
  const long down = p.height / high, across = p.width / wide, channels = p.channels;
  for (long y = 0; y < down; ++y) {
    for (long x = 0; x < across; ++x) {
      const long corner = (y * high * p.width + x * wide) * channels;
      const long out = (y * across + x) * channels;
      QAT_EACH_BLOCK(channels, {
        qat_normalization_gradient here = n;
        if (normalizes) {
          here = (qat_normalization_gradient){
              n.center + base, n.factor + base, n.slope + base, n.term + base};
        }
        spread_window(
            p, high, wide, lanes, here, normalizes, normalizes ? image + corner + base : 0,
            upstream + out + base, choice + out + base, gradient + corner + base);
      });
    }
  }
  QAT_EACH_LEFT_OVER(p, high, wide, {
    for (long c = 0; c < channels; ++c) {
      gradient[pixel * channels + c] =
          normalizes ? (image[pixel * channels + c] - n.center[c]) * n.slope[c] + n.term[c] : 0;
    }
  })
}

QAT_CLONES void qat_relu_max_pool_gradient(
    qat_pooling p, const float *upstream, const uint8_t *choice, float *gradient) {
  const qat_normalization_gradient none = {0};
  if (p.window_height == 1 && p.window_width == 1) {
    spread_image(p, 1, 1, none, 0, 0, upstream, choice, gradient);
  } else if (p.window_height == 2 && p.window_width == 2) {
    spread_image(p, 2, 2, none, 0, 0, upstream, choice, gradient);
  } else {
    spread_image(p, p.window_height, p.window_width, none, 0, 0, upstream, choice, gradient);
  }
}

QAT_CLONES void qat_normalized_max_pool_gradient(
    qat_pooling p, qat_normalization_gradient n, const float *image, const float *upstream,
    const uint8_t *choice, float *gradient) {
  if (p.window_height == 1 && p.window_width == 1) {
    spread_image(p, 1, 1, n, 1, image, upstream, choice, gradient);
  } else if (p.window_height == 2 && p.window_width == 2) {
    spread_image(p, 2, 2, n, 1, image, upstream, choice, gradient);
  } else {
    spread_image(p, p.window_height, p.window_width, n, 1, image, upstream, choice, gradient);
  }
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

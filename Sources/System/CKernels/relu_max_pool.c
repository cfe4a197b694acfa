#include "relu_max_pool.h"

#include <math.h>
#include <string.h>

#include "platform.h"
#include "pooling_windows.h"

// Whether a pixel replaces the best one so far: it is greater, or NaN. Once NaN, the best stays NaN.
QAT_INLINE int is_better(float y, float best) { return (y > best) | (y != y); }

// `lanes` channels of one window of 2×2 pixels, the common case: each channel's four pixels together, in registers.
QAT_INLINE void choose_of_four(
    qat_pooling p, long lanes, const float *signs, const float *restrict corner, float *restrict chosen,
    uint8_t *restrict choice) {
  QAT_EACH_LANE(k) {
    float best = -INFINITY, original = 0;
    int32_t index = 0;
    for (long i = 0; i < 2; ++i) {
      for (long j = 0; j < 2; ++j) {
        const float value = corner[(i * p.width + j) * p.channels + k];
        const float y = signs ? value * signs[k] : value;
        const int better = is_better(y, best);
        best = better ? y : best;
        original = better ? value : original;
        index = better ? (int32_t)(2 * i + j) : index;
      }
    }
    chosen[k] = original;
    choice[k] = (uint8_t)index;
  }
}

// `lanes` channels of one window of any size, one pixel after the other.
QAT_INLINE void choose_of_any(
    qat_pooling p, long lanes, const float *signs, const float *restrict corner, float *restrict chosen,
    uint8_t *restrict choice) {
  float sign[16], best[16], original[16];
  int32_t index[16];
  QAT_EACH_LANE(k) sign[k] = signs ? signs[k] : 1, best[k] = -INFINITY, original[k] = 0, index[k] = 0;
  for (long i = 0; i < p.window_height; ++i) {
    for (long j = 0; j < p.window_width; ++j) {
      const float *restrict pixel = corner + (i * p.width + j) * p.channels;
      QAT_EACH_LANE(k) {
        // Read before the comparison: else the writes become conditional, which is slow in vector code.
        const float value = pixel[k], best_before = best[k], original_before = original[k];
        const int32_t index_before = index[k];
        const float y = value * sign[k];
        const int better = is_better(y, best_before);
        best[k] = better ? y : best_before;
        original[k] = better ? value : original_before;
        index[k] = better ? (int32_t)(i * p.window_width + j) : index_before;
      }
    }
  }
  QAT_EACH_LANE(k) chosen[k] = original[k], choice[k] = (uint8_t)index[k];
}

QAT_CLONES void qat_choose_pixels(
    qat_pooling p, const float *signs, const float *image, float *chosen, uint8_t *choice) {
  if (p.window_height == 1 && p.window_width == 1) {
    const long count = p.height * p.width * p.channels;
    memcpy(chosen, image, (size_t)count * sizeof(float));
    memset(choice, 0, (size_t)count);
  } else if (p.window_height == 2 && p.window_width == 2) {
    if (signs) {
      QAT_EACH_POOLING_WINDOW(p, 2, 2, {
        choose_of_four(p, lanes, signs + base, image + corner, chosen + output, choice + output);
      });
    } else {
      QAT_EACH_POOLING_WINDOW(
          p, 2, 2, { choose_of_four(p, lanes, 0, image + corner, chosen + output, choice + output); });
    }
  } else {
    QAT_EACH_POOLING_WINDOW(p, p.window_height, p.window_width, {
      choose_of_any(
          p, lanes, signs ? signs + base : 0, image + corner, chosen + output, choice + output);
    });
  }
}

// `lanes` neighbours. A result is 0 or more, or NaN: read as an unsigned integer, its bits are in the order of
// the values, NaN last. `tops` gathers the greatest.
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

QAT_CLONES float qat_relu_chosen(
    const float *chosen, long rows, long channels, qat_normalization n, float ceiling, float *result,
    uint8_t *choice) {
  uint32_t tops[16] = {0};
  const long count = rows * channels;
  if (n.center) {
    for (long first = 0; first < count; first += channels) {
      QAT_EACH_BLOCK(channels, {
        const long at = first + base;
        const qat_normalization here = {n.center + base, n.factor + base, n.term + base};
        relu_lanes(lanes, here, 1, ceiling, chosen + at, result + at, choice + at, tops);
      });
    }
  } else {  // all channels are alike: one long row
    long at = 0;
    for (; at + 16 <= count; at += 16) {
      relu_lanes(16, n, 0, ceiling, chosen + at, result + at, choice + at, tops);
    }
    for (; at < count; ++at) relu_lanes(1, n, 0, ceiling, chosen + at, result + at, choice + at, tops);
  }
  for (long k = 1; k < 16; ++k) tops[0] = tops[k] > tops[0] ? tops[k] : tops[0];
  float greatest;
  memcpy(&greatest, tops, sizeof greatest);
  return greatest;
}

#include <math.h>

#include "lanes.h"
#include "platform.h"
#include "pooling_windows.h"
#include "span.h"
#include "sliding_windows.h"

// Each kind of pooling has two functions, which compute `lanes` channels of one window. One is for windows of 2×2
// pixels inside the image, the common case: it takes each channel's four pixels together, in registers. The other is
// for windows of any size: it takes one pixel after the other.

QAT_INLINE void max_of_four(
    qat_windows w, long lanes, const float *restrict corner, float *restrict result) {
  QAT_EACH_LANE(k) {
    float best = -INFINITY;
    for (long i = 0; i < 2; ++i) {
      for (long j = 0; j < 2; ++j) best = qat_larger(corner[(i * w.width + j) * w.channels + k], best);
    }
    result[k] = best;
  }
}

QAT_INLINE void max_of_any(
    qat_windows w, long high, long wide, long lanes, const float *restrict corner, float *restrict result) {
  float best[16];
  QAT_EACH_LANE(k) best[k] = -INFINITY;
  for (long i = 0; i < high; ++i) {
    for (long j = 0; j < wide; ++j) {
      const float *restrict pixel = corner + (i * w.width + j) * w.channels;
      QAT_EACH_LANE(k) {
        const float before = best[k];
        best[k] = qat_larger(pixel[k], before);
      }
    }
  }
  QAT_EACH_LANE(k) result[k] = best[k];
}

QAT_INLINE void average_of_four(
    qat_windows w, long lanes, const float *restrict corner, float *restrict result) {
  QAT_EACH_LANE(k) {
    float total = 0;
    for (long i = 0; i < 2; ++i) {
      for (long j = 0; j < 2; ++j) total += corner[(i * w.width + j) * w.channels + k];
    }
    result[k] = total / 4;
  }
}

QAT_INLINE void average_of_any(
    qat_windows w, long high, long wide, long lanes, const float *restrict corner, float *restrict result) {
  const float inside = (float)(high * wide);
  float total[16];
  QAT_EACH_LANE(k) total[k] = 0;
  for (long i = 0; i < high; ++i) {
    for (long j = 0; j < wide; ++j) {
      const float *restrict pixel = corner + (i * w.width + j) * w.channels;
      QAT_EACH_LANE(k) total[k] += pixel[k];
    }
  }
  QAT_EACH_LANE(k) result[k] = total[k] / inside;
}

// The upstream gradient goes to the first pixel that equals the result.
QAT_INLINE void give_to_maximum_of_four(
    qat_windows w, long lanes, const float *restrict upstream, const float *restrict corner,
    const float *restrict result, float *restrict gradient) {
  // Everything is read before anything is written, so that no write can change what is read next.
  float waiting[16], found[4][16];
  QAT_EACH_LANE(k) waiting[k] = upstream[k];
  for (long place = 0; place < 4; ++place) {
    const long pixel = (place / 2 * w.width + place % 2) * w.channels;
    QAT_EACH_LANE(k) {
      const float before = waiting[k];
      const int chosen = corner[pixel + k] == result[k];
      found[place][k] = gradient[pixel + k] + (chosen ? before : 0);
      waiting[k] = chosen ? 0 : before;
    }
  }
  for (long place = 0; place < 4; ++place) {
    const long pixel = (place / 2 * w.width + place % 2) * w.channels;
    QAT_EACH_LANE(k) gradient[pixel + k] = found[place][k];
  }
}

QAT_INLINE void give_to_maximum_of_any(
    qat_windows w, long high, long wide, long lanes, const float *restrict upstream,
    const float *restrict corner, const float *restrict result, float *restrict gradient) {
  float waiting[16];
  QAT_EACH_LANE(k) waiting[k] = upstream[k];
  for (long i = 0; i < high; ++i) {
    for (long j = 0; j < wide; ++j) {
      const long pixel = (i * w.width + j) * w.channels;
      QAT_EACH_LANE(k) {
        const float before = waiting[k];
        const int chosen = corner[pixel + k] == result[k];
        gradient[pixel + k] += chosen ? before : 0;
        waiting[k] = chosen ? 0 : before;
      }
    }
  }
}

QAT_INLINE void give_to_four(
    qat_windows w, long lanes, const float *restrict upstream, float *restrict gradient) {
  QAT_EACH_LANE(k) {
    const float share = upstream[k] / 4;
    for (long i = 0; i < 2; ++i) {
      for (long j = 0; j < 2; ++j) gradient[(i * w.width + j) * w.channels + k] += share;
    }
  }
}

QAT_INLINE void give_to_any(
    qat_windows w, long high, long wide, long lanes, const float *restrict upstream,
    float *restrict gradient) {
  const float inside = (float)(high * wide);
  float share[16];
  QAT_EACH_LANE(k) share[k] = upstream[k] / inside;
  for (long i = 0; i < high; ++i) {
    for (long j = 0; j < wide; ++j) {
      float *restrict pixel = gradient + (i * w.width + j) * w.channels;
      QAT_EACH_LANE(k) pixel[k] += share[k];
    }
  }
}

// Runs `four` or `any` for each block of channels of each window: `high` × `wide` of the window's pixels lie in the
// image, the first of them at offset `corner`; the result is at offset `output`.
#define QAT_EACH_POOL(w, four, any)                                                                 \
  QAT_EACH_WINDOW(w, {                                                                              \
    const long high = rows.last - rows.first, wide = columns.last - columns.first;                  \
    const long pixel = (rows.start + rows.first) * (w).width + columns.start + columns.first;       \
    if (high == 2 && wide == 2) {                                                                   \
      QAT_EACH_BLOCK((w).channels, {                                                                \
        const long corner = pixel * (w).channels + base, output = out * (w).channels + base;        \
        four;                                                                                       \
      });                                                                                           \
    } else {                                                                                        \
      QAT_EACH_BLOCK((w).channels, {                                                                \
        const long corner = pixel * (w).channels + base, output = out * (w).channels + base;        \
        any;                                                                                        \
      });                                                                                           \
    }                                                                                               \
  })

QAT_CLONES void qat_max_pool(qat_windows windows, const float *image, float *result) {
  QAT_EACH_POOL(
      windows, max_of_four(windows, lanes, image + corner, result + output),
      max_of_any(windows, high, wide, lanes, image + corner, result + output))
}

QAT_CLONES void qat_average_pool(qat_windows windows, const float *image, float *result) {
  QAT_EACH_POOL(
      windows, average_of_four(windows, lanes, image + corner, result + output),
      average_of_any(windows, high, wide, lanes, image + corner, result + output))
}

QAT_CLONES void qat_max_pool_gradient(
    qat_windows windows, const float *upstream, const float *image, const float *result, float *gradient) {
  QAT_EACH_POOL(
      windows,
      give_to_maximum_of_four(
          windows, lanes, upstream + output, image + corner, result + output, gradient + corner),
      give_to_maximum_of_any(
          windows, high, wide, lanes, upstream + output, image + corner, result + output, gradient + corner))
}

QAT_CLONES void qat_average_pool_gradient(qat_windows windows, const float *upstream, float *gradient) {
  QAT_EACH_POOL(
      windows, give_to_four(windows, lanes, upstream + output, gradient + corner),
      give_to_any(windows, high, wide, lanes, upstream + output, gradient + corner))
}

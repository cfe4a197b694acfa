#include <math.h>

#include "lanes.h"
#include "platform.h"
#include "span.h"
#include "sliding_windows.h"

// Each of these computes `lanes` channels of one window. The window's size is a literal where it is 2×2 and
// inside the image, the common case: then its loops unroll and the loop over the channels is vector code.

QAT_INLINE void max_channels(
    qat_windows w, long high, long wide, long lanes, const float *restrict corner, float *restrict result) {
  for (long k = 0; k < lanes; ++k) {
    float best = -INFINITY;
    for (long i = 0; i < high; ++i) {
      for (long j = 0; j < wide; ++j) {
        const float value = corner[(i * w.width + j) * w.channels + k];
        best = ((value > best) | (value != value)) ? value : best;  // once NaN, it stays NaN
      }
    }
    result[k] = best;
  }
}

QAT_INLINE void average_channels(
    qat_windows w, long high, long wide, long lanes, const float *restrict corner, float *restrict result) {
  const float inside = (float)(high * wide);
  for (long k = 0; k < lanes; ++k) {
    float total = 0;
    for (long i = 0; i < high; ++i) {
      for (long j = 0; j < wide; ++j) total += corner[(i * w.width + j) * w.channels + k];
    }
    result[k] = total / inside;
  }
}

// The upstream gradient goes to the first pixel that equals the result.
QAT_INLINE void give_to_maximum(
    qat_windows w, long high, long wide, long lanes, const float *restrict upstream,
    const float *restrict corner, const float *restrict result, float *restrict gradient) {
  for (long k = 0; k < lanes; ++k) {
    float waiting = upstream[k];
    for (long i = 0; i < high; ++i) {
      for (long j = 0; j < wide; ++j) {
        const long place = (i * w.width + j) * w.channels + k;
        const int chosen = corner[place] == result[k];
        gradient[place] += chosen ? waiting : 0;
        waiting = chosen ? 0 : waiting;
      }
    }
  }
}

QAT_INLINE void give_to_all(
    qat_windows w, long high, long wide, long lanes, const float *restrict upstream,
    float *restrict gradient) {
  const float inside = (float)(high * wide);
  for (long k = 0; k < lanes; ++k) {
    for (long i = 0; i < high; ++i) {
      for (long j = 0; j < wide; ++j) {
        gradient[(i * w.width + j) * w.channels + k] += upstream[k] / inside;
      }
    }
  }
}

// Runs `code` for blocks of channels of each window: `high` × `wide` of its pixels lie in the image, the first
// of them at offset `corner`; the result is at offset `place`.
#define QAT_EACH_POOL(w, code)                                                                   \
  QAT_EACH_WINDOW(w, {                                                                           \
    QAT_EACH_BLOCK((w).channels, {                                                               \
      const long corner =                                                                        \
          ((rows.start + rows.first) * (w).width + columns.start + columns.first) * (w).channels \
          + base;                                                                                \
      const long place = out * (w).channels + base;                                              \
      if (rows.last - rows.first == 2 && columns.last - columns.first == 2) {                    \
        enum { high = 2, wide = 2 };                                                             \
        code;                                                                                    \
      } else {                                                                                   \
        const long high = rows.last - rows.first, wide = columns.last - columns.first;           \
        code;                                                                                    \
      }                                                                                          \
    });                                                                                          \
  })

QAT_CLONES void qat_max_pool(qat_windows windows, const float *image, float *result) {
  QAT_EACH_POOL(windows, max_channels(windows, high, wide, lanes, image + corner, result + place));
}

QAT_CLONES void qat_average_pool(qat_windows windows, const float *image, float *result) {
  QAT_EACH_POOL(windows, average_channels(windows, high, wide, lanes, image + corner, result + place));
}

QAT_CLONES void qat_max_pool_gradient(
    qat_windows windows, const float *upstream, const float *image, const float *result, float *gradient) {
  QAT_EACH_POOL(
      windows, give_to_maximum(
                   windows, high, wide, lanes, upstream + place, image + corner, result + place,
                   gradient + corner));
}

QAT_CLONES void qat_average_pool_gradient(qat_windows windows, const float *upstream, float *gradient) {
  QAT_EACH_POOL(windows, give_to_all(windows, high, wide, lanes, upstream + place, gradient + corner));
}

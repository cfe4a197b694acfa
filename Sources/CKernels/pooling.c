#include <math.h>

#include "platform.h"
#include "span.h"
#include "sliding_windows.h"

enum {
  lanes = 16,          // channels whose state stays in registers while a window's pixels go by
  channel_block = 64,  // channels whose state stays at hand in the cache
};

// `count` channels of one window, at most `lanes`. A literal count becomes straight vector code.
QAT_INLINE void max_channels(
    qat_windows windows, qat_span rows, qat_span columns, long count, const float *image, float *result) {
  float best[lanes];
  for (long c = 0; c < count; ++c) best[c] = -INFINITY;
  QAT_EACH_PIXEL(windows, {
    const float *value = image + pixel * windows.channels;
    for (long c = 0; c < count; ++c) {
      best[c] = ((value[c] > best[c]) | (value[c] != value[c])) ? value[c] : best[c];
    }
  })
  for (long c = 0; c < count; ++c) result[c] = best[c];
}

QAT_INLINE void average_channels(
    qat_windows windows, qat_span rows, qat_span columns, long count, const float *image, float *result) {
  float total[lanes] = {0};
  QAT_EACH_PIXEL(windows, {
    const float *value = image + pixel * windows.channels;
    for (long c = 0; c < count; ++c) total[c] += value[c];
  })
  const float inside = (float)((rows.last - rows.first) * (columns.last - columns.first));
  for (long c = 0; c < count; ++c) result[c] = total[c] / inside;
}

#define QAT_POOL(name, pool_channels)                                                                  \
  QAT_CLONES void name(qat_windows windows, const float *image, float *result) {                       \
    const long channels = windows.channels;                                                            \
    QAT_EACH_WINDOW(windows, {                                                                         \
      for (long c = 0; c < channels; c += lanes) {                                                     \
        float *target = result + out * channels + c;                                                   \
        if (channels - c >= lanes) {                                                                   \
          pool_channels(windows, rows, columns, lanes, image + c, target);                             \
        } else {                                                                                       \
          pool_channels(windows, rows, columns, channels - c, image + c, target);                      \
        }                                                                                              \
      }                                                                                                \
    })                                                                                                 \
  }

QAT_POOL(qat_max_pool, max_channels)
QAT_POOL(qat_average_pool, average_channels)

QAT_CLONES void qat_max_pool_gradient(
    qat_windows windows, const float *upstream, const float *image, const float *result, float *gradient) {
  const long channels = windows.channels;
  for (long base = 0; base < channels; base += channel_block) {
    const long block = channels - base < channel_block ? channels - base : channel_block;
    QAT_EACH_WINDOW(windows, {
      const float *best = result + out * channels + base;
      float waiting[channel_block];  // the upstream gradient until its pixel is found, then 0
      for (long c = 0; c < block; ++c) waiting[c] = upstream[out * channels + base + c];
      QAT_EACH_PIXEL(windows, {
        const float *value = image + pixel * channels + base;
        float *restrict target = gradient + pixel * channels + base;
        for (long c = 0; c < block; ++c) {
          const int chosen = value[c] == best[c];
          target[c] += chosen ? waiting[c] : 0;
          waiting[c] = chosen ? 0 : waiting[c];
        }
      })
    })
  }
}

QAT_CLONES void qat_average_pool_gradient(qat_windows windows, const float *upstream, float *gradient) {
  const long channels = windows.channels;
  QAT_EACH_WINDOW(windows, {
    const float inside = (float)((rows.last - rows.first) * (columns.last - columns.first));
    const float *share = upstream + out * channels;
    QAT_EACH_PIXEL(windows, {
      float *restrict target = gradient + pixel * channels;
      for (long c = 0; c < channels; ++c) target[c] += share[c] / inside;
    })
  })
}

#include <math.h>

#include "platform.h"
#include "span.h"
#include "windows.h"

// Channels whose state is kept at hand while a window's pixels go by.
enum { channel_block = 64 };

QAT_CLONES void qat_max_pool(qat_windows windows, const float *image, float *result) {
  const long channels = windows.channels;
  QAT_EACH_WINDOW(windows, {
    float *restrict best = result + out * channels;
    for (long c = 0; c < channels; ++c) best[c] = -INFINITY;
    QAT_EACH_PIXEL(windows, {
      const float *value = image + pixel * channels;
      for (long c = 0; c < channels; ++c) {
        best[c] = ((value[c] > best[c]) | (value[c] != value[c])) ? value[c] : best[c];
      }
    })
  })
}

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

QAT_CLONES void qat_average_pool(qat_windows windows, const float *image, float *result) {
  const long channels = windows.channels;
  QAT_EACH_WINDOW(windows, {
    float *restrict total = result + out * channels;
    for (long c = 0; c < channels; ++c) total[c] = 0;
    QAT_EACH_PIXEL(windows, {
      for (long c = 0; c < channels; ++c) total[c] += image[pixel * channels + c];
    })
    const float inside = (float)((rows.last - rows.first) * (columns.last - columns.first));
    for (long c = 0; c < channels; ++c) total[c] /= inside;
  })
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

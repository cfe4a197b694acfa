#include <string.h>

#include "platform.h"
#include "span.h"
#include "sliding_windows.h"

void qat_gather_patches(qat_windows windows, const float *image, float *patches) {
  const long channels = windows.channels;
  const long row_size = windows.window_width * channels;
  QAT_EACH_WINDOW(windows, {
    float *patch = patches + out * windows.window_height * row_size;
    const int inside = rows.first == 0 && rows.last == windows.window_height && columns.first == 0 &&
                       columns.last == windows.window_width;
    if (!inside) memset(patch, 0, (size_t)(windows.window_height * row_size) * sizeof(float));
    const long length = (columns.last - columns.first) * channels;
    for (long i = rows.first; i < rows.last; ++i) {
      const long pixel = (rows.start + i) * windows.width + columns.start + columns.first;
      const float *source = image + pixel * channels;
      float *target = patch + i * row_size + columns.first * channels;
      for (long k = 0; k < length; ++k) target[k] = source[k];
    }
  })
}

QAT_CLONES void qat_scatter_patches(qat_windows windows, const float *patches, float *image) {
  const long channels = windows.channels;
  const long row_size = windows.window_width * channels;
  QAT_EACH_WINDOW(windows, {
    const float *patch = patches + out * windows.window_height * row_size;
    const long length = (columns.last - columns.first) * channels;
    for (long i = rows.first; i < rows.last; ++i) {
      const float *source = patch + i * row_size + columns.first * channels;
      const long pixel = (rows.start + i) * windows.width + columns.start + columns.first;
      float *target = image + pixel * channels;
      for (long k = 0; k < length; ++k) target[k] += source[k];
    }
  })
}

#include "padded_image.h"

#include <string.h>

#include "platform.h"

long qat_padded_size(qat_windows w) {
  return qat_padded_rows(w) * qat_strides_in(w).row;
}

void qat_pad_image(qat_windows w, const float *image, float *padded) {
  const long row = qat_strides_in(w).row;
  const long left = w.pad_left * w.channels;
  const long room = row - left;
  const long inside = w.width * w.channels < room ? w.width * w.channels : room;
  for (long y = 0; y < qat_padded_rows(w); ++y) {
    float *target = padded + y * row;
    const long source = y - w.pad_top;
    if (source < 0 || source >= w.height) {
      memset(target, 0, (size_t)row * sizeof(float));
      continue;
    }
    for (long k = 0; k < left; ++k) target[k] = 0;
    memcpy(target + left, image + source * w.width * w.channels, (size_t)inside * sizeof(float));
    for (long k = left + inside; k < row; ++k) target[k] = 0;
  }
}

#ifndef QAT_PADDED_IMAGE_H
#define QAT_PADDED_IMAGE_H

#include "platform.h"
#include "sliding_windows.h"

// Distances in a padded image, in elements.
typedef struct {
  long row;         // from one row to the next
  long step;        // from one window to its right neighbour
  long window_row;  // the elements of one row of a window
} qat_padded_strides;

QAT_INLINE qat_padded_strides qat_strides_in(qat_windows w) {
  const long width = (w.out_width - 1) * w.stride_width + w.window_width;
  return (qat_padded_strides){
      width * w.channels, w.stride_width * w.channels, w.window_width * w.channels};
}

// The rows of a padded image, as far as windows reach.
QAT_INLINE long qat_padded_rows(qat_windows w) {
  return (w.out_height - 1) * w.stride_height + w.window_height;
}

// The taps, that is elements of a window, whose gradients stay in registers.
enum { qat_taps_at_once = 9 };

// Adds the gradients of `taps` elements of a kernel, for `lanes` outputs, to gradient[taps, outputs]: Σ value ×
// upstream over all windows. offsets[qat_taps_at_once] are those of the taps' values from a window's corner, 0 for
// taps that do not exist. Output k takes the value k × channel_stride elements further: 0 if all outputs share
// one channel, 1 if each has a channel of its own. `lanes` and `channel_stride` are literals at the call.
QAT_INLINE void qat_gather_taps(
    qat_windows w, long outputs, long lanes, long channel_stride, const long *offsets, long taps,
    const float *padded, const float *upstream, float *gradient) {
  const qat_padded_strides by = qat_strides_in(w);
  float sums[qat_taps_at_once][16];
  for (long t = 0; t < qat_taps_at_once; ++t) {
    for (long k = 0; k < lanes; ++k) sums[t][k] = 0;
  }
  for (long y = 0; y < w.out_height; ++y) {
    const float *corner = padded + y * w.stride_height * by.row;
    const float *u = upstream + y * w.out_width * outputs;
    for (long x = 0; x < w.out_width; ++x, corner += by.step, u += outputs) {
      for (long t = 0; t < qat_taps_at_once; ++t) {
        for (long k = 0; k < lanes; ++k) sums[t][k] += corner[offsets[t] + k * channel_stride] * u[k];
      }
    }
  }
  for (long t = 0; t < qat_taps_at_once; ++t) {
    if (t >= taps) break;
    for (long k = 0; k < lanes; ++k) gradient[t * outputs + k] += sums[t][k];
  }
}

#endif

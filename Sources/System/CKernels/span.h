#ifndef QAT_SPAN_H
#define QAT_SPAN_H

#include "platform.h"

// The part of a window that lies inside the image, along one direction.
typedef struct {
  long first;  // the window's first position inside the image
  long last;   // one past its last position inside
  long start;  // the pixel under the window's position 0; may be negative
} qat_span;

QAT_INLINE qat_span qat_span_of(long position, long stride, long padding, long window, long extent) {
  const long start = position * stride - padding;
  const long first = start < 0 ? -start : 0;
  const long last = extent - start < window ? extent - start : window;
  return (qat_span){first, last, start};
}

// Runs the given code for each window of one image; `rows` and `columns` are its spans, `out` is its index.
#define QAT_EACH_WINDOW(windows, ...)                                                                       \
  for (long y = 0; y < (windows).out_height; ++y) {                                                         \
    const qat_span rows = qat_span_of(                                                                      \
        y, (windows).stride_height, (windows).pad_top, (windows).window_height, (windows).height);          \
    for (long x = 0; x < (windows).out_width; ++x) {                                                        \
      const qat_span columns = qat_span_of(                                                                 \
          x, (windows).stride_width, (windows).pad_left, (windows).window_width, (windows).width);          \
      const long out = y * (windows).out_width + x;                                                         \
      __VA_ARGS__                                                                                           \
    }                                                                                                       \
  }

// Runs `body` for each pixel of a window inside the image; `pixel` is its index in the image, `tap` in the window.
#define QAT_EACH_PIXEL(windows, body)                                                \
  for (long i = rows.first; i < rows.last; ++i) {                                    \
    for (long j = columns.first; j < columns.last; ++j) {                            \
      const long pixel = (rows.start + i) * (windows).width + columns.start + j;     \
      const long tap = i * (windows).window_width + j;                               \
      (void)tap;                                                                     \
      body                                                                           \
    }                                                                                \
  }

#endif

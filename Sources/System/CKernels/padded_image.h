#ifndef QAT_PADDED_IMAGE_H
#define QAT_PADDED_IMAGE_H

#include "platform.h"
#include "sliding_windows.h"

// How far apart things lie in a padded image, in elements.
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

#endif

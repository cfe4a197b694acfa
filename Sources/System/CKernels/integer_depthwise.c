#include <string.h>

#include "integer_depthwise_groups.h"
#include "integer_kernels.h"
#include "platform.h"

// Depthwise convolutions: by groups of neighbouring pixels, or window by window, `sum_depthwise_row`.

static long whole_lines(long bytes) { return (bytes + 63) / 64 * 64; }

long qat_integer_depthwise_packed_bytes(const qat_integer_kernels *kernels, qat_windows w) {
  if (kernels->group_row) return qat_integer_groups_packed_bytes(kernels, w);
  return w.window_height * w.window_width * w.channels;
}

long qat_integer_depthwise_bytes(const qat_integer_product *product, long workers) {
  const qat_windows w = product->windows;
  if (product->kernels->group_row) return workers * whole_lines(qat_integer_groups_bytes(w));
  return whole_lines(w.out_width * lanes_in_vector * (long)sizeof(int32_t));
}

void qat_integer_pack_depthwise(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, void *packed,
    int32_t *corrected) {
  const qat_windows w = product->windows;
  if (product->kernels->group_row) {
    qat_integer_pack_groups(product, kernel, bias, packed, corrected);
    return;
  }
  memcpy(corrected, bias, (size_t)w.channels * sizeof *bias);
  memcpy(packed, kernel, (size_t)(w.window_height * w.window_width * w.channels));
}

bool qat_integer_depthwise_works_in_place(const qat_integer_product *product) {
  const qat_windows w = product->windows;
  // The windows of a row reach no row above it whose codes are written already: groups of those are kept.
  const bool has_same_shape = w.out_height == w.height && w.out_width == w.width;
  return product->kernels->group_row && has_same_shape && w.stride_height == 1 && w.pad_top < w.window_height;
}

void qat_integer_depthwise(
    const qat_integer_product *product, const int8_t *codes, long workers, void *scratch, int8_t *result) {
  if (product->kernels->group_row) {
    const long bytes = qat_integer_depthwise_bytes(product, 1);
    qat_integer_depthwise_groups(product, codes, workers, scratch, bytes, result);
    return;
  }
  const qat_windows w = product->windows;
  for (long first = 0; first < w.channels; first += lanes_in_vector) {
    qat_integer_block block = {&product->requantization, first, lanes_in_vector, lanes_in_vector, w.channels};
    if (w.channels - first < block.filters) block.filters = w.channels - first;
    for (long y = 0; y < w.out_height; ++y) {
      product->kernels->sum_depthwise_row(product, y, first, codes, scratch);
      int8_t *target = result + y * w.out_width * w.channels + first;
      product->kernels->requantize(scratch, w.out_width, &block, target);
    }
  }
}

#include <string.h>

#include "integer_kernels.h"
#include "padded_image.h"
#include "platform.h"

enum { slack = 64 };  // the last group reads past the image

qat_integer_row qat_integer_row_of(const qat_integer_kernels *kernels, qat_windows w) {
  const qat_padded_strides by = qat_strides_in(w);
  const long bytes = kernels->element_bytes;
  return (qat_integer_row){
      .rows = w.window_height,
      .groups = (by.window_row * bytes + qat_group_bytes - 1) / qat_group_bytes,
      .row_bytes = by.row * bytes,
      .window_stride_bytes = by.step * bytes,
      .pixels = w.out_width,
      .pool = 1,
  };
}

const qat_integer_kernels *qat_integer_kernels_of_pixel(
    const qat_integer_kernels *kernels, const int8_t *weights, long count) {
  if (!kernels->single_pixel || memchr(weights, INT8_MIN, (size_t)count)) return kernels;
  return kernels->single_pixel;
}

long qat_integer_padded_filters(long filters) {
  return (filters + lanes_in_vector - 1) / lanes_in_vector * lanes_in_vector;
}

long qat_integer_group_weight_bytes(const qat_integer_kernels *kernels) {
  return qat_group_bytes / kernels->element_bytes * kernels->weight_bytes;
}

long qat_integer_packed_bytes(const qat_integer_kernels *kernels, qat_windows windows, long filters) {
  const qat_integer_row row = qat_integer_row_of(kernels, windows);
  return row.rows * row.groups * qat_integer_group_weight_bytes(kernels) * qat_integer_padded_filters(filters);
}

int qat_integer_is_pointwise(const qat_integer_product *product) {
  const qat_windows w = product->windows;
  return product->pool == 1 && w.window_height == 1 && w.window_width == 1 && w.stride_height == 1 && w.stride_width == 1
         && w.height == w.out_height && w.width == w.out_width;
}

qat_windows qat_integer_strip(qat_windows w, long pixels) {
  w.height = w.out_height = 1;
  w.width = w.out_width = pixels;
  return w;
}

qat_integer_band qat_integer_band_of(qat_windows w, long first, long rows) {
  const long top = first * w.stride_height - w.pad_top, skipped = top < 0 ? 0 : top < w.height ? top : w.height;
  w.pad_top = top < 0 ? -top : 0;
  w.height -= skipped;
  w.out_height = rows;
  return (qat_integer_band){w, skipped};
}

// The bytes of a whole image with its padding.
static long image_bytes(const qat_integer_kernels *kernels, qat_windows windows) {
  return qat_padded_rows(windows) * qat_integer_row_of(kernels, windows).row_bytes + slack;
}

long qat_integer_padded_bytes(const qat_integer_product *product, long workers) {
  const qat_windows w = product->windows;
  if (!qat_integer_is_pointwise(product)) {
    const long rows = qat_integer_rows_in_band(product, workers) * product->pool;
    return image_bytes(product->kernels, qat_integer_band_of(w, 0, rows).windows);
  }
  const long bytes = image_bytes(product->kernels, qat_integer_strip(w, product->kernels->strip_pixels));
  return (bytes + 63) / 64 * 64 * workers;
}

long qat_integer_sums_bytes(const qat_integer_product *product, long workers) {
  const long pixels = qat_integer_is_pointwise(product) ? product->kernels->strip_pixels : product->windows.out_width;
  return workers * (2 * pixels + sums_at_once) * lanes_in_block * (long)sizeof(int32_t);
}

// The index of a weight in the packed kernel, in elements.
static long packed_index(qat_integer_row row, long padded_filters, long bytes, long i, long j, long filter) {
  const long in_group = qat_group_bytes / bytes, in_filter = row.rows * row.groups * in_group;
  const long block = filter / lanes_in_block * lanes_in_block;
  const long lanes = padded_filters - block < lanes_in_block ? padded_filters - block : lanes_in_block;
  const long group = i * row.groups + j / in_group;
  return in_filter * block + (group * lanes + filter - block) * in_group + j % in_group;
}

void qat_integer_pack(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, void *packed,
    int32_t *corrected) {
  const qat_windows w = product->windows;
  const qat_integer_row row = qat_integer_row_of(product->kernels, w);
  const long across = w.window_width * w.channels, bytes = product->kernels->element_bytes;
  const long filters = product->filters, padded_filters = qat_integer_padded_filters(filters);
  const int32_t shift = product->kernels->takes_signed_codes ? 0 : 128;
  memset(packed, 0, (size_t)qat_integer_packed_bytes(product->kernels, w, filters));
  memset(corrected, 0, (size_t)padded_filters * sizeof(int32_t));
  for (long filter = 0; filter < filters; ++filter) {
    int64_t sum = 0;
    for (long i = 0; i < row.rows; ++i) {
      for (long j = 0; j < across; ++j) {
        const int8_t weight = kernel[(i * across + j) * filters + filter];
        const long index = packed_index(row, padded_filters, bytes, i, j, filter);
        if (product->kernels->weight_bytes == 1) ((int8_t *)packed)[index] = weight;
        else ((int16_t *)packed)[index] = weight;
        sum += weight;
      }
    }
    // Modulo 2^32, like the sums: the result is exact if the true sum fits 32 bits.
    corrected[filter] = (int32_t)(uint32_t)(bias[filter] - (int64_t)(product->input_zero_point + shift) * sum);
  }
}

#include <string.h>

#include "integer_depthwise_pairs.h"
#include "integer_kernels.h"
#include "padded_image.h"
#include "platform.h"

// Depthwise convolutions of padded images, column by column: for the instruction sets that have `sum_columns`. The
// others pair pixels, `pair_row`, or sum window by window, `sum_depthwise_row`, without padding.

// The groups of four rows in a window; rows past its last have weights of 0.
static long row_groups(qat_windows w) { return (w.window_height + 3) / 4; }

static long padded_width(qat_windows w) { return qat_strides_in(w).row / w.channels; }

static long whole_lines(long bytes) { return (bytes + 63) / 64 * 64; }

static long sums_bytes(qat_windows w) { return w.out_width * lanes_in_vector * (long)sizeof(int32_t); }

// An image with rows to spare: the last group reads up to three rows, and the last channels 15 bytes, past the image.
static long padded_bytes(const qat_integer_product *product) {
  const qat_windows w = product->windows;
  return whole_lines(qat_integer_image_bytes(product->kernels, w) + 3 * qat_strides_in(w).row);
}

long qat_integer_depthwise_packed_bytes(const qat_integer_kernels *kernels, qat_windows w) {
  if (kernels->pair_row) return qat_integer_pairs_packed_bytes(w);
  if (!kernels->sum_columns) return w.window_height * w.window_width * w.channels;
  return qat_integer_padded_filters(w.channels) * w.window_width * row_groups(w) * 4;
}

long qat_integer_depthwise_bytes(const qat_integer_product *product, long workers) {
  const qat_windows w = product->windows;
  if (product->kernels->pair_row) return workers * whole_lines(qat_integer_pairs_bytes(w));
  const long sums = whole_lines(sums_bytes(w));
  if (!product->kernels->sum_columns) return sums;
  return sums + padded_bytes(product) + padded_width(w) * row_groups(w) * 64;
}

void qat_integer_pack_depthwise(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, void *packed,
    int32_t *corrected) {
  const qat_windows w = product->windows;
  if (product->kernels->pair_row) {
    qat_integer_pack_pairs(product, kernel, bias, packed, corrected);
    return;
  }
  const long taps = w.window_height * w.window_width, groups = row_groups(w);
  memcpy(corrected, bias, (size_t)w.channels * sizeof *bias);
  if (!product->kernels->sum_columns) {
    memcpy(packed, kernel, (size_t)(taps * w.channels));
    return;
  }
  memset(packed, 0, (size_t)qat_integer_depthwise_packed_bytes(product->kernels, w));
  for (long channel = 0; channel < w.channels; ++channel) {
    const long block = channel / lanes_in_vector, lane = channel % lanes_in_vector;
    int64_t sum = 0;
    for (long i = 0; i < w.window_height; ++i) {
      for (long j = 0; j < w.window_width; ++j) {
        const int8_t weight = kernel[(i * w.window_width + j) * w.channels + channel];
        const long vector = (block * w.window_width + j) * groups + i / 4;
        ((int8_t *)packed)[vector * 64 + lane * 4 + i % 4] = weight;
        sum += weight;
      }
    }
    // Modulo 2^32, like the sums: the result is exact if the true sum fits 32 bits.
    corrected[channel] = (int32_t)(uint32_t)(bias[channel] - (int64_t)(product->input_zero_point + 128) * sum);
  }
}

static void convolve_columns(
    const qat_integer_product *product, const int8_t *codes, uint8_t *scratch, int8_t *result) {
  const qat_windows w = product->windows;
  const qat_integer_kernels *kernels = product->kernels;
  const long row = qat_strides_in(w).row, groups = row_groups(w), width = padded_width(w);
  int32_t *sums = (int32_t *)scratch;
  uint8_t *padded = scratch + whole_lines(sums_bytes(w));
  uint8_t *columns = padded + padded_bytes(product);
  kernels->pad(w, codes, product->input_zero_point, padded);
  for (long first = 0; first < w.channels; first += lanes_in_vector) {
    qat_integer_block block = {&product->requantization, first, lanes_in_vector, lanes_in_vector, w.channels};
    if (w.channels - first < block.filters) block.filters = w.channels - first;
    const qat_integer_columns shape = {
        .width = width, .groups = groups, .pixels = w.out_width, .stride = w.stride_width,
        .window_width = w.window_width, .pixel_bytes = w.channels, .row_bytes = row};
    const int8_t *weights = (const int8_t *)product->packed + first * w.window_width * groups * 4;
    for (long y = 0; y < w.out_height; ++y) {
      const uint8_t *corner = padded + y * w.stride_height * row + first;
      kernels->sum_columns(&shape, corner, weights, product->bias + first, columns, sums);
      kernels->requantize(sums, w.out_width, &block, result + y * w.out_width * w.channels + first);
    }
  }
}

void qat_integer_depthwise(
    const qat_integer_product *product, const int8_t *codes, long workers, void *scratch, int8_t *result) {
  if (product->kernels->pair_row) {
    const long bytes = qat_integer_depthwise_bytes(product, 1);
    qat_integer_depthwise_pairs(product, codes, workers, scratch, bytes, result);
    return;
  }
  if (product->kernels->sum_columns) {
    convolve_columns(product, codes, scratch, result);
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

#ifndef QAT_WINOGRAD_PRODUCTS_H
#define QAT_WINOGRAD_PRODUCTS_H

#include <math.h>
#include <stddef.h>

#include "packed_convolution.h"
#include "platform.h"

// What Winograd's forms with tiles of different sizes have in common.

// A loop over channels or filters that is one of vectors: no number that it reads was written by it. (What does not exist
// is written to one place, which nobody reads.)
#define QAT_VECTORS _Pragma("clang loop vectorize(assume_safety) interleave(disable)")

// The products of one position of a transformed tile: the tiles are pixels, and a window is a pixel.
QAT_INLINE qat_packed_convolution qat_winograd_products(const qat_packed_convolution *c, long tiles) {
  return (qat_packed_convolution){
      .windows = {
          .height = 1, .width = tiles, .channels = c->windows.channels, .out_height = 1, .out_width = tiles,
          .window_height = 1, .window_width = 1, .stride_height = 1, .stride_width = 1},
      .filters = c->filters, .lanes = c->lanes, .pool = 1, .lowest = -INFINITY, .highest = INFINITY};
}

// The sums over channels of some tiles, in all positions: transformed[positions][tiles, channels] and packed[positions] →
// sums[positions][tiles, filters].
QAT_INLINE void qat_sum_winograd_products(
    const qat_packed_convolution *c, long positions, long tiles, const float *transformed, const float *packed,
    float *sums) {
  const qat_packed_convolution strip = qat_winograd_products(c, tiles);
  const long size = qat_packed_size(&strip), blocks = qat_packed_blocks(&strip);
  for (long block = 0; block < blocks; ++block) {
    for (long k = 0; k < positions; ++k) {
      qat_convolve_packed(
          &strip, transformed + k * tiles * c->windows.channels, packed + k * size, 1, block, block + 1, NULL,
          sums + k * tiles * c->filters);
    }
  }
}

// Calls `transform` for the filters of each block and each channel of first ..< end: with their weights, which lie
// `element` floats apart, and with the place of the block's channel in the packed kernel of the first position, of which
// each has `size` floats.
QAT_INLINE void qat_each_winograd_kernel(
    const qat_packed_convolution *c, long first, long end, const float *kernel, float *packed,
    void (*transform)(const float *kernel, long element, long count, float *packed, long size)) {
  const qat_packed_convolution one = qat_winograd_products(c, 1);
  const long channels = c->windows.channels, filters = c->filters, size = qat_packed_size(&one);
  for (long block = 0; block < qat_packed_blocks(&one); ++block) {
    const qat_packed_block place = qat_packed_block_of(&one, block);
    for (long k = first; k < end; ++k) {
      transform(
          kernel + k * filters + place.first, channels * filters, place.filters,
          packed + place.offset + (1 + k) * place.width, size);
    }
  }
}

#endif

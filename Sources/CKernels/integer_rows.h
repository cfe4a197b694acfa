#ifndef QAT_INTEGER_ROWS_H
#define QAT_INTEGER_ROWS_H

#include "integer_products.h"
#include "platform.h"

enum {
  lanes_in_vector = 16,  // filters of one vector of 32-bit sums
  lanes_in_block = 32,   // filters that share what is loaded of an image
  most_pixels = 14,      // neighbours that share what is loaded of the kernel: 28 vectors of sums, of 32
};

// What a row of windows is made of. A group is 32 bits of an image: 4 codes in bytes, or 2 in 16 bits.
typedef struct {
  long rows;    // of a window
  long groups;  // in a row of a window; the last may reach past it, over weights of 0
  long row;     // bytes from a row of the padded image to the next
  long step;    // bytes from a window to its right neighbour
  long pixels;  // windows in a row
  long pool;    // 2: the larger sum of neighbours is kept
} qat_integer_row;

// Computes the sums of a row of windows for one block of `lanes` filters, 16 or 32: sums[pixels / pool, lanes],
// each begun with its filter's bias.
void qat_integer_row_vnni(
    qat_integer_row row, long lanes, const uint8_t *corner, const int8_t *packed, const int32_t *bias,
    int32_t *sums);

// The same without pooling, sums[pixels, lanes], of codes and weights in 16 bits.
void qat_integer_row_avx2(
    qat_integer_row row, long lanes, const int16_t *corner, const int16_t *packed, const int32_t *bias,
    int32_t *sums);
void qat_integer_row_portable(
    qat_integer_row row, long lanes, const int16_t *corner, const int16_t *packed, const int32_t *bias,
    int32_t *sums);

// Turns sums[pixels, lanes] into codes, `filters` of the lanes, `step` codes from pixel to pixel. With `above`,
// sums of the row above, the larger of the two counts. `first` is the block's first filter.
void qat_integer_requantize(
    const int32_t *sums, const int32_t *above, long pixels, long lanes, const qat_requantization *how,
    long first, long filters, long step, int8_t *result);

#endif

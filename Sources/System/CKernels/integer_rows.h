#ifndef QAT_INTEGER_ROWS_H
#define QAT_INTEGER_ROWS_H

#include <string.h>

#include "integer_products.h"
#include "platform.h"

enum {
  lanes_in_vector = 16,  // filters of one vector of 32-bit sums
  lanes_in_block = 32,   // filters that share what is loaded of an image
  most_pixels = 14,      // neighbours that share what is loaded of the kernel: 28 vectors of sums, of 32
  most_pooled = 6,       // the same where two rows are pooled: 24 vectors
  qat_group_bytes = 4,   // what the sums of a vector take from an image at a time: 4 bytes, or 2 words
};

// What a row of windows is made of.
typedef struct {
  long rows;    // of a window
  long groups;  // in a row of a window; the last may reach past it, over weights of 0
  long row;     // bytes from a row of the padded image to the next
  long step;    // bytes from a window to its right neighbour
  long pixels;  // windows in a row
  long pool;    // 2: of 2 × 2 neighbouring sums the largest is kept
  long below;   // bytes from a window to its lower neighbour
  long tile;    // the windows whose sums are made together
} qat_integer_row;

// The rows of windows, as if without pooling.
qat_integer_row qat_integer_row_of(qat_windows windows);

// Writes the image with codes of the zero point around it, shifted by 128: to bytes or, where the loops
// multiply 16 bits, to words.
void qat_integer_pad(qat_windows windows, const int8_t *codes, int32_t zero_point, void *padded);

// Computes the sums of a row of windows for one block of `lanes` filters, 16 or 32, each begun with its
// filter's bias: sums[pixels, lanes], or with pooling, of this row and the one below, sums[pixels / 2,
// lanes].
void qat_integer_row_vnni(
    const qat_integer_row *row, long lanes, const uint8_t *corner, const int8_t *packed, const int32_t *bias,
    int32_t *sums);

// The same of codes and weights in 16 bits, and without pooling.
void qat_integer_row_avx2(
    const qat_integer_row *row, long lanes, const int16_t *corner, const int16_t *packed, const int32_t *bias,
    int32_t *sums);
void qat_integer_row_portable(
    const qat_integer_row *row, long lanes, const int16_t *corner, const int16_t *packed, const int32_t *bias,
    int32_t *sums);

// A block of filters: what sums[pixels, lanes] become, in whole vectors, `filters` of the lanes codes.
typedef struct {
  const qat_requantization *how;
  long first;    // the block's first filter
  long lanes;    // 16 or 32
  long filters;  // the codes to write: those behind the last filter are not wanted
  long step;     // codes from pixel to pixel
} qat_integer_block;

// Copies 1 … 16 codes; most often 16.
QAT_INLINE void qat_put_codes(const int8_t *codes, long count, int8_t *result) {
  if (count == 16) {
    memcpy(result, codes, 16);
  } else if (count >= 8) {
    memcpy(result, codes, 8);
    memcpy(result + count - 8, codes + count - 8, 8);
  } else {
    for (long k = 0; k < count; ++k) result[k] = codes[k];
  }
}

// Turns sums[pixels, lanes] into codes. The AVX-512 form wants multipliers below 1 and returns 0 if there are
// others, or if it does not know the form; nothing is written then.
int qat_integer_requantize_avx512(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result);
void qat_integer_requantize(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result);

#endif

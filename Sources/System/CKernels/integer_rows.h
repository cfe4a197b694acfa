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
  qat_group_bytes = 4,   // the part of an image that each step of the sums reads: 4 bytes, or 2 words
};

// The geometry of a row of windows.
typedef struct {
  long rows;                 // the rows of a window
  long groups;               // the groups in a row of a window; the last may reach past it, with weights of 0
  long row_bytes;            // from one row of the padded image to the next
  long window_stride_bytes;  // from a window to its right neighbour
  long pixels;               // the windows in a row
  long pool;                 // 2: of 2 × 2 neighbouring sums the largest is kept
  long next_row_bytes;       // from a window to its lower neighbour
  long tile;                 // the windows whose sums are computed together
} qat_integer_row;

// The rows of windows, as if without pooling.
qat_integer_row qat_integer_row_of(qat_windows windows);

// Writes the image, padded with the zero point and shifted by 128: as bytes or, where the loops multiply 16
// bits, as words.
void qat_integer_pad(qat_windows windows, const int8_t *codes, int32_t zero_point, void *padded);

// Computes the sums of a row of windows for one block of `lanes` filters, 16 or 32, each starting from its
// filter's bias: sums[pixels, lanes], or with pooling, of this row and the row below, sums[pixels / 2,
// lanes].
void qat_integer_row_vnni(
    const qat_integer_row *row, long lanes, const uint8_t *corner, const int8_t *packed, const int32_t *bias,
    int32_t *sums);

// The same for codes and weights of 16 bits, without pooling.
void qat_integer_row_avx2(
    const qat_integer_row *row, long lanes, const int16_t *corner, const int16_t *packed, const int32_t *bias,
    int32_t *sums);
void qat_integer_row_portable(
    const qat_integer_row *row, long lanes, const int16_t *corner, const int16_t *packed, const int32_t *bias,
    int32_t *sums);

// A block of filters, whose sums[pixels, lanes], in whole vectors, become `filters` codes per pixel.
typedef struct {
  const qat_requantization *requantization;
  long first;    // the block's first filter
  long lanes;    // 16 or 32
  long filters;  // the codes to write per pixel; the remaining lanes are padding
  long step;     // the codes from one pixel to the next
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

// Converts sums[pixels, lanes] into codes. The AVX-512 form requires multipliers below 1, in float or in
// fixed point; for others it returns 0 and writes nothing.
int qat_integer_requantize_avx512(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result);
void qat_integer_requantize(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result);

#endif

#ifndef QAT_PACKED_CONVOLUTION_H
#define QAT_PACKED_CONVOLUTION_H

#include "sliding_windows.h"

// Convolution for inference, and the products of Winograd's forms: the kernel is packed once, and the sums of some
// neighbouring pixels and two vectors of filters stay in registers from the first product to the last.
//
// Each sum begins with the bias, to which value × weight is added for each element of the window, rounded once each time
// (fused multiply-add): row by row, pixel by pixel, channel by channel. Only windows three pixels wide, one apart, of 16
// channels and more for 16 filters go channel by channel in each row, and then pixel by pixel. So the bits do not depend on
// the number of lanes.

typedef struct {
  qat_windows windows;
  long filters;
  long lanes;             // of the vectors: qat_packed_lanes, or fewer
  long pool;              // 1, or 2: of each 2 × 2 sums only the largest becomes a result
  float lowest, highest;  // results are clamped; −∞ and ∞ leave them as they are
} qat_packed_convolution;

// The lanes of the vectors that this processor multiplies and adds: 16 with AVX-512, 8 with AVX2 and FMA, else 0. With 0
// the functions below must not be called.
long qat_packed_lanes(void);

// The number of floats of a packed kernel, with its bias.
long qat_packed_size(const qat_packed_convolution *convolution);

// Packs kernel[window_height, window_width, channels, filters] and bias[filters].
void qat_pack_convolution(
    const qat_packed_convolution *convolution, const float *kernel, const float *bias, float *packed);

// The number of floats of working memory of a call.
long qat_packed_scratch(const qat_packed_convolution *convolution);

// The number of blocks of filters, which can be computed one by one.
long qat_packed_blocks(const qat_packed_convolution *convolution);

// A block of a packed kernel: its filters, from the first on, are `width` floats wide. The block begins at an offset with
// its bias, and goes on with the weights of one element of a window after the other.
typedef struct {
  long first, filters, width, offset;
} qat_packed_block;

qat_packed_block qat_packed_block_of(const qat_packed_convolution *convolution, long block);

// Some blocks of filters, first ..< end, of the first rows of the result of a padded image:
// result[rows, out_width / pool, filters].
void qat_convolve_packed(
    const qat_packed_convolution *convolution, const float *padded, const float *packed, long rows, long first,
    long end, float *scratch, float *result);

#endif

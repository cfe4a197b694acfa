#ifndef QAT_WINOGRAD_H
#define QAT_WINOGRAD_H

#include "packed_convolution.h"

// Convolution by windows of 3 × 3, one pixel apart, in Winograd's form F(2 × 2, 3 × 3): a tile of 2 × 2 sums from 4 × 4
// pixels takes 16 products of a channel and a filter in place of 36 (Lavin and Gray, Fast Algorithms for Convolutional
// Neural Networks, 2015).
//
//     Y = Aᵀ [ Σ over channels (G g Gᵀ) ⊙ (Bᵀ d B) ] A
//
//     Bᵀ = 1  0 −1  0    G = 1    0    0    Aᵀ = 1 1  1  0
//          0  1  1  0        1/2  1/2  1/2       0 1 −1 −1
//          0 −1  1  0        1/2 −1/2  1/2
//          0  1  0 −1        0    0    1
//
// d are the pixels of a tile, g is the kernel, of a channel and a filter. Each of the 16 sums over channels is a chain of
// fused multiply-adds, as those of packed_convolution.h, and every other step is an addition that is rounded; so the bits
// depend neither on the number of lanes nor on how many rows are computed together. They are not those of the sums
// themselves, from which they differ in the last places; and a sum
// whose window holds an infinite pixel may be no number where it should be infinite.

// Whether a convolution has this form, and channels and filters enough that it is faster.
int qat_winograd_fits(const qat_packed_convolution *convolution);

// The number of floats of a packed kernel, with its bias.
long qat_winograd_size(const qat_packed_convolution *convolution);

// Packs kernel[3, 3, channels, filters], transformed in double precision, and bias[filters].
void qat_pack_winograd(
    const qat_packed_convolution *convolution, const float *kernel, const float *bias, float *packed);

// The windows of whole tiles, for which an image has to be padded.
qat_windows qat_winograd_windows(const qat_packed_convolution *convolution);

// The number of floats of working memory of a call.
long qat_winograd_scratch(const qat_packed_convolution *convolution);

// The first rows of sums of a padded image: result[rows / pool, out_width / pool, filters]. An odd number of rows, or
// columns, ends with half a tile.
void qat_convolve_winograd(
    const qat_packed_convolution *convolution, const float *padded, const float *packed, long rows, float *scratch,
    float *result);

#endif

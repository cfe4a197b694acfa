#ifndef QAT_WINOGRAD_TRAINING_H
#define QAT_WINOGRAD_TRAINING_H

#include "packed_convolution.h"

// Convolution by windows of 3 × 3, one pixel apart, and the gradient of its kernel, in Winograd's form F(4 × 4, 3 × 3): a
// tile of 4 × 4 results from 6 × 6 pixels takes 36 products of a channel and a filter in place of 144 (Lavin and Gray, Fast
// Algorithms for Convolutional Neural Networks, 2015).
//
//     Y = Aᵀ [ Σ over channels (G g Gᵀ) ⊙ (Bᵀ d B) ] A + bias
//     g′ = Gᵀ [ Σ over tiles (A u Aᵀ) ⊙ (Bᵀ d B) ] G
//
//     Bᵀ = 4  0 −5  0  1  0    G =  1/4   0    0     Aᵀ = 1  1  1  1  1  0
//          0 −4 −4  1  1  0        −1/6 −1/6 −1/6         0  1 −1  2 −2  0
//          0  4 −4 −1  1  0        −1/6  1/6 −1/6         0  1  1  4  4  0
//          0 −2 −1  2  1  0        1/24 1/12  1/6         0  1 −1  8 −8  1
//          0  2 −1 −2  1  0        1/24 −1/12 1/6
//          0  4  0 −5  0  1          0    0    1
//
// d are the pixels of a tile, g is the kernel, u are the gradients of a tile's results, and g′ is the kernel's gradient: the
// derivative of the first line. (winograd.h has smaller tiles, whose packed kernels are less than half as large, for
// inference.)
//
// The transforms of d, of the sums and of u are additions and fused multiply-adds in the order of winograd_transforms.h;
// each of the 36 sums is a chain of fused multiply-adds, over the channels or over the tiles: row by row, image by image.
// So the bits depend neither on the number of lanes nor on how many tiles are computed together.
//
// A convolution's `pool` is 1, and its bounds are infinite; `lanes` is 8, or 16 if qat_packed_lanes is. A sum
// whose tile holds a pixel that is not finite may be no number, even if its window does not hold that pixel.

// The number of floats of a packed kernel.
long qat_winograd_training_size(const qat_packed_convolution *convolution);

// Packs the channels first ..< end of kernel[3, 3, channels, filters], transformed in double precision, into memory that
// is 0 where nothing was packed.
void qat_pack_winograd_training(
    const qat_packed_convolution *convolution, long first, long end, const float *kernel, float *packed);

// The number of floats of working memory of a call, of either kind.
long qat_winograd_training_scratch(const qat_packed_convolution *convolution);

// The results of image[images, height, width, channels]: result[images, out_height, out_width, filters]. `bias` has a number
// for each filter, or is NULL.
void qat_convolve_winograd_training(
    const qat_packed_convolution *convolution, long images, const float *image, const float *packed, const float *bias,
    float *scratch, float *result);

// The number of floats of the sums that become the kernel's gradient: one for each position of a tile, channel and filter.
long qat_winograd_sums(const qat_packed_convolution *convolution);

// Adds the products of some images and of the gradients of their results,
// upstream[images, out_height, out_width, filters], to the sums.
void qat_add_winograd_products(
    const qat_packed_convolution *convolution, long images, const float *image, const float *upstream, float *scratch,
    float *sums);

// Gᵀ M G of the sums of the channels first ..< end, in double precision: gradient[3, 3, channels, filters].
void qat_winograd_kernel_gradient(
    const qat_packed_convolution *convolution, long first, long end, const float *sums, float *gradient);

#endif

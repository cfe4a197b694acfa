#ifndef QAT_DIRECT_CONVOLUTION_H
#define QAT_DIRECT_CONVOLUTION_H

#include "sliding_windows.h"

// Convolution of images of few channels, where a matrix product or oneDNN leaves most of the machine idle:
// vectors run along the filters. kernel[window_height, window_width, channels, filters].

// The number of floats of an image with its padding, as far as windows reach.
long qat_padded_size(qat_windows windows);

// The image with zeros around it, so that every window lies inside.
void qat_pad_image(qat_windows windows, const float *image, float *padded);

// result[out_height, out_width, filters]; `bias` holds `filters` floats, or is NULL. Each element is one sum
// in the order of the kernel's elements.
void qat_direct_convolution(
    qat_windows windows, long filters, const float *padded, const float *kernel, const float *bias,
    float *result);

// Adds the gradient of the kernel to `gradient`.
void qat_direct_kernel_gradient(
    qat_windows windows, long filters, const float *padded, const float *upstream, float *gradient);

#endif

#ifndef QAT_DIRECT_CONVOLUTION_H
#define QAT_DIRECT_CONVOLUTION_H

#include "sliding_windows.h"

// Convolution of images of few channels: vectors run along the filters, where vectors along the channels, those of
// a matrix product and of oneDNN, would be mostly empty. Images are padded;
// kernel[window_height, window_width, channels, filters].

// result[out_height, out_width, filters]; `bias` holds `filters` floats, or is NULL. Each element is one sum
// in the order of the kernel's elements.
void qat_direct_convolution(
    qat_windows windows, long filters, const float *padded, const float *kernel, const float *bias,
    float *result);

// Adds the gradient of the kernel to `gradient`.
void qat_direct_kernel_gradient(
    qat_windows windows, long filters, const float *padded, const float *upstream, float *gradient);

#endif

#ifndef QAT_SLIDING_WINDOWS_H
#define QAT_SLIDING_WINDOWS_H

// Windows that slide over an NHWC image, for convolutions and pooling. The pixels of a window in the padding are
// outside the image.
typedef struct {
  long height, width, channels;      // the input image
  long out_height, out_width;        // the number of windows
  long window_height, window_width;  // in pixels
  long stride_height, stride_width;
  long pad_top, pad_left;  // the padding at the bottom and the right follows from the rest
} qat_windows;

// The pixels of one image's windows, zeros for padding:
// patches[out_height × out_width, window_height × window_width × channels].
void qat_gather_patches(qat_windows windows, const float *image, float *patches);

// The transpose of that map: adds every patch's elements to the pixels they came from.
void qat_scatter_patches(qat_windows windows, const float *patches, float *image);

// The number of floats of an image with its padding, as far as the windows reach.
long qat_padded_size(qat_windows windows);

// The image with zeros around it, so that every window lies inside. Above the windows of a part of an image may be rows
// that they do not reach: then `pad_top` is below 0.
void qat_pad_image(qat_windows windows, const float *image, float *padded);

// Pooling over one image, a channel at a time. Padding does not take part: the maximum ignores it, and the
// average divides by the number of pixels inside.
void qat_max_pool(qat_windows windows, const float *image, float *result);
void qat_average_pool(qat_windows windows, const float *image, float *result);

// Adds to `gradient`, which has the image's size. The gradient of a maximum goes to the window's first
// pixel, row by row, that equals it.
void qat_max_pool_gradient(
    qat_windows windows, const float *upstream, const float *image, const float *result, float *gradient);
void qat_average_pool_gradient(qat_windows windows, const float *upstream, float *gradient);

// Depthwise convolution of one padded image, one kernel a channel: kernel[window_height, window_width, channels];
// `bias` holds an element per channel, or is NULL. Where a channel has several kernels, it is repeated before
// (qat_repeat_channels).
void qat_depthwise(
    qat_windows windows, const float *padded, const float *kernel, const float *bias, float *result);

// Adds the gradient of the kernel to `gradient`.
void qat_depthwise_kernel_gradient(
    qat_windows windows, const float *upstream, const float *padded, float *gradient);

// Adds the gradient of the image, without its padding, to `gradient`.
void qat_depthwise_image_gradient(
    qat_windows windows, const float *upstream, const float *kernel, float *gradient);

#endif

#ifndef QAT_ONEDNN_H
#define QAT_ONEDNN_H

#include "matmul.h"

// A thin shim over oneDNN, versions 2 and 3: matrix products and convolutions, in float. Each call runs on the
// calling thread: sums would depend on the number of oneDNN's own threads. In a build without oneDNN every function
// fails, and callers use the portable twins.

// The linked version, as 100 × major + minor; 0 in a build without oneDNN.
long qat_onednn_version(void);

// Computes a matrix product, whose factors may both be transposed. Returns 1, or 0 if it failed.
int qat_onednn_matmul(const qat_matrix_product *product);

typedef enum {
  qat_convolution_forward,
  qat_convolution_image_gradient,
  qat_convolution_kernel_gradient,
} qat_convolution_direction;

// A two-dimensional convolution of NHWC images with an HWIO kernel. All members are long: two shapes are equal if
// their bytes are.
typedef struct {
  long direction;  // a qat_convolution_direction
  long batch, height, width, channels;
  long kernel_height, kernel_width, filters;
  long out_height, out_width;
  long stride_height, stride_width;
  long pad_top, pad_left, pad_bottom, pad_right;
  long has_bias;
} qat_convolution_shape;

// A convolution that oneDNN compiled for one shape. Plans are made once and kept for the life of the process, in a
// list guarded by a mutex. They hold code and layouts, never values.
typedef struct qat_convolution_plan qat_convolution_plan;

// The plan of a shape, or NULL if oneDNN has no such convolution.
qat_convolution_plan *qat_onednn_convolution(qat_convolution_shape shape);

// The number of floats of the kernel in the plan's own layout.
long qat_onednn_packed_count(const qat_convolution_plan *plan);

// Copies a kernel from HWIO order to the plan's layout, and back. Both return 1, or 0 if they failed.
int qat_onednn_pack(const qat_convolution_plan *plan, const float *kernel, float *packed);
int qat_onednn_unpack(const qat_convolution_plan *plan, const float *packed, float *kernel);

// Runs the plan. Forward: reads image, packed and bias, writes result. Image gradient: reads result (the upstream
// gradient) and packed, writes image. Kernel gradient: reads image and result (the upstream gradient), writes packed
// and bias. Safe on several threads at once. Returns 1, or 0 if it failed.
int qat_onednn_run(
    const qat_convolution_plan *plan, float *image, float *packed, float *bias, float *result);

#endif

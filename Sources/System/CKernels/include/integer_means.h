#ifndef QAT_INTEGER_MEANS_H
#define QAT_INTEGER_MEANS_H

#include "integer_products.h"

// The means of codes under windows, separately for each channel, without the pixels outside the image.

// How the sum of a window's codes becomes a code.
typedef enum {
  // sum ÷ count, half away from zero: the average poolings of LiteRT and XNNPACK
  qat_mean_of_codes,
  // round(Σ (code − input zero point) · input scale ÷ count ÷ scale + zero point), in floats, pixel by pixel, half to
  // even: ONNX Runtime's average pooling
  qat_mean_of_numbers,
  // the sum of (code − input zero point), requantized: the means over an image of LiteRT and ONNX Runtime
  qat_mean_requantized,
  // sum · input scale + offset, in floats, half to even: XNNPACK's mean over an image
  qat_mean_scaled,
} qat_mean_form;

typedef struct {
  const qat_integer_kernels *kernels;
  qat_mean_form form;
  qat_windows windows;
  int32_t input_zero_point;
  float input_scale, scale, offset;
  qat_requantization requantization;  // 16 equal multipliers, zero point and bounds
} qat_means;

// One image: codes[height, width, channels] → result[out_height, out_width, channels].
void qat_integer_means(const qat_means *means, const int8_t *codes, int8_t *result);

#endif

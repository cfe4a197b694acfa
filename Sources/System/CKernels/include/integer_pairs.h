#ifndef QAT_INTEGER_PAIRS_H
#define QAT_INTEGER_PAIRS_H

#include "integer_products.h"

// Two tensors of codes, x and y, combined element by element.

// How a code comes of two codes. Zero points are subtracted where a form names x and y; result codes are clamped to
// the bounds of the requantization.
typedef enum {
  // zero point + ((x · x_factor + y · y_factor + 2^(shift − 1)) >> shift): XNNPACK's sums
  qat_pairs_shifted,
  // x_sums[x] + y_sums[y], requantized: LiteRT's sums
  qat_pairs_tables,
  // x · y, requantized: products of LiteRT and XNNPACK
  qat_pairs_products,
  // x_ratio · x + y_terms[y] in one rounding, of the codes themselves, half to even: ONNX Runtime's sums
  qat_pairs_fused,
  // x · y · x_ratio + zero point in floats, half to even: ONNX Runtime's products
  qat_pairs_float_products,
} qat_pairs_form;

typedef struct {
  const qat_integer_kernels *kernels;
  qat_pairs_form form;
  int32_t x_zero_point, y_zero_point;
  int32_t x_factor, y_factor, shift;
  const int32_t *x_sums, *y_sums;  // of the 256 codes from −128
  float x_ratio;
  const float *y_terms;  // of the 256 codes from −128
  qat_requantization requantization;  // 16 equal multipliers
} qat_pairs;

// Combines `count` codes of each tensor.
void qat_integer_combine(
    const qat_pairs *pairs, const int8_t *x, const int8_t *y, long count, int8_t *result);

// Looks up `count` codes in a table of the 256 codes from −128.
void qat_integer_map(const int8_t *table, const int8_t *codes, long count, int8_t *result);

#endif

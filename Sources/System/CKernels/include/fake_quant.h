#ifndef QAT_FAKE_QUANT_H
#define QAT_FAKE_QUANT_H

#include <stdint.h>

// Fake quantization: values are rounded to a grid and returned as floats. The results equal those of the Swift type
// FakeQuantizer bit for bit; it documents the formulas and their sources.

// The framework whose order of operations is followed.
typedef enum {
  QAT_TENSORFLOW_PER_TENSOR,   // divides by the scale
  QAT_TENSORFLOW_PER_CHANNEL,  // multiplies by the inverse scale
  QAT_PYTORCH,                 // rounds half to even, adds the zero point, then clamps
} qat_fake_quant_form;

// Grids, by five numbers each; each array has `period` entries. Element i is rounded to grid i % period: a period
// of 1 is one grid for all elements, the number of channels one grid for each channel of the last axis.
typedef struct {
  const float *lowest;         // TensorFlow: the nudged ends; PyTorch: the first and the last code
  const float *highest;
  const float *scale;
  const float *inverse_scale;
  const float *zero;           // TensorFlow: steps from `lowest` to real 0; PyTorch: the zero point
  long period;
} qat_grids;

// result = each x quantized and back. `x` and `result` may not overlap.
void qat_fake_quant(qat_fake_quant_form form, const float *x, float *result, long count, qat_grids grids);

// gradient = upstream × (1 where x is within its grid, else 0): the straight-through estimator.
void qat_fake_quant_gradient(
    qat_fake_quant_form form, const float *x, const float *upstream, float *gradient, long count,
    qat_grids grids);

// Fake-quantizes values with one grid, in TensorFlow's form per tensor or in PyTorch's. Where no gradient passes, all bits
// of the choice are set: it becomes qat_no_choice of relu_max_pool.h. `result` may be `values`.
void qat_fake_quant_chosen(
    qat_fake_quant_form form, const float *values, float *result, uint8_t *choice, long count, qat_grids grids);

// Adds the upstream gradient to below[i % period] where x is below its TensorFlow grid, to above[i % period] where x
// is above it.
void qat_fake_quant_bound_gradients(
    const float *x, const float *upstream, long count, qat_grids grids, double *below, double *above);

// The sums that the gradient of a PyTorch grid's scale comes from. Adds upstream × (round(x / scale) − x / scale) to
// inside[i % period] where x is within its grid, upstream to below[i % period] where x is below it and to
// above[i % period] where x is above it. With one grid, which is repeated 16 times, up to 32 numbers are added in float
// before their sum is added in double. Writes the gradient of x too, as qat_fake_quant_gradient does, unless it is NULL.
void qat_fake_quant_step_gradients(
    const float *x, const float *upstream, float *gradient, long count, qat_grids grids, double *inside, double *below,
    double *above);

// Lowers low[i % period] and raises high[i % period] to include x. A bound that is NaN stays NaN.
void qat_widen_ranges(const float *x, long count, long period, float *low, float *high);

#endif

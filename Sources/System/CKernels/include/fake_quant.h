#ifndef QAT_FAKE_QUANT_H
#define QAT_FAKE_QUANT_H

#include <stdint.h>

// Fake quantization: numbers are rounded to a grid and given back as floats. Bit for bit what the Swift
// type FakeQuantizer computes for one number; see there for the formulas and their sources.

// Whose order of operations is followed.
typedef enum {
  QAT_TENSORFLOW_PER_TENSOR,   // divides by the scale
  QAT_TENSORFLOW_PER_CHANNEL,  // multiplies by the inverse scale
  QAT_PYTORCH,                 // rounds half to even; first adds the zero point, then limits
} qat_fake_quant_form;

// Grids by their five numbers; each array has `period` entries. Element i is rounded to grid i % period,
// so period 1 is one grid for all, and the number of channels is one grid a channel of the last axis.
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

// Quantizes values and back where they lie, by TensorFlow's one grid. Where that passes no gradient, all bits of
// choice are set, to qat_no_choice of relu_max_pool.h.
void qat_fake_quant_chosen(float *values, uint8_t *choice, long count, qat_grids grids);

// Adds upstream to below[i % period] where x is below its TensorFlow grid, to above[i % period] where it is
// above.
void qat_fake_quant_bound_gradients(
    const float *x, const float *upstream, long count, qat_grids grids, double *below, double *above);

// What a PyTorch grid's scale learns from: adds upstream × (round(x / scale) − x / scale) to inside[i % period]
// where x is within its grid, upstream to below[i % period] where it is below, and to above[i % period] where
// it is above.
void qat_fake_quant_step_gradients(
    const float *x, const float *upstream, long count, qat_grids grids, double *inside, double *below,
    double *above);

// Lowers low[i % period] to x and raises high[i % period] to it; once NaN, they stay NaN.
void qat_widen_ranges(const float *x, long count, long period, float *low, float *high);

#endif

#ifndef QAT_MAPS_H
#define QAT_MAPS_H

// Functions of one element, and their gradients: gradient = upstream × f′, computed from the function's input x or from its
// result. The result of a function may lie in the very place of x; else the two do not overlap.

void qat_exp(const float *x, float *result, long count);      // within 1 ulp
void qat_log(const float *x, float *result, long count);      // within 1 ulp
void qat_sqrt(const float *x, float *result, long count);
void qat_square(const float *x, float *result, long count);
void qat_abs(const float *x, float *result, long count);
void qat_negate(const float *x, float *result, long count);
void qat_relu(const float *x, float *result, long count);     // NaN stays NaN
void qat_relu6(const float *x, float *result, long count);    // NaN stays NaN
void qat_sigmoid(const float *x, float *result, long count);  // within 1 ulp
void qat_tanh(const float *x, float *result, long count);     // within 1 ulp
void qat_hard_swish(const float *x, float *result, long count);  // x · min(max(x + 3, 0), 6) / 6

// result = x · factor + offset of each channel, computed in double precision and rounded once; in place or apart.
void qat_scale_channels(
    const float *x, const double *factors, const double *offsets, long rows, long channels, float *result);

void qat_exp_gradient(const float *upstream, const float *result, float *gradient, long count);
void qat_log_gradient(const float *upstream, const float *x, float *gradient, long count);
void qat_sqrt_gradient(const float *upstream, const float *result, float *gradient, long count);
void qat_square_gradient(const float *upstream, const float *x, float *gradient, long count);
void qat_abs_gradient(const float *upstream, const float *x, float *gradient, long count);      // 0 at 0
void qat_relu_gradient(const float *upstream, const float *result, float *gradient, long count);  // 0 at 0
void qat_relu6_gradient(const float *upstream, const float *result, float *gradient, long count);
void qat_sigmoid_gradient(const float *upstream, const float *result, float *gradient, long count);
void qat_tanh_gradient(const float *upstream, const float *result, float *gradient, long count);

// x above 0 and slope · x elsewhere, with the gradient slope at 0; NaN stays NaN.
void qat_leaky_relu(const float *x, float slope, float *result, long count);
void qat_leaky_relu_gradient(const float *upstream, const float *x, float slope, float *gradient, long count);

// Clamps to two bounds: a value below `low` becomes `low`, then one above `high` becomes `high`; NaN stays NaN.
void qat_clip(const float *x, float low, float high, float *result, long count);

// The upstream gradient where low ≤ x ≤ high, else 0; and the sums of upstream where x is below and above, which are
// the gradients of the bounds.
void qat_clip_gradient(const float *upstream, const float *x, float low, float high, float *gradient,
                       long count);
void qat_clip_bound_gradients(
    const float *upstream, const float *x, float low, float high, long count, float *below, float *above);

#endif

#ifndef QAT_SOFTMAX_H
#define QAT_SOFTMAX_H

// Softmax over the rows of values[rows, columns]; the row's largest element is subtracted first. Sums and
// exponentials are in double precision. The result of qat_softmax may lie in the very place of the values.

void qat_softmax(const float *values, float *result, long rows, long columns);
void qat_log_softmax(const float *values, float *result, long rows, long columns);

// gradient = result × (upstream − Σ upstream × result)
void qat_softmax_gradient(
    const float *upstream, const float *result, float *gradient, long rows, long columns);

// gradient = upstream − e^result × Σ upstream
void qat_log_softmax_gradient(
    const float *upstream, const float *result, float *gradient, long rows, long columns);

#endif

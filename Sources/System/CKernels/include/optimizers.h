#ifndef QAT_OPTIMIZERS_H
#define QAT_OPTIMIZERS_H

// One step of Adam for `count` weights, in one pass through memory.
//
// new_mean = mean + (gradient − mean)·(1 − beta1)
// new_square = square + (gradient² − square)·(1 − beta2)
// result = weights − rate · new_mean / (√new_square + epsilon); `rate` holds the bias corrections.
typedef struct {
  float rate;
  float beta1;
  float beta2;
  float epsilon;
} qat_adam_settings;

void qat_adam(
    const float *weights, const float *gradient, const float *mean, const float *square, float *result,
    float *new_mean, float *new_square, long count, qat_adam_settings settings);

#endif

#include "onednn.h"

#include <stddef.h>

#ifndef QAT_ONEDNN

long qat_onednn_version(void) { return 0; }

int qat_onednn_matmul(
    int transpose_a, int transpose_b, long rows, long depth, long columns, const float *a, long a_row,
    const float *b, long b_row, float *result, long result_row) {
  (void)transpose_a, (void)transpose_b, (void)rows, (void)depth, (void)columns, (void)a, (void)a_row;
  (void)b, (void)b_row, (void)result, (void)result_row;
  return 0;
}

qat_convolution_plan *qat_onednn_convolution(qat_convolution_shape shape) {
  (void)shape;
  return NULL;
}

long qat_onednn_packed_count(const qat_convolution_plan *plan) {
  (void)plan;
  return 0;
}

int qat_onednn_pack(const qat_convolution_plan *plan, const float *kernel, float *packed) {
  (void)plan, (void)kernel, (void)packed;
  return 0;
}

int qat_onednn_unpack(const qat_convolution_plan *plan, const float *packed, float *kernel) {
  (void)plan, (void)packed, (void)kernel;
  return 0;
}

int qat_onednn_run(
    const qat_convolution_plan *plan, float *image, float *packed, float *bias, float *result) {
  (void)plan, (void)image, (void)packed, (void)bias, (void)result;
  return 0;
}

#else

#include "onednn_support.h"

long qat_onednn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 100L + version->minor;
}

int qat_onednn_matmul(
    int transpose_a, int transpose_b, long rows, long depth, long columns, const float *a, long a_row,
    const float *b, long b_row, float *result, long result_row) {
  qat_stay_on_this_thread();
  return dnnl_sgemm(
             transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', rows, columns, depth, 1, a, a_row, b, b_row, 0,
             result, result_row) == dnnl_success;
}

#endif

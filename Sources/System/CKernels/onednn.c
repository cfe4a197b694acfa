#include "onednn.h"

#include <stddef.h>

#include "platform.h"

#ifndef QAT_ONEDNN

long qat_onednn_version(void) { return 0; }

int qat_onednn_matmul(const qat_matrix_product *product) {
  (void)product;
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

#include "arithmetic.h"
#include "onednn_support.h"

long qat_onednn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 100L + version->minor;
}

int qat_onednn_matmul(const qat_matrix_product *p) {
  qat_stay_on_this_thread();
  const dnnl_status_t status = dnnl_sgemm(
      p->left.transposed ? 'T' : 'N', p->right.transposed ? 'T' : 'N', p->rows, p->columns, p->depth, 1,
      p->left.values, p->left.row_size, p->right.values, p->right.row_size, p->accumulates ? 1 : 0, p->result,
      p->result_row_size);
  if (status != dnnl_success) return 0;
  if (p->bias && !p->accumulates) qat_add_to_rows(p->result, p->result_row_size, p->bias, p->rows, p->columns);
  return 1;
}

#endif

#ifndef QAT_INTEGER_DEPTHWISE_GROUPS_H
#define QAT_INTEGER_DEPTHWISE_GROUPS_H

#include "integer_kernels.h"

// Depthwise convolutions by groups of neighbouring pixels: for the instruction sets whose table has `group_row`.

long qat_integer_groups_packed_bytes(const qat_integer_kernels *kernels, qat_windows windows);
long qat_integer_groups_bytes(qat_windows windows);
void qat_integer_pack_groups(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, void *packed,
    int32_t *corrected);
void qat_integer_depthwise_groups(
    const qat_integer_product *product, const int8_t *codes, long workers, void *scratch, long scratch_bytes,
    int8_t *result);

#endif

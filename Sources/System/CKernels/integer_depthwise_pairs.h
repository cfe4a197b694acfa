#ifndef QAT_INTEGER_DEPTHWISE_PAIRS_H
#define QAT_INTEGER_DEPTHWISE_PAIRS_H

#include "integer_kernels.h"

// Depthwise convolutions by pairs of neighbouring pixels: for the instruction sets whose table has `pair_row`.

long qat_integer_pairs_packed_bytes(qat_windows windows);
long qat_integer_pairs_bytes(qat_windows windows);
void qat_integer_pack_pairs(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, int16_t *packed,
    int32_t *corrected);
void qat_integer_depthwise_pairs(
    const qat_integer_product *product, const int8_t *codes, long workers, void *scratch, long scratch_bytes,
    int8_t *result);

#endif

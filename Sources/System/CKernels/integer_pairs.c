#include "integer_pairs.h"

#include "integer_kernels.h"
#include "platform.h"

void qat_integer_combine(
    const qat_pairs *pairs, const int8_t *x, const int8_t *y, long count, int8_t *result) {
  pairs->kernels->combine(pairs, x, y, count, result);
}

void qat_integer_map(const int8_t *table, const int8_t *codes, long count, int8_t *result) {
  const int8_t *middle = table + 128;
  for (long k = 0; k < count; ++k) result[k] = middle[codes[k]];
}

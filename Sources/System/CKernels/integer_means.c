#include "integer_means.h"

#include "integer_kernels.h"
#include "platform.h"

void qat_integer_means(const qat_means *means, const int8_t *codes, int8_t *result) {
  means->kernels->mean(means, codes, result);
}

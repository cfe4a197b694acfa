#include "layout.h"

#include <string.h>

#include "platform.h"

enum { block = 16 };

QAT_CLONES void qat_transpose(const float *values, float *result, long rows, long columns) {
  for (long row = 0; row < rows; row += block) {
    const long last_row = row + block < rows ? row + block : rows;
    for (long column = 0; column < columns; column += block) {
      const long last_column = column + block < columns ? column + block : columns;
      for (long i = row; i < last_row; ++i) {
        for (long j = column; j < last_column; ++j) result[j * rows + i] = values[i * columns + j];
      }
    }
  }
}

void qat_copy_box(
    const float *values, const long *value_strides, float *result, const long *result_strides,
    const long *extents, long rank) {
  if (rank == 1) {
    memcpy(result, values, (size_t)extents[0] * sizeof(float));
    return;
  }
  for (long i = 0; i < extents[0]; ++i) {
    qat_copy_box(
        values + i * value_strides[0], value_strides + 1, result + i * result_strides[0], result_strides + 1,
        extents + 1, rank - 1);
  }
}

// With a literal for `times`, the loops inside are shuffles of vectors.
QAT_INLINE void repeat(const float *values, long count, long times, float *restrict repeated) {
  for (long i = 0; i < count; ++i) {
    for (long m = 0; m < times; ++m) repeated[i * times + m] = values[i];
  }
}

QAT_CLONES void qat_repeat_channels(const float *values, long count, long times, float *repeated) {
  switch (times) {
  case 2: repeat(values, count, 2, repeated); break;
  case 4: repeat(values, count, 4, repeated); break;
  default: repeat(values, count, times, repeated); break;
  }
}

QAT_INLINE void sum(const float *values, long count, long times, float *restrict sums) {
  for (long i = 0; i < count; ++i) {
    float total = values[i * times];
    for (long m = 1; m < times; ++m) total += values[i * times + m];
    sums[i] = total;
  }
}

QAT_CLONES void qat_sum_repeated(const float *values, long count, long times, float *sums) {
  switch (times) {
  case 2: sum(values, count, 2, sums); break;
  case 4: sum(values, count, 4, sums); break;
  default: sum(values, count, times, sums); break;
  }
}

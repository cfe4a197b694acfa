#include "arithmetic.h"

#include "platform.h"

// One inner loop for each pair of column strides, so that each is a plain vector loop.
#define QAT_BINARY(name, symbol)                                                                   \
  QAT_CLONES void name(qat_operand a, qat_operand b, float *result, long rows, long columns) {     \
    for (long row = 0; row < rows; ++row) {                                                        \
      const float *x = a.values + row * a.row_stride;                                              \
      const float *y = b.values + row * b.row_stride;                                              \
      float *restrict z = result + row * columns;                                                  \
      if (a.column_stride == 0) {                                                                  \
        const float left = x[0];                                                                   \
        for (long i = 0; i < columns; ++i) z[i] = left symbol y[i * b.column_stride];              \
      } else if (b.column_stride == 0) {                                                           \
        const float right = y[0];                                                                  \
        for (long i = 0; i < columns; ++i) z[i] = x[i] symbol right;                               \
      } else {                                                                                     \
        for (long i = 0; i < columns; ++i) z[i] = x[i] symbol y[i];                                \
      }                                                                                            \
    }                                                                                              \
  }

QAT_BINARY(qat_add, +)
QAT_BINARY(qat_subtract, -)
QAT_BINARY(qat_multiply, *)
QAT_BINARY(qat_divide, /)
QAT_BINARY(qat_equal, ==)

QAT_CLONES void qat_add_clamped(const float *a, const float *b, float ceiling, float *restrict result, long count) {
  for (long i = 0; i < count; ++i) {
    const float sum = a[i] + b[i], raised = sum <= 0 ? 0 : sum;
    result[i] = raised > ceiling ? ceiling : raised;
  }
}

QAT_CLONES void qat_accumulate(float *total, const float *term, long count) {
  for (long i = 0; i < count; ++i) total[i] += term[i];
}

QAT_CLONES void qat_add_to_rows(float *rows, long row_size, const float *term, long count, long columns) {
  for (long row = 0; row < count; ++row) {
    for (long i = 0; i < columns; ++i) rows[row * row_size + i] += term[i];
  }
}

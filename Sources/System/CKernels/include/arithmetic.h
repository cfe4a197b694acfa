#ifndef QAT_ARITHMETIC_H
#define QAT_ARITHMETIC_H

// Element-wise arithmetic of two operands with broadcasting: result[r, c] = a[r, c] ∘ b[r, c].
//
// The result is contiguous, `rows` × `columns`. An operand's strides are in floats; a stride of 0 repeats
// it along that direction. Column strides are 0 or 1.
typedef struct {
  const float *values;
  long row_stride;
  long column_stride;
} qat_operand;

void qat_add(qat_operand a, qat_operand b, float *result, long rows, long columns);
void qat_subtract(qat_operand a, qat_operand b, float *result, long rows, long columns);
void qat_multiply(qat_operand a, qat_operand b, float *result, long rows, long columns);
void qat_divide(qat_operand a, qat_operand b, float *result, long rows, long columns);

// 1 where a equals b, else 0.
void qat_equal(qat_operand a, qat_operand b, float *result, long rows, long columns);

// result = a + b, clamped to 0 … ceiling; a NaN stays.
void qat_add_clamped(const float *a, const float *b, float ceiling, float *result, long count);

// total[i] += term[i]
void qat_accumulate(float *total, const float *term, long count);

// rows[row, column] += term[column], with `row_size` floats from row to row
void qat_add_to_rows(float *rows, long row_size, const float *term, long count, long columns);

#endif

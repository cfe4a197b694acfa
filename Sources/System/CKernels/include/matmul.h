#ifndef QAT_MATMUL_H
#define QAT_MATMUL_H

#include <stdbool.h>

// A factor of a matrix product, stored row by row.
typedef struct {
  const float *values;
  long row_size;    // floats from stored row to stored row
  bool transposed;  // whether the factor is the transpose of the stored matrix
} qat_factor;

// A matrix product: result[rows, columns] = left[rows, depth] · right[depth, columns] + bias.
typedef struct {
  long rows, depth, columns;
  qat_factor left, right;
  const float *bias;  // `columns` floats, or NULL
  float *result;      // row-major
  long result_row_size;
  bool accumulates;  // adds the product to the result, and ignores the bias
} qat_matrix_product;

// The portable matrix product; the right factor must not be transposed. Each element is one sum in the order of the
// depth, so its bits do not depend on how rows are divided among calls.
void qat_matmul(const qat_matrix_product *product);

// The product of one row: result[columns] = row[depth] · matrix[depth, columns] + bias, which may be NULL. The matrix is
// read once, in strips of up to 64 columns. Each element is one sum in the order of the depth.
void qat_row_product(
    const float *row, const float *matrix, const float *bias, long depth, long columns, float *result);

#endif

#include "matmul.h"

#include "platform.h"

enum { tile_rows = 4, tile_columns = 16 };

// A tile of the result, with its factors. The left factor has two strides, so that stored and transposed matrices are
// read by the same code.
typedef struct {
  const float *left, *right, *bias;
  long left_row, left_column, right_row;
  float *result;
  long result_row, depth;
  bool accumulates;
} tile;

// A full tile: its sums stay in registers over the whole depth.
QAT_INLINE void full_tile(const tile t) {
  float sums[tile_rows][tile_columns];
  for (long i = 0; i < tile_rows; ++i) {
    for (long j = 0; j < tile_columns; ++j) {
      sums[i][j] = t.accumulates ? t.result[i * t.result_row + j] : t.bias ? t.bias[j] : 0;
    }
  }
  for (long k = 0; k < t.depth; ++k) {
    for (long i = 0; i < tile_rows; ++i) {
      const float factor = t.left[i * t.left_row + k * t.left_column];
      for (long j = 0; j < tile_columns; ++j) sums[i][j] += factor * t.right[k * t.right_row + j];
    }
  }
  for (long i = 0; i < tile_rows; ++i) {
    for (long j = 0; j < tile_columns; ++j) t.result[i * t.result_row + j] = sums[i][j];
  }
}

// A tile at an edge, of `rows` × `columns`: the same sums in the same order.
QAT_INLINE void part_tile(const tile t, long rows, long columns) {
  for (long i = 0; i < rows; ++i) {
    float sums[tile_columns];
    for (long j = 0; j < columns; ++j) {
      sums[j] = t.accumulates ? t.result[i * t.result_row + j] : t.bias ? t.bias[j] : 0;
    }
    for (long k = 0; k < t.depth; ++k) {
      const float factor = t.left[i * t.left_row + k * t.left_column];
      for (long j = 0; j < columns; ++j) sums[j] += factor * t.right[k * t.right_row + j];
    }
    for (long j = 0; j < columns; ++j) t.result[i * t.result_row + j] = sums[j];
  }
}

// The tile whose first element is at a row and a column of the result.
QAT_INLINE tile tile_at(const qat_matrix_product *p, long row, long column) {
  const long left_row = p->left.transposed ? 1 : p->left.row_size;
  return (tile){
      .left = p->left.values + row * left_row,
      .left_row = left_row,
      .left_column = p->left.transposed ? p->left.row_size : 1,
      .right = p->right.values + column,
      .right_row = p->right.row_size,
      .bias = p->bias ? p->bias + column : 0,
      .result = p->result + row * p->result_row_size + column,
      .result_row = p->result_row_size,
      .depth = p->depth,
      .accumulates = p->accumulates,
  };
}

QAT_CLONES void qat_matmul(const qat_matrix_product *product) {
  const qat_matrix_product p = *product;
  for (long column = 0; column < p.columns; column += tile_columns) {
    const long wide = p.columns - column < tile_columns ? p.columns - column : tile_columns;
    for (long row = 0; row < p.rows; row += tile_rows) {
      const long high = p.rows - row < tile_rows ? p.rows - row : tile_rows;
      const tile t = tile_at(&p, row, column);
      if (high == tile_rows && wide == tile_columns) full_tile(t);
      else part_tile(t, high, wide);
    }
  }
}

// `wide` columns of the product of one row; `wide` is a literal at the call, so that the sums stay in registers.
QAT_INLINE void strip(
    const float *row, const float *matrix, const float *bias, long depth, long columns, long wide, float *result) {
  float sums[64];
  for (long j = 0; j < wide; ++j) sums[j] = bias ? bias[j] : 0;
  for (long k = 0; k < depth; ++k) {
    const float factor = row[k];
    for (long j = 0; j < wide; ++j) sums[j] += factor * matrix[k * columns + j];
  }
  for (long j = 0; j < wide; ++j) result[j] = sums[j];
}

QAT_CLONES void qat_row_product(
    const float *row, const float *matrix, const float *bias, long depth, long columns, float *result) {
  long first = 0;
#define QAT_STRIPS(wide)                                                                                     \
  for (; first + (wide) <= columns; first += (wide)) {                                                       \
    strip(row, matrix + first, bias ? bias + first : 0, depth, columns, wide, result + first);               \
  }
  QAT_STRIPS(64)
  QAT_STRIPS(16)
  QAT_STRIPS(8)
  QAT_STRIPS(1)
#undef QAT_STRIPS
}

#include "matmul.h"

#include "platform.h"

enum { tile_rows = 4, tile_columns = 16 };

// A full tile: its sums stay in registers over the whole depth.
QAT_INLINE void full_tile(
    const float *a, long a_row, long a_column, const float *b, long b_row, const float *bias, float *result,
    long result_row, long depth, int accumulate) {
  float sums[tile_rows][tile_columns];
  for (long i = 0; i < tile_rows; ++i) {
    for (long j = 0; j < tile_columns; ++j) {
      sums[i][j] = accumulate ? result[i * result_row + j] : bias ? bias[j] : 0;
    }
  }
  for (long k = 0; k < depth; ++k) {
    for (long i = 0; i < tile_rows; ++i) {
      const float factor = a[i * a_row + k * a_column];
      for (long j = 0; j < tile_columns; ++j) sums[i][j] += factor * b[k * b_row + j];
    }
  }
  for (long i = 0; i < tile_rows; ++i) {
    for (long j = 0; j < tile_columns; ++j) result[i * result_row + j] = sums[i][j];
  }
}

// A tile at an edge, of `rows` × `columns`: the same sums in the same order.
QAT_INLINE void part_tile(
    const float *a, long a_row, long a_column, const float *b, long b_row, const float *bias, float *result,
    long result_row, long rows, long depth, long columns, int accumulate) {
  for (long i = 0; i < rows; ++i) {
    float sums[tile_columns];
    for (long j = 0; j < columns; ++j) {
      sums[j] = accumulate ? result[i * result_row + j] : bias ? bias[j] : 0;
    }
    for (long k = 0; k < depth; ++k) {
      const float factor = a[i * a_row + k * a_column];
      for (long j = 0; j < columns; ++j) sums[j] += factor * b[k * b_row + j];
    }
    for (long j = 0; j < columns; ++j) result[i * result_row + j] = sums[j];
  }
}

QAT_CLONES void qat_matmul(
    const float *a, long a_row, long a_column, const float *b, long b_row, const float *bias, float *result,
    long result_row, long rows, long depth, long columns, int accumulate) {
  for (long column = 0; column < columns; column += tile_columns) {
    const long wide = columns - column < tile_columns ? columns - column : tile_columns;
    const float *part_bias = bias ? bias + column : 0;
    for (long row = 0; row < rows; row += tile_rows) {
      const long high = rows - row < tile_rows ? rows - row : tile_rows;
      const float *rows_of_a = a + row * a_row;
      float *target = result + row * result_row + column;
      if (high == tile_rows && wide == tile_columns) {
        full_tile(rows_of_a, a_row, a_column, b + column, b_row, part_bias, target, result_row, depth,
            accumulate);
      } else {
        part_tile(
            rows_of_a, a_row, a_column, b + column, b_row, part_bias, target, result_row, high, depth, wide,
            accumulate);
      }
    }
  }
}

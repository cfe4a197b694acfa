#ifndef QAT_MATMUL_H
#define QAT_MATMUL_H

// The portable matrix product: result[rows, columns] = a[rows, depth] · b[depth, columns] + bias.
//
// Element (i, k) of a is a[i × a_row + k × a_column], so a may be stored transposed. b and result are row-major, with
// b_row and result_row floats from row to row. `bias` holds `columns` floats, or is NULL. With `accumulate` the
// product is added to result, and the bias is ignored. Each element is one sum in the order of k, so its bits do not
// depend on how rows are divided among calls.
void qat_matmul(
    const float *a, long a_row, long a_column, const float *b, long b_row, const float *bias, float *result,
    long result_row, long rows, long depth, long columns, int accumulate);

#endif

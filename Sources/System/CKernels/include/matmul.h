#ifndef QAT_MATMUL_H
#define QAT_MATMUL_H

// The portable matrix product: result[rows, columns] = a[rows, depth] · b[depth, columns] + bias.
//
// Element (i, k) of a is a[i × a_row + k × a_column], so a may be stored transposed. b is row-major with
// b_row floats from row to row, and result with result_row. `bias` holds `columns` floats, or is NULL; with
// `accumulate` the product is added to what result holds instead. Each element is one sum in the order of k,
// so it has the same bits however the rows are divided.
void qat_matmul(
    const float *a, long a_row, long a_column, const float *b, long b_row, const float *bias, float *result,
    long result_row, long rows, long depth, long columns, int accumulate);

#endif

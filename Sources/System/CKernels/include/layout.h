#ifndef QAT_LAYOUT_H
#define QAT_LAYOUT_H

// result[columns, rows] = values[rows, columns], transposed in blocks that stay in the cache.
void qat_transpose(const float *values, float *result, long rows, long columns);

// Copies a box of `rank` dimensions; strides are in floats, the last one of each side is 1.
void qat_copy_box(
    const float *values, const long *value_strides, float *result, const long *result_strides,
    const long *extents, long rank);

#endif

#ifndef QAT_LAYOUT_H
#define QAT_LAYOUT_H

// result[columns, rows] = values[rows, columns], transposed in blocks that stay in the cache.
void qat_transpose(const float *values, float *result, long rows, long columns);

// Copies a box of `rank` dimensions; strides are in floats, the last one of each side is 1.
void qat_copy_box(
    const float *values, const long *value_strides, float *result, const long *result_strides,
    const long *extents, long rank);

// repeated[i × times + m] = values[i], for `count` values and every m below `times`.
void qat_repeat_channels(const float *values, long count, long times, float *repeated);

// The transpose of that map: sums[i] = Σ values[i × times + m], added in the order of m.
void qat_sum_repeated(const float *values, long count, long times, float *sums);

#endif

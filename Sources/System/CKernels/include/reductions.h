#ifndef QAT_REDUCTIONS_H
#define QAT_REDUCTIONS_H

// Reductions of the middle dimension of values[outer, reduced, inner] to result[outer, inner].
// Sums are added in double precision, in one fixed order.

// Adds reduced[first ..< last] of one outer slice (values[reduced, inner]) to totals[inner].
void qat_sum_rows(const float *values, long first, long last, long inner, double *totals);

// The largest and the smallest element; a NaN wins. values[reduced, inner] → result[inner].
void qat_max_rows(const float *values, long reduced, long inner, float *result);
void qat_min_rows(const float *values, long reduced, long inner, float *result);

// The first position of the largest element of each column of values[reduced, inner].
void qat_argmax_rows(const float *values, long reduced, long inner, long *result);

#endif

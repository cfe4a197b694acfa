#ifndef QAT_HISTOGRAMS_H
#define QAT_HISTOGRAMS_H

// Histograms of numbers whose bins begin at multiples of a width: bin i spans (first + i) × width up to
// (first + i + 1) × width, without its upper end. The width is a power of two, so that binning is exact.

// Adds the `count` numbers x[0], x[stride], … to counts[bins], and the number of zeros among them, which have
// no place in the bins, to *zeros. Numbers beyond the ends go to the first and the last bin.
void qat_count_bins(
    const float *x, long count, long stride, float inverse_width, long first, long bins, unsigned *counts,
    unsigned *zeros);

// The sum of the squared errors of rounding every number to the nearest multiple of `scale` between
// lowest_step × scale and highest_step × scale, if a bin's numbers are spread evenly over it.
double qat_histogram_error(
    const float *counts, long bins, double first, double width, double scale, double lowest_step,
    double highest_step);

#endif

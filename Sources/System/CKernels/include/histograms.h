#ifndef QAT_HISTOGRAMS_H
#define QAT_HISTOGRAMS_H

// Histograms whose bins begin at multiples of a width: bin i spans (first + i) × width up to
// (first + i + 1) × width, without its upper end. The width is a power of two, so that binning is exact.

// The sum of the squared errors of rounding every value to the nearest multiple of `scale` between
// lowest_step × scale and highest_step × scale, if the values of a bin are spread evenly over it.
double qat_histogram_error(
    const float *counts, long bins, double first, double width, double scale, double lowest_step,
    double highest_step);

#endif

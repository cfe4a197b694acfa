#include "histograms.h"

#include <math.h>

#include "platform.h"

// The integral of the squared error from 0 to t: a whole step holds scale³ / 12, and the distance r from the
// nearest multiple in reach another r³ / 3. Continuous, since at a tie both neighbours give the same.
QAT_INLINE double error_integral(double t, double scale, double lowest_step, double highest_step) {
  double step = rint(t / scale);
  step = step < lowest_step ? lowest_step : step > highest_step ? highest_step : step;
  const double rest = t - step * scale;
  return step * (scale * scale * scale / 12) + rest * rest * rest / 3;
}

QAT_CLONES double qat_histogram_error(
    const float *restrict counts, long bins, double first, double width, double scale, double lowest_step,
    double highest_step) {
  enum { lanes = 8 };
  double running[lanes] = {0};
  for (long start = 0; start < bins; start += lanes) {
    const long length = bins - start < lanes ? bins - start : lanes;
    for (long lane = 0; lane < length; ++lane) {
      const double low = (first + (double)(start + lane)) * width;
      const double inside = error_integral(low + width, scale, lowest_step, highest_step)
                            - error_integral(low, scale, lowest_step, highest_step);
      running[lane] += (double)counts[start + lane] * inside;
    }
  }
  double total = 0;
  for (long lane = 0; lane < lanes; ++lane) total += running[lane];
  return total / width;
}

#ifndef QAT_EXPONENTIAL_H
#define QAT_EXPONENTIAL_H

#include <stdint.h>
#include <string.h>

#include "platform.h"

// e^x in double precision, by arithmetic alone: it vectorizes, and its bits do not depend on the C library.
// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^r by its Taylor series to r^11 (relative error below 1e-14). The
// result is meant to be rounded to float: x is clamped to -150 … 130, beyond which a float is 0 or infinite. NaN
// gives NaN.
QAT_INLINE double qat_exponential(double x) {
  const double shifter = 0x1.8p52;  // adding it rounds to an integer and leaves it in the low bits
  x = x < -150.0 ? -150.0 : x;
  x = x > 130.0 ? 130.0 : x;
  const double shifted = x * 0x1.71547652b82fep0 + shifter;
  const double n = shifted - shifter;
  // ln 2 in two parts; the first has so few bits that n times it is exact.
  const double r = (x - n * 0x1.62e42fefa0000p-1) - n * 0x1.cf79abc9e3b39p-40;
  double p = 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;  // the float whose exponent is n: 2^n
  double power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

#endif

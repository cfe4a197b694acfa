#ifndef QAT_POOLING_WINDOWS_H
#define QAT_POOLING_WINDOWS_H

#include "lanes.h"
#include "platform.h"
#include "relu_max_pool.h"

// The larger of a value and the best so far; once NaN, it stays NaN.
QAT_INLINE float qat_larger(float value, float best) {
  return ((value > best) | (value != value)) ? value : best;
}

// Runs the given code for each block of channels of each window of `high` × `wide` pixels: the block begins at
// offset `corner` of the image and at offset `output` of the result.
#define QAT_EACH_POOLING_WINDOW(p, high, wide, ...)                                                       \
  do {                                                                                                    \
    const long down = (p).height / (high), across = (p).width / (wide);                                   \
    for (long y = 0; y < down; ++y) {                                                                     \
      for (long x = 0; x < across; ++x) {                                                                 \
        const long first = (y * (high) * (p).width + x * (wide)) * (p).channels;                          \
        const long out = (y * across + x) * (p).channels;                                                 \
        QAT_EACH_BLOCK((p).channels, {                                                                    \
          const long corner = first + base, output = out + base;                                          \
          __VA_ARGS__                                                                                     \
        });                                                                                               \
      }                                                                                                   \
    }                                                                                                     \
  } while (0)

#endif

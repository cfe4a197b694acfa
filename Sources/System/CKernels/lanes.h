#ifndef QAT_LANES_H
#define QAT_LANES_H

// Runs the given code for each block of 16, 8, 4 or 1 of the channels; `base` is the block's first channel.
// `lanes` is a literal in each block, so that a block's values stay in vector registers.
#define QAT_EACH_BLOCK(channels, ...)                                            \
  do {                                                                           \
    long base = 0;                                                               \
    for (; (channels)-base >= 16; base += 16) { enum { lanes = 16 }; __VA_ARGS__ } \
    for (; (channels)-base >= 8; base += 8) { enum { lanes = 8 }; __VA_ARGS__ }    \
    for (; (channels)-base >= 4; base += 4) { enum { lanes = 4 }; __VA_ARGS__ }    \
    for (; (channels)-base >= 1; base += 1) { enum { lanes = 1 }; __VA_ARGS__ }    \
  } while (0)

// Rows that are computed before the next ones: they stay in the cache while all blocks of channels are.
enum { elements_together = 1 << 12 };

// Runs the given code for each block of channels of some rows after the other: `at` is the offset of the block in the
// first of its `here` rows. The constants of a block stay in registers.
#define QAT_EACH_BLOCK_OF_ROWS(rows, channels, ...)                                                   \
  do {                                                                                                \
    const long together = (channels) < elements_together ? elements_together / (channels) : 1;        \
    for (long row = 0; row < (rows); row += together) {                                               \
      const long here = (rows)-row < together ? (rows)-row : together;                                \
      QAT_EACH_BLOCK(channels, {                                                                      \
        const long at = row * (channels) + base;                                                      \
        __VA_ARGS__                                                                                   \
      });                                                                                             \
    }                                                                                                 \
  } while (0)

// A loop over the lanes of a block for the vectorizer. Without the pragma, a loop of so few steps is unrolled first;
// sixteen copies of a body are slower than its vector form, and take long to compile.
#if defined(__clang__)
#define QAT_EACH_LANE(k) _Pragma("clang loop unroll(disable)") for (long k = 0; k < lanes; ++k)
#else
#define QAT_EACH_LANE(k) for (long k = 0; k < lanes; ++k)
#endif

#endif

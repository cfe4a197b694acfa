#ifndef QAT_LANES_H
#define QAT_LANES_H

// Runs the code given for blocks of 16, 8, 4 and 1 of so many channels, with `base` the block's first channel.
// `lanes` is a literal in each, so that a block's numbers stay in vector registers.
#define QAT_EACH_BLOCK(channels, ...)                                            \
  do {                                                                           \
    long base = 0;                                                               \
    for (; (channels)-base >= 16; base += 16) { enum { lanes = 16 }; __VA_ARGS__ } \
    for (; (channels)-base >= 8; base += 8) { enum { lanes = 8 }; __VA_ARGS__ }    \
    for (; (channels)-base >= 4; base += 4) { enum { lanes = 4 }; __VA_ARGS__ }    \
    for (; (channels)-base >= 1; base += 1) { enum { lanes = 1 }; __VA_ARGS__ }    \
  } while (0)

#endif

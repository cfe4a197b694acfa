#ifndef PEAK_H
#define PEAK_H

// What the processor can do at best: instructions on registers alone, each on sums of its own.

// Multiplies codes by weights with the widest instructions of the processor, tdpbusd, vpdpbusd or vpmaddwd, and gives the number
// of operations, two a multiply-add; 0 if the processor has neither.
long peak_products(void);

// Reads `bytes` bytes, whole lines of 64, and gives something computed from them.
long peak_read(const void *memory, long bytes);

#endif

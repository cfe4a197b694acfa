#ifndef PEAK_H
#define PEAK_H

// What the processor can do at best: instructions on registers alone, each on sums of its own.

// The operations (two a multiply-add) of one call of the loops below.
long peak_operations(void);

// Multiplies 64 pairs of bytes an instruction (vpdpbusd) where the processor can, and returns 1; else 0.
int peak_vnni(void);

// Reads `bytes` bytes, whole lines of 64, and gives something computed from them.
long peak_read(const void *memory, long bytes);

#endif

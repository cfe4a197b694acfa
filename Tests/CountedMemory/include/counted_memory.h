#ifndef QAT_COUNTED_MEMORY_H
#define QAT_COUNTED_MEMORY_H

#include <stdbool.h>

// Counts the allocations of a test process, all threads together.

// Whether they can be counted here: with glibc, whose allocator has a second name.
bool countsAllocations(void);

// How many there were since the process began.
long allocationCount(void);

#endif

#ifndef QAT_COUNTED_MEMORY_H
#define QAT_COUNTED_MEMORY_H

#include <stdbool.h>

// Counts the allocations of a test process, all threads together.

// Whether allocations can be counted: only with glibc, whose allocator has a second name.
bool countsAllocations(void);

// The number of allocations since the process began.
long allocationCount(void);

#endif

#ifndef QAT_BUFFER_POOL_H
#define QAT_BUFFER_POOL_H

// Recycled memory for tensors. A fresh 10 MB block costs more in page faults than the arithmetic that
// fills it, so a block given back waits here for the next request of its size class.
//
// A process has one pool, guarded by a mutex. It holds memory, never values: the contents of a block are undefined
// when it is taken, so no result can depend on earlier uses of the pool.

// A block of at least `count` floats, 64-byte aligned, contents undefined. Stops when memory is exhausted.
float *qat_buffer_take(long count);

// Gives a block back; `count` is the count that it was taken with.
void qat_buffer_give(float *block, long count);

// Counts of the pool since the process began.
typedef struct {
  long allocated;   // blocks fetched from the system
  long recycled;    // requests served by a block that was given back
  long in_use;      // blocks taken and not yet given back
  long idle_bytes;  // memory waiting for its next use
} qat_buffer_counts;

qat_buffer_counts qat_buffer_pool_counts(void);

#endif

#include "buffer_pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "platform.h"

// Four size classes an octave: 4, 5, 6 and 7 quarters of a power of two, so at most a fifth of a block is unused.
enum { classes_per_octave = 4, octaves = 48, smallest = 16 };

// More floats than any machine can address; the class of such a request would lie outside the table.
static const long largest = 1L << 44;

// Beyond this many idle bytes, blocks go back to the system.
static const long idle_limit = 512L << 20;

typedef struct idle_block {
  struct idle_block *next;
} idle_block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static idle_block *idle[classes_per_octave * octaves];
static qat_buffer_counts counts;

// The size class of a request; `capacity` becomes the number of floats in each block of the class.
static long size_class(long count, long *capacity) {
  long octave = 0;
  while ((smallest * 2L) << octave <= count) octave += 1;
  const long base = (long)smallest << octave;
  const long quarter = base / classes_per_octave;
  long step = count <= base ? 0 : (count - base + quarter - 1) / quarter;
  if (step == classes_per_octave) {
    octave += 1;
    step = 0;
    *capacity = base * 2;
  } else {
    *capacity = base + step * quarter;
  }
  return octave * classes_per_octave + step;
}

static void stop_out_of_memory(double bytes) {
  fprintf(stderr, "out of memory: no %.0f bytes for a tensor; use a smaller batch\n", bytes);
  abort();
}

float *qat_buffer_take(long count) {
  if (count < 0 || count > largest) stop_out_of_memory((double)count * sizeof(float));
  long capacity;
  const long index = size_class(count, &capacity);
  const long bytes = capacity * (long)sizeof(float);
  pthread_mutex_lock(&lock);
  idle_block *block = idle[index];
  if (block) {
    idle[index] = block->next;
    counts.recycled += 1;
    counts.idle_bytes -= bytes;
  } else {
    counts.allocated += 1;
  }
  counts.in_use += 1;
  pthread_mutex_unlock(&lock);
  if (block) return (float *)(void *)block;
  void *fresh = NULL;
  if (posix_memalign(&fresh, 64, (size_t)bytes) != 0) stop_out_of_memory((double)bytes);
  return fresh;
}

void qat_buffer_give(float *block, long count) {
  long capacity;
  const long index = size_class(count, &capacity);
  const long bytes = capacity * (long)sizeof(float);
  pthread_mutex_lock(&lock);
  counts.in_use -= 1;
  const int keep = counts.idle_bytes + bytes <= idle_limit;
  if (keep) {
    idle_block *freed = (idle_block *)(void *)block;
    freed->next = idle[index];
    idle[index] = freed;
    counts.idle_bytes += bytes;
  }
  pthread_mutex_unlock(&lock);
  if (!keep) free(block);
}

qat_buffer_counts qat_buffer_pool_counts(void) {
  pthread_mutex_lock(&lock);
  const qat_buffer_counts now = counts;
  pthread_mutex_unlock(&lock);
  return now;
}

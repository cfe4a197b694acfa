#include "counted_memory.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_long allocations;

long allocationCount(void) { return atomic_load(&allocations); }

#if defined(__GLIBC__)

// An executable's own malloc takes precedence over the C library's, for every library that the process loads.
// These functions count and call the C library's, which also frees their blocks.

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static void count_one(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

void *malloc(size_t size) {
  count_one();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_one();
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  count_one();
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *const memory = memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *block = memory;
  return 0;
}

bool countsAllocations(void) { return true; }

#else

bool countsAllocations(void) { return false; }

#endif

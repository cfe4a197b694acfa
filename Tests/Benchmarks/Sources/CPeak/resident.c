#include "resident.h"

#if defined(__linux__)

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

long resident_bytes(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
  FILE *file = fopen("/proc/self/statm", "r");
  long all = 0, resident = 0, of_files = 0;
  if (!file) return 0;
  if (fscanf(file, "%ld %ld %ld", &all, &resident, &of_files) != 3) resident = of_files = 0;
  fclose(file);
  return (resident - of_files) * sysconf(_SC_PAGESIZE);
}

#else

long resident_bytes(void) { return 0; }

#endif

#ifdef __linux__
#define _GNU_SOURCE
#include <link.h>
#endif

#include "loaded_libraries.h"

#include <stddef.h>

#ifdef __linux__
typedef struct {
  void (*visit)(const char *path, void *context);
  void *context;
} visitor;

static int visit_one(struct dl_phdr_info *library, size_t size, void *data) {
  const visitor *to = data;
  (void)size;
  // The program itself and what the kernel provides have no path.
  if (library->dlpi_name != NULL && library->dlpi_name[0] == '/') to->visit(library->dlpi_name, to->context);
  return 0;
}

void qat_each_loaded_library(void (*visit)(const char *path, void *context), void *context) {
  visitor to = {visit, context};
  dl_iterate_phdr(visit_one, &to);
}
#else
void qat_each_loaded_library(void (*visit)(const char *path, void *context), void *context) {
  (void)visit;
  (void)context;
}
#endif

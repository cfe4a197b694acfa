#include "records.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void qat_keras_write(const qat_keras_parse *parse, const void *bytes, size_t count) {
  while (count > 0) {
    const size_t some = count < 1 << 20 ? count : 1 << 20;
    ssize_t written = write(parse->output, bytes, some);
    if (written < 0 && errno != EINTR) _exit(1);
    if (written > 0) {
      bytes = (const char *)bytes + written;
      count -= (size_t)written;
    }
  }
}

void qat_keras_begin(
    const qat_keras_parse *parse, uint32_t kind, const char *name, size_t name_size, uint64_t size, uint32_t type,
    uint32_t rank) {
  qat_keras_head head = {kind, (uint32_t)name_size, size, type, rank};
  qat_keras_write(parse, &head, sizeof head);
  qat_keras_write(parse, name, name_size);
}

_Noreturn void qat_keras_fail(const qat_keras_parse *parse, qat_keras_error error, const char *place, uint64_t bound) {
  qat_keras_begin(parse, QAT_KERAS_ERROR, place, strlen(place), sizeof bound, error, 0);
  qat_keras_write(parse, &bound, sizeof bound);
  _exit(0);
}

void qat_keras_skip(const qat_keras_parse *parse, const char *path, const char *what) {
  qat_keras_begin(parse, QAT_KERAS_SKIPPED, path, strlen(path), strlen(what), 0, 0);
  qat_keras_write(parse, what, strlen(what));
}

void qat_keras_count_text(qat_keras_parse *parse, const char *place, uint64_t count) {
  if (count > parse->left.texts) qat_keras_fail(parse, QAT_KERAS_TEXTS, place, parse->bounds.texts);
  parse->left.texts -= count;
}

#ifndef QAT_KERAS_FILES
int qat_keras_is_available(void) { return 0; }

static void write_end(int output) {
  qat_keras_parse parse = {.output = output};
  qat_keras_begin(&parse, QAT_KERAS_END, "", 0, 0, 0, 0);
}

void qat_parse_keras_zip(const unsigned char *bytes, size_t size, int output, const void *settings) {
  (void)bytes, (void)size, (void)settings;
  write_end(output);
}

void qat_parse_keras_hdf5(const unsigned char *bytes, size_t size, int output, const void *settings) {
  (void)bytes, (void)size, (void)settings;
  write_end(output);
}
#endif

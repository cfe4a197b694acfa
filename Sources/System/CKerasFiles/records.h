// The stream of records that the parsers write.

#ifndef QAT_KERAS_RECORDS_H
#define QAT_KERAS_RECORDS_H

#include "keras_files.h"

// The state of a parse. What is left of each bound is in `left`.
typedef struct {
  int output;
  qat_keras_bounds bounds;
  qat_keras_bounds left;
} qat_keras_parse;

// Writes bytes; ends the process if nobody reads them.
void qat_keras_write(const qat_keras_parse *parse, const void *bytes, size_t count);

// Writes the head and the name of a record.
void qat_keras_begin(
    const qat_keras_parse *parse, uint32_t kind, const char *name, size_t name_size, uint64_t size, uint32_t type,
    uint32_t rank);

// Writes that the reading failed, and ends the process.
_Noreturn void qat_keras_fail(const qat_keras_parse *parse, qat_keras_error error, const char *place, uint64_t bound);

// Writes that something is not read.
void qat_keras_skip(const qat_keras_parse *parse, const char *path, const char *what);

// Counts texts against their bound.
void qat_keras_count_text(qat_keras_parse *parse, const char *place, uint64_t count);

// Writes what an HDF5 file in memory holds.
void qat_keras_read_hdf5(qat_keras_parse *parse, const unsigned char *bytes, size_t size);

#endif

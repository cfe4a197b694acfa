// A .keras file: a zip of two texts and an HDF5 file.

#ifdef QAT_KERAS_FILES
#include "records.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

// Unpacks a member; the memory grows as bytes come, so that a size in the file takes none.
static unsigned char *unpack(qat_keras_parse *parse, zip_t *zip, const char *name, size_t *size) {
  zip_stat_t status;
  zip_stat_init(&status);
  if (zip_stat(zip, name, 0, &status) != 0) qat_keras_fail(parse, QAT_KERAS_NO_MEMBER, name, 0);
  const int method = status.valid & ZIP_STAT_COMP_METHOD ? status.comp_method : -1;
  const int encryption = status.valid & ZIP_STAT_ENCRYPTION_METHOD ? status.encryption_method : ZIP_EM_NONE;
  if (encryption != ZIP_EM_NONE || (method != ZIP_CM_STORE && method != ZIP_CM_DEFLATE)) {
    qat_keras_fail(parse, QAT_KERAS_ENCRYPTED, name, 0);
  }
  zip_file_t *file = zip_fopen(zip, name, 0);
  if (file == NULL) qat_keras_fail(parse, QAT_KERAS_DAMAGED, name, 0);
  unsigned char *bytes = NULL;
  size_t filled = 0, capacity = 0;
  for (;;) {
    if (filled == capacity) {
      capacity = capacity == 0 ? 1 << 16 : 2 * capacity;
      bytes = realloc(bytes, capacity);
      if (bytes == NULL) qat_keras_fail(parse, QAT_KERAS_MEMORY, name, 0);
    }
    zip_int64_t count = zip_fread(file, bytes + filled, capacity - filled);
    // At the end of the member, libzip compares the CRC.
    if (count < 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, name, 0);
    if (count == 0) break;
    if ((uint64_t)count > parse->left.unpacked) {
      qat_keras_fail(parse, QAT_KERAS_UNPACKED, name, parse->bounds.unpacked);
    }
    parse->left.unpacked -= (uint64_t)count;
    filled += (size_t)count;
  }
  if (zip_fclose(file) != 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, name, 0);
  *size = filled;
  return bytes;
}

static void write_text(qat_keras_parse *parse, zip_t *zip, const char *name) {
  size_t size = 0;
  unsigned char *text = unpack(parse, zip, name, &size);
  qat_keras_count_text(parse, name, size);
  qat_keras_begin(parse, QAT_KERAS_MEMBER, name, strlen(name), size, 0, 0);
  qat_keras_write(parse, text, size);
  free(text);
}

void qat_parse_keras_zip(const unsigned char *bytes, size_t size, int output, const void *settings) {
  qat_keras_parse parse = {.output = output};
  memcpy(&parse.bounds, settings, sizeof parse.bounds);
  parse.left = parse.bounds;
  zip_source_t *source = zip_source_buffer_create(bytes, size, 0, NULL);
  zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, NULL);
  if (zip == NULL) qat_keras_fail(&parse, QAT_KERAS_DAMAGED, "the zip's directory", 0);
  write_text(&parse, zip, "config.json");
  if (zip_name_locate(zip, "metadata.json", 0) >= 0) write_text(&parse, zip, "metadata.json");
  size_t weights_size = 0;
  unsigned char *weights = unpack(&parse, zip, "model.weights.h5", &weights_size);
  qat_keras_read_hdf5(&parse, weights, weights_size);
  qat_keras_begin(&parse, QAT_KERAS_END, "", 0, 0, 0, 0);
}
#endif

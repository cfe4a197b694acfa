// Attributes that are texts, or lists of texts. An empty list is stored by h5py as one of numbers.

#ifdef QAT_KERAS_FILES
#include "hdf5_objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The texts of an attribute: `size` bytes each, or pointers to texts of variable length.
typedef struct {
  char *bytes;
  hssize_t count;
  size_t size;
  int is_variable;
} texts;

static const char *text(const texts *all, hssize_t index, size_t *length) {
  const char *start = all->bytes + (size_t)index * all->size;
  if (!all->is_variable) {
    *length = strnlen(start, all->size);
    return start;
  }
  const char *variable = *(char *const *)(const void *)start;
  *length = variable == NULL ? 0 : strlen(variable);
  return variable;
}

// Reads the texts of an attribute. Returns 0 if it holds something else.
static int read_texts(qat_keras_parse *parse, hid_t attribute, const char *place, texts *all) {
  hid_t stored = H5Aget_type(attribute), space = H5Aget_space(attribute);
  memset(all, 0, sizeof *all);
  all->count = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
  if (stored < 0 || all->count < 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, place, 0);
  if (all->count == 0) return 1;
  if (H5Tget_class(stored) != H5T_STRING) return 0;
  all->is_variable = H5Tis_variable_str(stored) > 0;
  all->size = all->is_variable ? sizeof(char *) : H5Tget_size(stored);
  uint64_t size = 0;
  if (__builtin_mul_overflow((uint64_t)all->count, (uint64_t)all->size, &size) || size > parse->left.texts) {
    qat_keras_fail(parse, QAT_KERAS_TEXTS, place, parse->bounds.texts);
  }
  all->bytes = calloc((size_t)all->count, all->size);
  if (all->bytes == NULL) qat_keras_fail(parse, QAT_KERAS_MEMORY, place, 0);
  if (H5Aread(attribute, stored, all->bytes) < 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, place, 0);
  return 1;
}

// Writes an attribute of texts under a name. Returns 0 if the object has none of the stored name.
static int read_attribute(qat_keras_parse *parse, hid_t object, const char *path, const char *stored, const char *name) {
  if (H5Aexists(object, stored) <= 0) return 0;
  hid_t attribute = H5Aopen(object, stored, H5P_DEFAULT);
  if (attribute < 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, path, 0);
  texts all;
  if (read_texts(parse, attribute, path, &all)) {
    uint64_t size = 0;
    size_t length = 0;
    for (hssize_t index = 0; index < all.count; index++) {
      text(&all, index, &length);
      if (length > UINT32_MAX) qat_keras_fail(parse, QAT_KERAS_TEXTS, path, parse->bounds.texts);
      qat_keras_count_text(parse, path, length + sizeof(uint32_t));
      size += length + sizeof(uint32_t);
    }
    char label[8192];
    const int label_size = snprintf(label, sizeof label, "%s%c%s", path, 0, name);
    qat_keras_begin(parse, QAT_KERAS_ATTRIBUTE, label, (size_t)label_size, size, 0, 0);
    for (hssize_t index = 0; index < all.count; index++) {
      const char *start = text(&all, index, &length);
      const uint32_t written = (uint32_t)length;
      qat_keras_write(parse, &written, sizeof written);
      qat_keras_write(parse, start, length);
    }
    free(all.bytes);
  }
  H5Aclose(attribute);
  return 1;
}

// Keras cuts a list that is too long for one attribute into NAME0, NAME1 and so on.
enum { MOST_PARTS = 4096 };

static void read_list(qat_keras_parse *parse, hid_t object, const char *path, const char *name) {
  if (read_attribute(parse, object, path, name, name)) return;
  for (int part = 0; part < MOST_PARTS; part++) {
    char stored[64];
    snprintf(stored, sizeof stored, "%s%d", name, part);
    if (!read_attribute(parse, object, path, stored, name)) return;
  }
}

void qat_keras_read_attributes(qat_keras_parse *parse, hid_t group, const char *path) {
  static const char *const single[] = {"model_config", "keras_version", "backend", "name"};
  for (int index = 0; index < 4; index++) read_attribute(parse, group, path, single[index], single[index]);
  read_list(parse, group, path, "layer_names");
  read_list(parse, group, path, "weight_names");
}

int qat_keras_says_bfloat16(hid_t array) {
  if (H5Aexists(array, "dtype") <= 0) return 0;
  hid_t attribute = H5Aopen(array, "dtype", H5P_DEFAULT);
  hid_t stored = attribute < 0 ? -1 : H5Aget_type(attribute), space = attribute < 0 ? -1 : H5Aget_space(attribute);
  if (stored < 0 || space < 0 || H5Tget_class(stored) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) {
    return 0;
  }
  const char *variable = NULL;
  char fixed[16] = "";
  if (H5Tis_variable_str(stored) > 0) {
    return H5Aread(attribute, stored, &variable) >= 0 && variable != NULL && strcmp(variable, "bfloat16") == 0;
  }
  return H5Tget_size(stored) < sizeof fixed && H5Aread(attribute, stored, fixed) >= 0
      && strcmp(fixed, "bfloat16") == 0;
}
#endif

// An HDF5 file in memory, walked group by group.
//
// Only hard links are followed: a soft or an external one is skipped. Every object counts, so a group that holds itself
// ends at the bound of the depth, and objects that are linked again and again at the bound of the objects.

#ifdef QAT_KERAS_FILES
#include "hdf5_objects.h"

#include <stdlib.h>
#include <string.h>

int qat_keras_is_available(void) { return 1; }

// ── A file in memory ────────────────────────────────────────────────────────────────────────────

// HDF5 would copy the bytes of a file image; these functions hand it ours.
typedef struct {
  const unsigned char *bytes;
  size_t size;
} image;

static void *image_malloc(size_t size, H5FD_file_image_op_t operation, void *context) {
  (void)operation;
  const image *file = context;
  return size == file->size ? (void *)file->bytes : NULL;
}

static void *image_memcpy(void *target, const void *source, size_t size, H5FD_file_image_op_t operation, void *context) {
  (void)size, (void)operation, (void)context;
  return target == source ? target : NULL;
}

static void *image_realloc(void *bytes, size_t size, H5FD_file_image_op_t operation, void *context) {
  (void)bytes, (void)size, (void)operation, (void)context;
  return NULL;
}

static herr_t image_free(void *bytes, H5FD_file_image_op_t operation, void *context) {
  (void)bytes, (void)operation, (void)context;
  return 0;
}

static void *context_copy(void *context) { return context; }

static herr_t context_free(void *context) {
  (void)context;
  return 0;
}

static hid_t open_image(image *file) {
  H5FD_file_image_callbacks_t callbacks = {
    image_malloc, image_memcpy, image_realloc, image_free, context_copy, context_free, file,
  };
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0 || H5Pset_fapl_core(access, 1 << 16, 0) < 0 || H5Pset_file_image_callbacks(access, &callbacks) < 0
      || H5Pset_file_image(access, (void *)file->bytes, file->size) < 0) {
    return -1;
  }
  // HDF5 asks that no file has the name.
  return H5Fopen("/dev/null/keras.h5", H5F_ACC_RDONLY, access);
}

// ── Groups ──────────────────────────────────────────────────────────────────────────────────────

enum { LONGEST_PATH = 4096 };

// The state of an optimizer is no part of a model.
static int is_optimizer(const char *path) {
  return strcmp(path, "optimizer") == 0 || strcmp(path, "optimizer_weights") == 0;
}

static void read_group(qat_keras_parse *parse, hid_t group, char *path, uint32_t depth);

static void read_member(qat_keras_parse *parse, hid_t group, char *path, hsize_t index, uint32_t depth) {
  const size_t length = strlen(path);
  char *name = path + length + (length > 0);
  const size_t space = (size_t)(LONGEST_PATH - (name - path));
  ssize_t size = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, NULL, 0, H5P_DEFAULT);
  if (size < 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, path, 0);
  if ((size_t)size >= space) qat_keras_fail(parse, QAT_KERAS_TEXTS, path, LONGEST_PATH);
  if (parse->left.objects == 0) qat_keras_fail(parse, QAT_KERAS_OBJECTS, path, parse->bounds.objects);
  parse->left.objects -= 1;
  H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, name, space, H5P_DEFAULT);
  H5L_info_t link;
  const int is_known = H5Lget_info(group, name, &link, H5P_DEFAULT) >= 0;
  const int is_hard = is_known && link.type == H5L_TYPE_HARD;
  hid_t object = is_hard ? H5Oopen(group, name, H5P_DEFAULT) : -1;
  if (length > 0) path[length] = '/';
  if (!is_known || (is_hard && object < 0)) qat_keras_fail(parse, QAT_KERAS_DAMAGED, path, 0);
  if (!is_hard) {
    qat_keras_skip(parse, path, link.type == H5L_TYPE_SOFT ? "a soft link" : "an external link");
  } else {
    const H5I_type_t type = H5Iget_type(object);
    if (type == H5I_GROUP && !is_optimizer(path)) read_group(parse, object, path, depth + 1);
    if (type == H5I_DATASET) qat_keras_read_array(parse, object, path);
    H5Oclose(object);
  }
  path[length] = 0;
}

static void read_group(qat_keras_parse *parse, hid_t group, char *path, uint32_t depth) {
  if (depth > parse->bounds.depth) qat_keras_fail(parse, QAT_KERAS_DEPTH, path, parse->bounds.depth);
  qat_keras_read_attributes(parse, group, path);
  H5G_info_t info;
  if (H5Gget_info(group, &info) < 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, path, 0);
  for (hsize_t index = 0; index < info.nlinks; index++) read_member(parse, group, path, index, depth);
}

// ── The parsers ─────────────────────────────────────────────────────────────────────────────────

void qat_keras_read_hdf5(qat_keras_parse *parse, const unsigned char *bytes, size_t size) {
  image file = {bytes, size};
  hid_t opened = -1;
  // A filter that the file names must not load a library.
  if (H5open() >= 0 && H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0 && H5PLset_loading_state(0) >= 0) {
    opened = open_image(&file);
  }
  hid_t root = opened < 0 ? -1 : H5Gopen2(opened, "/", H5P_DEFAULT);
  if (root < 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, "the HDF5 superblock", 0);
  char path[LONGEST_PATH + 1] = "";
  read_group(parse, root, path, 0);
}

void qat_parse_keras_hdf5(const unsigned char *bytes, size_t size, int output, const void *settings) {
  qat_keras_parse parse = {.output = output};
  memcpy(&parse.bounds, settings, sizeof parse.bounds);
  parse.left = parse.bounds;
  qat_keras_read_hdf5(&parse, bytes, size);
  qat_keras_begin(&parse, QAT_KERAS_END, "", 0, 0, 0, 0);
}
#endif

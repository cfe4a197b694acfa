// Arrays of numbers. Compound, variable-length, reference and text types are skipped, and every filter but those that
// HDF5 itself has for packing.

#ifdef QAT_KERAS_FILES
#include "hdf5_objects.h"

#include <stdlib.h>

typedef struct {
  qat_keras_type type;  // 0 if arrays of the type are skipped
  hid_t memory;         // the type of the elements that are written
} element;

static element integer(hid_t stored) {
  const int is_signed = H5Tget_sign(stored) == H5T_SGN_2;
  switch (H5Tget_size(stored)) {
  case 1: return is_signed ? (element){QAT_KERAS_INT8, H5T_NATIVE_INT8} : (element){QAT_KERAS_UINT8, H5T_NATIVE_UINT8};
  case 2:
    return is_signed ? (element){QAT_KERAS_INT16, H5T_NATIVE_INT16} : (element){QAT_KERAS_UINT16, H5T_NATIVE_UINT16};
  case 4:
    return is_signed ? (element){QAT_KERAS_INT32, H5T_NATIVE_INT32} : (element){QAT_KERAS_UINT32, H5T_NATIVE_UINT32};
  case 8:
    return is_signed ? (element){QAT_KERAS_INT64, H5T_NATIVE_INT64} : (element){QAT_KERAS_UINT64, H5T_NATIVE_UINT64};
  default: return (element){0, -1};
  }
}

// Whether a floating-point type of 16 bits has a sign, an exponent of so many bits and a mantissa of the others.
static int is_short_float(hid_t stored, size_t exponent_bits) {
  size_t sign, exponent, exponent_size, mantissa, mantissa_size;
  if (H5Tget_fields(stored, &sign, &exponent, &exponent_size, &mantissa, &mantissa_size) < 0) return 0;
  return sign == 15 && exponent_size == exponent_bits && exponent + exponent_size == 15 && mantissa == 0
      && mantissa_size == exponent && H5Tget_ebias(stored) == ((size_t)1 << (exponent_bits - 1)) - 1;
}

static element real(hid_t stored) {
  if (H5Tequal(stored, H5T_IEEE_F32LE) > 0 || H5Tequal(stored, H5T_IEEE_F32BE) > 0) {
    return (element){QAT_KERAS_FLOAT32, H5T_NATIVE_FLOAT};
  }
  if (H5Tequal(stored, H5T_IEEE_F64LE) > 0 || H5Tequal(stored, H5T_IEEE_F64BE) > 0) {
    return (element){QAT_KERAS_FLOAT64, H5T_NATIVE_DOUBLE};
  }
  if (H5Tget_size(stored) != 2) return (element){0, -1};
  hid_t memory = H5Tcopy(stored);
  H5Tset_order(memory, H5Tget_order(H5T_NATIVE_FLOAT));
  if (is_short_float(stored, 5)) return (element){QAT_KERAS_FLOAT16, memory};
  if (is_short_float(stored, 8)) return (element){QAT_KERAS_BFLOAT16, memory};
  return (element){0, -1};
}

static element element_type(hid_t array, hid_t stored) {
  switch (H5Tget_class(stored)) {
  case H5T_FLOAT: return real(stored);
  case H5T_INTEGER: return integer(stored);
  case H5T_ENUM: {
    // h5py stores truth values so.
    hid_t base = H5Tget_super(stored);
    return H5Tget_size(stored) == 1 && base >= 0 ? (element){QAT_KERAS_INT8, stored} : (element){0, -1};
  }
  case H5T_OPAQUE:
    // h5py knows no bfloat16, and stores its bytes, which are in the order of x86.
    return H5Tget_size(stored) == 2 && qat_keras_says_bfloat16(array) ? (element){QAT_KERAS_BFLOAT16, stored}
                                                                      : (element){0, -1};
  default: return (element){0, -1};
  }
}

// Whether HDF5 can unpack the array by itself.
static int has_known_filters(hid_t settings) {
  const int count = H5Pget_nfilters(settings);
  for (int index = 0; index < count; index++) {
    unsigned flags = 0, filter_settings = 0;
    size_t value_count = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(settings, (unsigned)index, &flags, &value_count, NULL, 0, NULL, &filter_settings);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) return 0;
  }
  return count >= 0;
}

// Deflate makes at most 1032 bytes of one; an array that says more would be filled with a value that is not stored.
enum { MOST_OF_A_BYTE = 1032 };

void qat_keras_read_array(qat_keras_parse *parse, hid_t array, const char *path) {
  hid_t stored = H5Dget_type(array), space = H5Dget_space(array), settings = H5Dget_create_plist(array);
  if (stored < 0 || space < 0 || settings < 0) qat_keras_fail(parse, QAT_KERAS_DAMAGED, path, 0);
  const element found = element_type(array, stored);
  if (found.type == 0) return qat_keras_skip(parse, path, "of a type that is no number of at most 64 bits");
  if (H5Pget_external_count(settings) != 0 || H5Pget_layout(settings) == H5D_VIRTUAL) {
    return qat_keras_skip(parse, path, "stored in another file");
  }
  if (!has_known_filters(settings)) return qat_keras_skip(parse, path, "packed by a filter that is not known here");
  hsize_t dimensions[H5S_MAX_RANK];
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || rank > H5S_MAX_RANK || H5Sget_simple_extent_dims(space, dimensions, NULL) < 0) {
    qat_keras_fail(parse, QAT_KERAS_DAMAGED, path, 0);
  }
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return qat_keras_skip(parse, path, "without values");
  uint64_t size = H5Tget_size(found.memory);
  for (int index = 0; index < rank; index++) {
    if (__builtin_mul_overflow(size, (uint64_t)dimensions[index], &size)) {
      qat_keras_fail(parse, QAT_KERAS_VALUES, path, parse->bounds.values);
    }
  }
  if (size > parse->left.values) qat_keras_fail(parse, QAT_KERAS_VALUES, path, parse->bounds.values);
  parse->left.values -= size;
  const uint64_t stored_size = H5Dget_storage_size(array);
  const uint64_t most = H5Pget_layout(settings) == H5D_CHUNKED ? MOST_OF_A_BYTE : 1;
  if (size / most > stored_size) qat_keras_fail(parse, QAT_KERAS_NOT_STORED, path, 0);
  void *values = malloc(size + 1);
  if (values == NULL) qat_keras_fail(parse, QAT_KERAS_MEMORY, path, 0);
  if (size > 0 && H5Dread(array, found.memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
    qat_keras_fail(parse, QAT_KERAS_DAMAGED, path, 0);
  }
  const char *end = path;
  while (*end) end++;
  qat_keras_begin(
      parse, QAT_KERAS_ARRAY, path, (size_t)(end - path), size + (uint64_t)rank * sizeof(uint64_t), found.type,
      (uint32_t)rank);
  for (int index = 0; index < rank; index++) {
    const uint64_t extent = dimensions[index];
    qat_keras_write(parse, &extent, sizeof extent);
  }
  qat_keras_write(parse, values, size);
  free(values);
  H5Tclose(stored);
  H5Sclose(space);
  H5Pclose(settings);
}
#endif

// Arrays and attributes of an HDF5 file.

#ifndef QAT_KERAS_HDF5_OBJECTS_H
#define QAT_KERAS_HDF5_OBJECTS_H

#include "records.h"

#if __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#include <hdf5.h>
#endif

// Writes an array, or that it is skipped.
void qat_keras_read_array(qat_keras_parse *parse, hid_t array, const char *path);

// Writes those attributes of a group that Keras reads.
void qat_keras_read_attributes(qat_keras_parse *parse, hid_t group, const char *path);

// Whether an array says that it holds bfloat16, as Keras 3 marks it.
int qat_keras_says_bfloat16(hid_t array);

#endif

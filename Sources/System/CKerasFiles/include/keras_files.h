// What Keras files hold, as a flat stream of records: HDF5 and libzip behind parsers for a confined child process.
//
// Neither library is ever called in the caller's process: qat_start_parse() of CProcess runs these parsers.

#ifndef QAT_KERAS_FILES_H
#define QAT_KERAS_FILES_H

#include <stddef.h>
#include <stdint.h>

// The most that is read of one file; beyond a bound, the stream ends with a QAT_KERAS_ERROR.
typedef struct {
  uint64_t unpacked;  // bytes of all members of a zip together
  uint64_t values;    // bytes of all arrays together
  uint64_t texts;     // bytes of the configuration and of all attributes together
  uint32_t objects;   // groups, arrays and links
  uint32_t depth;     // groups inside groups
} qat_keras_bounds;

// A record is this head, `name_size` bytes of a name, and `size` bytes of content; all numbers are the machine's own.
typedef struct {
  uint32_t kind;
  uint32_t name_size;
  uint64_t size;
  uint32_t type;  // of an array: a qat_keras_type; of an error: a qat_keras_error
  uint32_t rank;  // of an array: the number of its dimensions
} qat_keras_head;

// The kinds of records.
enum {
  QAT_KERAS_MEMBER = 'm',     // a member of a zip that is text, by its name
  QAT_KERAS_ATTRIBUTE = 's',  // texts, each its length in 32 bits and its bytes; the name is PATH, a zero byte, NAME
  QAT_KERAS_ARRAY = 'a',      // the dimensions in 64 bits each, and the elements; the name is the path
  QAT_KERAS_SKIPPED = 'u',    // what is not read; the content says what it is
  QAT_KERAS_ERROR = 'e',      // the reading failed; the name is the place, the content a bound in 64 bits
  QAT_KERAS_END = 'z',        // all was read
};

// The element types of arrays. A complete list: others are skipped.
typedef enum {
  QAT_KERAS_FLOAT32 = 1, QAT_KERAS_FLOAT64, QAT_KERAS_FLOAT16, QAT_KERAS_BFLOAT16,
  QAT_KERAS_INT8, QAT_KERAS_UINT8, QAT_KERAS_INT16, QAT_KERAS_UINT16,
  QAT_KERAS_INT32, QAT_KERAS_UINT32, QAT_KERAS_INT64, QAT_KERAS_UINT64,
} qat_keras_type;

// The reasons why reading fails.
typedef enum {
  QAT_KERAS_DAMAGED = 1,   // a library finds the place damaged
  QAT_KERAS_NO_MEMBER,     // the zip lacks a member of this name
  QAT_KERAS_ENCRYPTED,     // the member is encrypted, or packed by another method than deflate
  QAT_KERAS_UNPACKED,      // the members unpack to more bytes than the bound
  QAT_KERAS_VALUES,        // the arrays have more bytes than the bound
  QAT_KERAS_TEXTS,         // the texts have more bytes than the bound
  QAT_KERAS_OBJECTS,       // there are more objects than the bound
  QAT_KERAS_DEPTH,         // groups are nested deeper than the bound
  QAT_KERAS_NOT_STORED,    // the array says that it has more elements than its stored bytes can give
  QAT_KERAS_MEMORY,        // there is no memory for the place
} qat_keras_error;

// Whether the package was built with HDF5 and libzip; without them the parsers only report an end.
int qat_keras_is_available(void);

// Parses a .keras file; the settings are qat_keras_bounds.
void qat_parse_keras_zip(const unsigned char *bytes, size_t size, int output, const void *settings);

// Parses an HDF5 file; the settings are qat_keras_bounds.
void qat_parse_keras_hdf5(const unsigned char *bytes, size_t size, int output, const void *settings);

#endif

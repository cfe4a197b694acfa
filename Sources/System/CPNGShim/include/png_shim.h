// libpng behind functions that return.
//
// libpng reports an error by longjmp. A jump over a Swift frame is undefined, so every setjmp is behind these
// functions, around calls that stay in C: each returns 0, or 1 with the reason in `message`, which has room for
// QAT_PNG_MESSAGE_SIZE bytes.

#ifndef QAT_PNG_SHIM_H
#define QAT_PNG_SHIM_H

#include <stddef.h>
#include <stdint.h>

#define QAT_PNG_MESSAGE_SIZE 160

// A piece of text in a PNG, in UTF-8 and ended by a zero byte; a keyword to be written is plain ASCII.
typedef struct {
  char *key;
  char *text;
} qat_png_text;

// Bytes that grow; free `data` with free().
typedef struct {
  uint8_t *data;
  size_t size;
  size_t capacity;
} qat_png_bytes;

// An image to encode. `palette_size` 0 means RGB, 3 bytes a pixel; else one byte a pixel is an index into `palette`.
typedef struct {
  const uint8_t *pixels;
  uint32_t width;
  uint32_t height;
  const uint8_t *palette;
  int palette_size;
  // Whether libpng may choose a filter for each row; else rows are not filtered.
  int adaptive;
  uint32_t pixels_per_meter;
  const qat_png_text *texts;
  int text_count;
} qat_png_source;

// A decoded image: RGBA, 4 bytes a pixel; free it with qat_png_free().
typedef struct {
  uint8_t *pixels;
  uint32_t width;
  uint32_t height;
  uint32_t pixels_per_meter;
  qat_png_text *texts;
  int text_count;
} qat_png_image;

// Encodes `source` into `out`, whose data the caller frees, whatever the result.
int qat_png_encode(const qat_png_source *source, qat_png_bytes *out, char *message);

// Decodes a PNG of at most `limit` pixels. On failure there is nothing to free.
int qat_png_decode(const uint8_t *data, size_t size, uint64_t limit, qat_png_image *image, char *message);

// Frees the memory of a decoded image.
void qat_png_free(qat_png_image *image);

#endif

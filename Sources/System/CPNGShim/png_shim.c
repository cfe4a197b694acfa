#include "png_shim.h"

#include "../CPNG/shim.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

// Limits of decompressed text, in one chunk and in all together: small files can decompress to gigabytes.
#define QAT_PNG_LARGEST_TEXT (1u << 18)
#define QAT_PNG_ALL_TEXTS (4u << 20)

typedef struct {
  const uint8_t *data;
  size_t size;
  size_t offset;
} qat_png_input;

static void qat_png_fail(png_structp png, png_const_charp reason) {
  char *message = (char *)png_get_error_ptr(png);
  if (message != NULL) {
    strncpy(message, reason, QAT_PNG_MESSAGE_SIZE - 1);
    message[QAT_PNG_MESSAGE_SIZE - 1] = 0;
  }
  longjmp(png_jmpbuf(png), 1);
}

static void qat_png_ignore(png_structp png, png_const_charp warning) {
  (void)png;
  (void)warning;
}

static void qat_png_append(png_structp png, png_bytep data, size_t size) {
  qat_png_bytes *out = (qat_png_bytes *)png_get_io_ptr(png);
  if (out->capacity - out->size < size) {
    size_t capacity = (out->size + size) * 2 + 4096;
    uint8_t *grown = (uint8_t *)realloc(out->data, capacity);
    if (grown == NULL) png_error(png, "out of memory");
    out->data = grown;
    out->capacity = capacity;
  }
  memcpy(out->data + out->size, data, size);
  out->size += size;
}

static void qat_png_flush(png_structp png) { (void)png; }

static void qat_png_take(png_structp png, png_bytep data, size_t size) {
  qat_png_input *in = (qat_png_input *)png_get_io_ptr(png);
  if (in->size - in->offset < size) png_error(png, "the file ends too early");
  memcpy(data, in->data + in->offset, size);
  in->offset += size;
}

static void qat_png_put_text(png_structp png, png_infop info, const qat_png_text *text) {
  png_text chunk;
  memset(&chunk, 0, sizeof chunk);
  chunk.compression = PNG_ITXT_COMPRESSION_NONE;
  chunk.key = text->key;
  chunk.text = text->text;
  chunk.itxt_length = strlen(text->text);
  png_set_text(png, info, &chunk, 1);
}

static void qat_png_put_header(png_structp png, png_infop info, const qat_png_source *source) {
  const int indexed = source->palette_size > 0;
  png_set_IHDR(
    png, info, source->width, source->height, 8, indexed ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB,
    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  png_set_pHYs(png, info, source->pixels_per_meter, source->pixels_per_meter, PNG_RESOLUTION_METER);
  if (indexed) {
    png_color colors[256];
    for (int i = 0; i < source->palette_size && i < 256; i++) {
      colors[i].red = source->palette[3 * i];
      colors[i].green = source->palette[3 * i + 1];
      colors[i].blue = source->palette[3 * i + 2];
    }
    png_set_PLTE(png, info, colors, source->palette_size);
  }
  for (int i = 0; i < source->text_count; i++) qat_png_put_text(png, info, &source->texts[i]);
}

int qat_png_encode(const qat_png_source *source, qat_png_bytes *out, char *message) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, qat_png_fail, qat_png_ignore);
  if (png == NULL) {
    strncpy(message, "libpng does not start: its version differs from its header's", QAT_PNG_MESSAGE_SIZE);
    return 1;
  }
  png_infop volatile info = NULL;
  if (setjmp(png_jmpbuf(png))) {
    png_infop created = info;
    png_destroy_write_struct(&png, &created);
    return 1;
  }
  info = png_create_info_struct(png);
  png_set_write_fn(png, out, qat_png_append, qat_png_flush);
  png_set_compression_level(png, 9);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, source->adaptive ? PNG_ALL_FILTERS : PNG_FILTER_NONE);
  qat_png_put_header(png, info, source);
  png_write_info(png, info);
  const size_t row = (size_t)source->width * (source->palette_size > 0 ? 1 : 3);
  for (uint32_t y = 0; y < source->height; y++) png_write_row(png, source->pixels + y * row);
  png_write_end(png, info);
  png_infop created = info;
  png_destroy_write_struct(&png, &created);
  return 0;
}

void qat_png_free(qat_png_image *image) {
  for (int i = 0; i < image->text_count; i++) {
    free(image->texts[i].key);
    free(image->texts[i].text);
  }
  free(image->texts);
  free(image->pixels);
  memset(image, 0, sizeof *image);
}

// A copy of Latin-1 text in UTF-8, or NULL where there is no memory.
static char *qat_png_utf8(const char *latin1) {
  char *copy = (char *)malloc(2 * strlen(latin1) + 1);
  if (copy == NULL) return NULL;
  char *end = copy;
  for (const char *next = latin1; *next != 0; next++) {
    const unsigned char byte = (unsigned char)*next;
    if (byte < 0x80) {
      *end++ = (char)byte;
    } else {
      *end++ = (char)(0xC0 | byte >> 6);
      *end++ = (char)(0x80 | (byte & 0x3F));
    }
  }
  *end = 0;
  return copy;
}

// The number of text chunks between the signature and the end of the image.
static int qat_png_count_texts(const qat_png_input *input) {
  int count = 0;
  size_t offset = 8;
  while (offset < input->size && input->size - offset >= 12) {
    const uint8_t *chunk = input->data + offset;
    const uint8_t *kind = chunk + 4;
    const size_t length =
      (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | (size_t)chunk[3];
    if (memcmp(kind, "IEND", 4) == 0) break;
    count += memcmp(kind, "tEXt", 4) == 0 || memcmp(kind, "zTXt", 4) == 0 || memcmp(kind, "iTXt", 4) == 0;
    if (input->size - offset - 12 < length) break;
    offset += 12 + length;
  }
  return count;
}

static void qat_png_copy_texts(png_structp png, png_infop info, qat_png_image *image) {
  png_textp texts = NULL;
  int count = 0;
  png_get_text(png, info, &texts, &count);
  // libpng skips texts that exceed its limits or are damaged, with only a warning.
  if (count < qat_png_count_texts((const qat_png_input *)png_get_io_ptr(png))) {
    png_error(png, "its texts are too many, damaged, or one of them is over 256 KB");
  }
  size_t total = 0;
  for (int i = 0; i < count; i++) total += texts[i].text_length + texts[i].itxt_length;
  if (total > QAT_PNG_ALL_TEXTS) png_error(png, "its texts take more than 4 MB in all");
  if (count <= 0) return;
  image->texts = (qat_png_text *)calloc((size_t)count, sizeof *image->texts);
  if (image->texts == NULL) png_error(png, "out of memory");
  for (int i = 0; i < count; i++) {
    const char *text = texts[i].text != NULL ? texts[i].text : "";
    // Keywords are Latin-1 everywhere, and so are the texts of tEXt and zTXt; those of iTXt are UTF-8.
    image->texts[i].key = qat_png_utf8(texts[i].key);
    image->texts[i].text = texts[i].compression > 0 ? strdup(text) : qat_png_utf8(text);
    image->text_count = i + 1;
    if (image->texts[i].key == NULL || image->texts[i].text == NULL) png_error(png, "out of memory");
  }
}

// Reads the header, refuses images of more than `limit` pixels, and asks for RGBA.
static void qat_png_begin(png_structp png, png_infop info, uint64_t limit, qat_png_image *image) {
  png_set_user_limits(png, 1u << 16, 1u << 16);
  png_set_chunk_cache_max(png, 64);
  png_set_chunk_malloc_max(png, QAT_PNG_LARGEST_TEXT);
  png_read_info(png, info);
  image->width = png_get_image_width(png, info);
  image->height = png_get_image_height(png, info);
  if ((uint64_t)image->width * image->height > limit) png_error(png, "the image has too many pixels");
  image->pixels_per_meter = png_get_pixels_per_meter(png, info);
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_rowbytes(png, info) != (size_t)image->width * 4) png_error(png, "the pixel format is unknown");
}

static void qat_png_read_rows(png_structp png, png_infop info, qat_png_image *image) {
  const size_t row = (size_t)image->width * 4;
  const int passes = png_get_interlace_type(png, info) == PNG_INTERLACE_ADAM7 ? 7 : 1;
  image->pixels = (uint8_t *)calloc(image->height, row);
  if (image->pixels == NULL) png_error(png, "out of memory");
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < image->height; y++) png_read_row(png, image->pixels + y * row, NULL);
  }
  png_read_end(png, info);
}

int qat_png_decode(
  const uint8_t *data, size_t size, uint64_t limit, qat_png_image *image, char *message
) {
  qat_png_input input = {data, size, 0};
  memset(image, 0, sizeof *image);
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, qat_png_fail, qat_png_ignore);
  if (png == NULL) {
    strncpy(message, "libpng does not start: its version differs from its header's", QAT_PNG_MESSAGE_SIZE);
    return 1;
  }
  png_infop volatile info = NULL;
  if (setjmp(png_jmpbuf(png))) {
    png_infop created = info;
    png_destroy_read_struct(&png, &created, NULL);
    qat_png_free(image);
    return 1;
  }
  info = png_create_info_struct(png);
  png_set_read_fn(png, &input, qat_png_take);
  qat_png_begin(png, info, limit, image);
  qat_png_read_rows(png, info, image);
  qat_png_copy_texts(png, info, image);
  png_infop created = info;
  png_destroy_read_struct(&png, &created, NULL);
  return 0;
}

// Sums of outer products: sums[channels, width] += Σ over tiles pixels[tile, channels] × upstream[tile, width]. There is no
// guard: winograd_training.c includes this once for each instruction set, and defines before
//
//   QAT_FORM(name)    the name with the instruction set's ending
//   QAT_TARGET         the attribute of its functions
//   QAT_VECTOR         the type of its vectors
//   QAT_V(name)        an operation on these
//   QAT_LANES          their lanes
//   QAT_MOST_CHANNELS  channels whose sums, in two vectors each, fit the registers, and are enough to hide an addition
//
// Channels and vectors are literals where a block is called, so that sums are registers.

static inline __attribute__((always_inline)) QAT_TARGET void QAT_FORM(add_block)(
    long channels, long vectors, const outer_shape *s, const float *pixels, const float *upstream, float *target) {
  QAT_VECTOR sums[QAT_MOST_CHANNELS][2];
  QAT_UNROLLED for (long k = 0; k < channels; ++k) {
    for (long v = 0; v < vectors; ++v) sums[k][v] = QAT_V(loadu_ps)(target + k * s->width + v * QAT_LANES);
  }
  for (long t = 0; t < s->tiles; ++t, pixels += s->channels, upstream += s->width) {
    QAT_VECTOR given[2];
    for (long v = 0; v < vectors; ++v) given[v] = QAT_V(loadu_ps)(upstream + v * QAT_LANES);
    QAT_UNROLLED for (long k = 0; k < channels; ++k) {
      const QAT_VECTOR value = QAT_V(set1_ps)(pixels[k]);
      for (long v = 0; v < vectors; ++v) sums[k][v] = QAT_V(fmadd_ps)(value, given[v], sums[k][v]);
    }
  }
  QAT_UNROLLED for (long k = 0; k < channels; ++k) {
    for (long v = 0; v < vectors; ++v) QAT_V(storeu_ps)(target + k * s->width + v * QAT_LANES, sums[k][v]);
  }
}

QAT_TARGET static void QAT_FORM(add_outer_products)(
    const outer_shape *s, const float *pixels, const float *upstream, float *sums) {
  for (long f = 0; f < s->width; f += 2 * QAT_LANES) {
    const long vectors = s->width - f > QAT_LANES ? 2 : 1;
    for (long k = 0; k < s->channels; k += QAT_MOST_CHANNELS) {
      const long here = s->channels - k < QAT_MOST_CHANNELS ? s->channels - k : QAT_MOST_CHANNELS;
      float *target = sums + k * s->width + f;
      switch (2 * here + vectors) {
#define QAT_BLOCK(channels)                                                                               \
  case 2 * channels + 1: QAT_FORM(add_block)(channels, 1, s, pixels + k, upstream + f, target); break;   \
  case 2 * channels + 2: QAT_FORM(add_block)(channels, 2, s, pixels + k, upstream + f, target); break;
        QAT_BLOCK(1) QAT_BLOCK(2) QAT_BLOCK(3) QAT_BLOCK(4)
#if QAT_MOST_CHANNELS == 8
        QAT_BLOCK(5) QAT_BLOCK(6) QAT_BLOCK(7) QAT_BLOCK(8)
#endif
#undef QAT_BLOCK
      }
    }
  }
}

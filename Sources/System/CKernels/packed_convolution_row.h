// A row of windows for one block of filters. There is no guard: packed_convolution.c includes this once for each
// instruction set, and defines before
//
//   QAT_ROW(name)     the name with the instruction set's ending
//   QAT_TARGET        the attribute of its functions
//   QAT_VECTOR        the type of its vectors
//   QAT_V(name)       an operation on these
//   QAT_UNLESS_NAN(a, other)   a where it is no number, else the other
//   QAT_LANES         their lanes
//   QAT_THREES        the vectors of the filters whose weights are multiplied in threes
//   QAT_MOST_PIXELS   neighbours whose 2 × QAT_MOST_PIXELS vectors of sums fit the registers, with what is multiplied
//
// Pixels and vectors are literals where a tile is called, so that sums are registers.

static inline __attribute__((always_inline)) QAT_TARGET void QAT_ROW(put)(
    const row_shape *s, long vectors, const QAT_VECTOR *values, float *result) {
  float some[vectors_in_block * QAT_LANES];
  const int is_whole = s->here == vectors * QAT_LANES;
  for (long v = 0; v < vectors; ++v) {
    // What is no number stays so.
    const QAT_VECTOR raised = QAT_V(max_ps)(QAT_V(set1_ps)(s->lowest), values[v]);
    QAT_V(storeu_ps)((is_whole ? result : some) + v * QAT_LANES, QAT_V(min_ps)(QAT_V(set1_ps)(s->highest), raised));
  }
  if (!is_whole) memcpy(result, some, (size_t)s->here * sizeof *some);
}

// Begins the sums of each pixel with the bias of a block, and gives the weights behind it.
static inline __attribute__((always_inline)) QAT_TARGET const float *QAT_ROW(begin)(
    long pixels, long vectors, const float *packed, QAT_VECTOR sums[QAT_MOST_PIXELS][vectors_in_block]) {
  for (long v = 0; v < vectors; ++v) {
    const QAT_VECTOR bias = QAT_V(loadu_ps)(packed + v * QAT_LANES);
    QAT_UNROLLED for (long p = 0; p < pixels; ++p) sums[p][v] = bias;
  }
  return packed + vectors * QAT_LANES;
}

static inline __attribute__((always_inline)) QAT_TARGET void QAT_ROW(sum_tile)(
    long pixels, long vectors, const row_shape *s, const float *corner, const float *packed, float *result) {
  QAT_VECTOR sums[QAT_MOST_PIXELS][vectors_in_block];
  packed = QAT_ROW(begin)(pixels, vectors, packed, sums);
  for (long i = 0; i < s->rows; ++i) {
    const float *values = corner + i * s->by.row;
    for (long t = 0; t < s->by.window_row; ++t, packed += vectors * QAT_LANES) {
      QAT_VECTOR weights[vectors_in_block];
      for (long v = 0; v < vectors; ++v) weights[v] = QAT_V(loadu_ps)(packed + v * QAT_LANES);
      QAT_UNROLLED for (long p = 0; p < pixels; ++p) {
        const QAT_VECTOR value = QAT_V(set1_ps)(values[t + p * s->by.step]);
        for (long v = 0; v < vectors; ++v) sums[p][v] = QAT_V(fmadd_ps)(value, weights[v], sums[p][v]);
      }
    }
  }
  QAT_UNROLLED for (long p = 0; p < pixels; ++p) QAT_ROW(put)(s, vectors, sums[p], result + p * s->step);
}

// The same for windows of three neighbours, one pixel apart, channel by channel: what is loaded of an image is multiplied
// by three weights of each filter.
static inline __attribute__((always_inline)) QAT_TARGET void QAT_ROW(sum_threes)(
    long pixels, long vectors, const row_shape *s, const float *corner, const float *packed, float *result) {
  QAT_VECTOR sums[QAT_MOST_PIXELS][vectors_in_block];
  packed = QAT_ROW(begin)(pixels, vectors, packed, sums);
  const long channels = s->by.step, next = channels * vectors * QAT_LANES;
  for (long i = 0; i < s->rows; ++i, packed += 2 * next) {
    const float *values = corner + i * s->by.row;
    for (long k = 0; k < channels; ++k, packed += vectors * QAT_LANES) {
      for (long v = 0; v < vectors; ++v) {
        const QAT_VECTOR left = QAT_V(loadu_ps)(packed + v * QAT_LANES);
        const QAT_VECTOR middle = QAT_V(loadu_ps)(packed + next + v * QAT_LANES);
        const QAT_VECTOR right = QAT_V(loadu_ps)(packed + 2 * next + v * QAT_LANES);
        QAT_VECTOR loaded[QAT_MOST_PIXELS + 2];
        QAT_UNROLLED for (long q = 0; q < pixels + 2; ++q) loaded[q] = QAT_V(set1_ps)(values[k + q * channels]);
        QAT_UNROLLED for (long p = 0; p < pixels; ++p) sums[p][v] = QAT_V(fmadd_ps)(loaded[p], left, sums[p][v]);
        QAT_UNROLLED for (long p = 0; p < pixels; ++p) sums[p][v] = QAT_V(fmadd_ps)(loaded[p + 1], middle, sums[p][v]);
        QAT_UNROLLED for (long p = 0; p < pixels; ++p) sums[p][v] = QAT_V(fmadd_ps)(loaded[p + 2], right, sums[p][v]);
      }
    }
  }
  QAT_UNROLLED for (long p = 0; p < pixels; ++p) QAT_ROW(put)(s, vectors, sums[p], result + p * s->step);
}

QAT_TARGET static void QAT_ROW(sum_row)(
    const row_shape *s, const float *corner, const float *packed, float *result) {
  const long most = s->in_threes ? QAT_MOST_PIXELS - 2 : QAT_MOST_PIXELS;
  const long tiles = (s->width + most - 1) / most, tile = (s->width + tiles - 1) / tiles;
  for (long x = 0; x < s->width; x += tile) {
    const float *from = corner + x * s->by.step;
    float *to = result + x * s->step;
    switch (4 * (s->width - x < tile ? s->width - x : tile) + (s->in_threes ? 3 : s->vectors)) {
#define QAT_TILE(pixels)                                                                \
  case 4 * pixels + 1: QAT_ROW(sum_tile)(pixels, 1, s, from, packed, to); break;        \
  case 4 * pixels + 2: QAT_ROW(sum_tile)(pixels, 2, s, from, packed, to); break;
#define QAT_THREE(pixels) \
  case 4 * pixels + 3: QAT_ROW(sum_threes)(pixels, QAT_THREES, s, from, packed, to); break;
      QAT_TILE(1) QAT_TILE(2) QAT_TILE(3) QAT_TILE(4) QAT_TILE(5) QAT_TILE(6)
#if QAT_MOST_PIXELS == 14
      QAT_TILE(7) QAT_TILE(8) QAT_TILE(9) QAT_TILE(10) QAT_TILE(11) QAT_TILE(12) QAT_TILE(13) QAT_TILE(14)
      QAT_THREE(5) QAT_THREE(6) QAT_THREE(7) QAT_THREE(8) QAT_THREE(9) QAT_THREE(10) QAT_THREE(11) QAT_THREE(12)
#endif
      QAT_THREE(1) QAT_THREE(2) QAT_THREE(3) QAT_THREE(4)
#undef QAT_TILE
#undef QAT_THREE
    }
  }
}

// The larger of two numbers; what is no number stays so.
static inline __attribute__((always_inline)) QAT_TARGET QAT_VECTOR QAT_ROW(larger)(QAT_VECTOR a, QAT_VECTOR b) {
  return QAT_UNLESS_NAN(a, QAT_V(max_ps)(a, b));  // where b is no number, so is the largest
}

// The largest of 2 × 2 neighbours: sums[2, width, vectors × lanes] → result[width / 2].
QAT_TARGET static void QAT_ROW(pool_rows)(const row_shape *s, const float *sums, float *result) {
  const long wide = s->vectors * QAT_LANES, below = s->width * wide;
  for (long x = 0; x < s->width / 2; ++x, sums += 2 * wide, result += s->filters) {
    QAT_VECTOR largest[vectors_in_block];
    for (long v = 0; v < s->vectors; ++v) {
      const float *four = sums + v * QAT_LANES;
      const QAT_VECTOR upper = QAT_ROW(larger)(QAT_V(loadu_ps)(four), QAT_V(loadu_ps)(four + wide));
      const QAT_VECTOR lower =
          QAT_ROW(larger)(QAT_V(loadu_ps)(four + below), QAT_V(loadu_ps)(four + below + wide));
      largest[v] = QAT_ROW(larger)(upper, lower);
    }
    QAT_ROW(put)(s, s->vectors, largest, result);
  }
}

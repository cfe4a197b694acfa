// The transforms of Winograd's form F(4 × 4, 3 × 3), of some channels or filters one by one. There is no guard:
// winograd_training.c includes this once for each instruction set, and defines before
//
//   QAT_FORM(name)  the name with the instruction set's ending
//   QAT_TARGET      the attribute of its functions, which have fused multiply-adds
//
// QAT_VECTORS is winograd_products.h's.
#define QAT_FMA(a, b, c) __builtin_fmaf(a, b, c)

// Bᵀ d of six numbers, `step` apart.
static inline __attribute__((always_inline)) QAT_TARGET void QAT_FORM(pixels_to_six)(
    const float *d, int step, float six[6]) {
  const float d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  const float even = QAT_FMA(-4, d2, d4), odd = QAT_FMA(-4, d1, d3), outer = d4 - d2, inner = d3 - d1;
  six[0] = QAT_FMA(4, d0, QAT_FMA(-5, d2, d4));
  six[1] = even + odd;
  six[2] = even - odd;
  six[3] = QAT_FMA(2, inner, outer);
  six[4] = QAT_FMA(-2, inner, outer);
  six[5] = QAT_FMA(4, d1, QAT_FMA(-5, d3, d5));
}

// Aᵀ m of six numbers, `step` apart.
static inline __attribute__((always_inline)) QAT_TARGET void QAT_FORM(six_to_results)(
    const float *m, int step, float results[4]) {
  const float m0 = m[0], m1 = m[step], m2 = m[2 * step], m3 = m[3 * step], m4 = m[4 * step], m5 = m[5 * step];
  const float near = m1 + m2, turn = m1 - m2, far = m3 + m4, twist = m3 - m4;
  results[0] = m0 + near + far;
  results[1] = QAT_FMA(2, twist, turn);
  results[2] = QAT_FMA(4, far, near);
  results[3] = QAT_FMA(8, twist, turn) + m5;
}

// A u of four numbers, `step` apart.
static inline __attribute__((always_inline)) QAT_TARGET void QAT_FORM(results_to_six)(
    const float *u, int step, float six[6]) {
  const float u0 = u[0], u1 = u[step], u2 = u[2 * step], u3 = u[3 * step];
  const float even = u0 + u2, odd = u1 + u3, far = QAT_FMA(4, u2, u0), twist = QAT_FMA(8, u3, 2 * u1);
  six[0] = u0;
  six[1] = even + odd;
  six[2] = even - odd;
  six[3] = far + twist;
  six[4] = far - twist;
  six[5] = u3;
}

// Bᵀ d B of a row of tiles: pixels[6, 4 · tiles + 2, channels], `row` floats apart → transformed[36][tiles, channels],
// `position` floats apart.
QAT_TARGET static void QAT_FORM(transform_pixels)(
    const float *pixels, long row, long tiles, long channels, float *restrict transformed, long position) {
  for (long tile = 0; tile < tiles; ++tile, pixels += 4 * channels, transformed += channels) {
    QAT_VECTORS for (long k = 0; k < channels; ++k) {
      float d[36], columns[36], six[6];
      QAT_UNROLLED for (int i = 0; i < 36; ++i) d[i] = pixels[i / 6 * row + i % 6 * channels + k];
      QAT_UNROLLED for (int j = 0; j < 6; ++j) {
        QAT_FORM(pixels_to_six)(d + j, 6, six);
        QAT_UNROLLED for (int i = 0; i < 6; ++i) columns[6 * i + j] = six[i];
      }
      QAT_UNROLLED for (int i = 0; i < 6; ++i) {
        QAT_FORM(pixels_to_six)(columns + 6 * i, 1, six);
        QAT_UNROLLED for (int j = 0; j < 6; ++j) transformed[(6 * i + j) * position + k] = six[j];
      }
    }
  }
}

// Aᵀ M A of a tile, with its bias: sums[36] are `position` floats apart. Each result has a place of its own.
QAT_TARGET static void QAT_FORM(finish_tile)(
    const float *sums, long position, const float *bias, long filters, float *const places[16]) {
  float *place[16];
  QAT_UNROLLED for (int i = 0; i < 16; ++i) place[i] = places[i];
  QAT_VECTORS for (long f = 0; f < filters; ++f) {
    float m[36], columns[24], four[4];
    QAT_UNROLLED for (int i = 0; i < 36; ++i) m[i] = sums[i * position + f];
    QAT_UNROLLED for (int j = 0; j < 6; ++j) {
      QAT_FORM(six_to_results)(m + j, 6, four);
      QAT_UNROLLED for (int i = 0; i < 4; ++i) columns[6 * i + j] = four[i];
    }
    QAT_UNROLLED for (int i = 0; i < 4; ++i) {
      QAT_FORM(six_to_results)(columns + 6 * i, 1, four);
      QAT_UNROLLED for (int j = 0; j < 4; ++j) place[4 * i + j][f] = four[j] + bias[f];
    }
  }
}

// A u Aᵀ of a tile, whose gradients lie where `places` says: transformed[36] are `position` floats apart.
QAT_TARGET static void QAT_FORM(transform_gradients)(
    const float *const places[16], long filters, float *restrict transformed, long position) {
  const float *place[16];
  QAT_UNROLLED for (int i = 0; i < 16; ++i) place[i] = places[i];
  QAT_VECTORS for (long f = 0; f < filters; ++f) {
    float u[16], columns[24], six[6];
    QAT_UNROLLED for (int i = 0; i < 16; ++i) u[i] = place[i][f];
    QAT_UNROLLED for (int j = 0; j < 4; ++j) {
      QAT_FORM(results_to_six)(u + j, 4, six);
      QAT_UNROLLED for (int i = 0; i < 6; ++i) columns[4 * i + j] = six[i];
    }
    QAT_UNROLLED for (int i = 0; i < 6; ++i) {
      QAT_FORM(results_to_six)(columns + 4 * i, 1, six);
      QAT_UNROLLED for (int j = 0; j < 6; ++j) transformed[(6 * i + j) * position + f] = six[j];
    }
  }
}
#undef QAT_FMA

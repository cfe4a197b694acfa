#include "fake_quant.h"

#include <float.h>
#include <math.h>

#include "platform.h"

// One entry of qat_grids, by value.
typedef struct {
  float lowest, highest, scale, inverse_scale, zero;
} grid;

QAT_INLINE grid grid_at(const qat_grids *grids, long i) {
  return (grid){grids->lowest[i], grids->highest[i], grids->scale[i], grids->inverse_scale[i], grids->zero[i]};
}

// TensorFlow's threads flush subnormal inputs and results to zero.
QAT_INLINE float flushed(float x) { return fabsf(x) < FLT_MIN ? copysignf(0, x) : x; }

// Comparisons are written so that NaN passes through.
QAT_INLINE float limited(float x, float lowest, float highest) {
  const float lowered = highest < x ? highest : x;
  return lowered < lowest ? lowest : lowered;
}

QAT_INLINE float tensorflow_distance(float x, grid g) {
  return flushed(limited(flushed(x), g.lowest, g.highest) - g.lowest);
}

QAT_INLINE float tensorflow_rounded(float steps, grid g) {
  return floorf(steps - g.zero + 0.5f) * g.scale;
}

QAT_INLINE float tensorflow_dividing(float x, grid g) {
  return tensorflow_rounded(tensorflow_distance(x, g) / g.scale, g);
}

QAT_INLINE float tensorflow_multiplying(float x, grid g) {
  return tensorflow_rounded(tensorflow_distance(x, g) * g.inverse_scale, g);
}

QAT_INLINE float tensorflow_gradient(float x, float upstream, grid g) {
  const float input = flushed(x);
  const float passes = g.lowest <= input && input <= g.highest ? 1 : 0;
  return flushed(upstream) * passes;
}

QAT_INLINE float pytorch_code(float x, grid g) { return g.zero + rintf(x * g.inverse_scale); }

QAT_INLINE float pytorch(float x, grid g) {
  return (limited(pytorch_code(x, g), g.lowest, g.highest) - g.zero) * g.scale;
}

QAT_INLINE float pytorch_gradient(float x, float upstream, grid g) {
  const float code = pytorch_code(x, g);
  const float passes = g.lowest <= code && code <= g.highest ? 1 : 0;
  return upstream * passes;
}

// Runs `body` for each element `i` with its grid `g`. If there is one grid, it stays in registers.
#define QAT_EACH_ELEMENT(body)                                              \
  if (grids->period == 1) {                                                 \
    const grid g = grid_at(grids, 0);                                       \
    for (long i = 0; i < count; ++i) body;                                  \
  } else {                                                                  \
    for (long start = 0; start < count; start += grids->period) {           \
      const long left = count - start;                                      \
      const long length = left < grids->period ? left : grids->period;      \
      for (long index = 0; index < length; ++index) {                       \
        const grid g = grid_at(grids, index);                               \
        const long i = start + index;                                       \
        body;                                                               \
      }                                                                     \
    }                                                                       \
  }

#define QAT_FORWARD(function)                                                                             \
  QAT_CLONES static void function##_loop(                                                                 \
      const float *restrict x, float *restrict result, long count, const qat_grids *restrict grids) {     \
    QAT_EACH_ELEMENT(result[i] = function(x[i], g))                                                       \
  }

#define QAT_BACKWARD(function)                                                                            \
  QAT_CLONES static void function##_loop(                                                                 \
      const float *restrict x, const float *restrict upstream, float *restrict gradient, long count,      \
      const qat_grids *restrict grids) {                                                                  \
    QAT_EACH_ELEMENT(gradient[i] = function(x[i], upstream[i], g))                                        \
  }

QAT_FORWARD(tensorflow_dividing)
QAT_FORWARD(tensorflow_multiplying)
QAT_FORWARD(pytorch)
QAT_BACKWARD(tensorflow_gradient)
QAT_BACKWARD(pytorch_gradient)

void qat_fake_quant(qat_fake_quant_form form, const float *x, float *result, long count, qat_grids grids) {
  switch (form) {
  case QAT_TENSORFLOW_PER_TENSOR: tensorflow_dividing_loop(x, result, count, &grids); break;
  case QAT_TENSORFLOW_PER_CHANNEL: tensorflow_multiplying_loop(x, result, count, &grids); break;
  case QAT_PYTORCH: pytorch_loop(x, result, count, &grids); break;
  }
}

void qat_fake_quant_gradient(
    qat_fake_quant_form form, const float *x, const float *upstream, float *gradient, long count,
    qat_grids grids) {
  if (form == QAT_PYTORCH) {
    pytorch_gradient_loop(x, upstream, gradient, count, &grids);
  } else {
    tensorflow_gradient_loop(x, upstream, gradient, count, &grids);
  }
}

// Each result depends on the value in its own place, so that a loop in place is a vector loop, too.
#define QAT_CHOSEN(function, position)                                                                    \
  QAT_CLONES static void function##_chosen_loop(                                                          \
      const float *values, float *result, uint8_t *restrict choice, long count, const qat_grids *grids) { \
    const grid g = grid_at(grids, 0);                                                                     \
    _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < count; ++i) {                     \
      const float x = values[i], at = (position);                                                         \
      choice[i] |= (uint8_t)(((g.lowest <= at) & (at <= g.highest)) - 1);                                 \
      result[i] = function(x, g);                                                                         \
    }                                                                                                     \
  }

QAT_CHOSEN(tensorflow_dividing, flushed(x))
QAT_CHOSEN(pytorch, pytorch_code(x, g))

void qat_fake_quant_chosen(
    qat_fake_quant_form form, const float *values, float *result, uint8_t *choice, long count, qat_grids grids) {
  if (form == QAT_PYTORCH) {
    pytorch_chosen_loop(values, result, choice, count, &grids);
  } else {
    tensorflow_dividing_chosen_loop(values, result, choice, count, &grids);
  }
}

// Adds one element's share to the gradients of its grid's ends.
QAT_INLINE void add_bound_gradients(float x, float upstream, grid g, double *below, double *above) {
  const float input = flushed(x);
  const float u = flushed(upstream);
  *below += u * (input < g.lowest ? 1.0f : 0.0f);
  *above += u * (input > g.highest ? 1.0f : 0.0f);
}

// What an element gives to the gradients of its PyTorch grid's step, and of the element itself.
typedef struct {
  float inside, below, above, passed;
} step_share;

QAT_INLINE step_share share_of(float x, float upstream, grid g) {
  const float steps = x * g.inverse_scale, rounded = rintf(steps), code = g.zero + rounded;
  const int is_below = code < g.lowest, is_above = code > g.highest;
  const float passes = g.lowest <= code && code <= g.highest ? 1 : 0;
  // Beyond the grid the distance is left out, not multiplied by 0: it may be infinite.
  return (step_share){
      upstream * (is_below | is_above ? 0 : rounded - steps), is_below ? upstream : 0, is_above ? upstream : 0,
      upstream * passes};
}

// The number of sums for one grid: as many as fill vectors, and a literal, so that they stay in registers.
enum { lanes = 16 };

QAT_CLONES static void bound_gradients_loop(
    const float *restrict x, const float *restrict upstream, long count, const qat_grids *restrict grids,
    double *restrict below, double *restrict above) {
  long start = 0;
  if (grids->period == lanes) {
    const grid g = grid_at(grids, 0);
    double low[lanes], high[lanes];
    for (long lane = 0; lane < lanes; ++lane) low[lane] = below[lane], high[lane] = above[lane];
    for (; start + lanes <= count; start += lanes) {
      for (long lane = 0; lane < lanes; ++lane) {
        add_bound_gradients(x[start + lane], upstream[start + lane], g, low + lane, high + lane);
      }
    }
    for (long lane = 0; lane < lanes; ++lane) below[lane] = low[lane], above[lane] = high[lane];
  }
  for (; start < count; start += grids->period) {
    const long left = count - start;
    const long length = left < grids->period ? left : grids->period;
    for (long index = 0; index < length; ++index) {
      add_bound_gradients(
          x[start + index], upstream[start + index], grid_at(grids, index), below + index, above + index);
    }
  }
}

void qat_fake_quant_bound_gradients(
    const float *x, const float *upstream, long count, qat_grids grids, double *below, double *above) {
  bound_gradients_loop(x, upstream, count, &grids, below, above);
}

// The rows of 16 elements whose shares are added in float before their sums are added in double.
enum { rows_in_float = 32 };

// One grid: sums stay in registers. `writes` is a literal at the call.
QAT_INLINE long add_rows_of_one_grid(
    int writes, const float *restrict x, const float *restrict upstream, float *restrict gradient, long count, grid g,
    double *restrict inside, double *restrict below, double *restrict above) {
  long start = 0;
  while (start + lanes <= count) {
    const long left = (count - start) / lanes, rows = left < rows_in_float ? left : rows_in_float;
    float middle[lanes] = {0}, low[lanes] = {0}, high[lanes] = {0};
    for (long row = 0; row < rows; ++row, start += lanes) {
      for (long lane = 0; lane < lanes; ++lane) {
        const step_share share = share_of(x[start + lane], upstream[start + lane], g);
        middle[lane] += share.inside;
        low[lane] += share.below;
        high[lane] += share.above;
        if (writes) gradient[start + lane] = share.passed;
      }
    }
    for (long lane = 0; lane < lanes; ++lane) {
      inside[lane] += (double)middle[lane];
      below[lane] += (double)low[lane];
      above[lane] += (double)high[lane];
    }
  }
  return start;
}

QAT_INLINE void add_step_gradients(
    int writes, const float *restrict x, const float *restrict upstream, float *restrict gradient, long count,
    const qat_grids *restrict grids, double *restrict inside, double *restrict below, double *restrict above) {
  long start = 0;
  if (grids->period == lanes) {
    start = add_rows_of_one_grid(writes, x, upstream, gradient, count, grid_at(grids, 0), inside, below, above);
  }
  for (; start < count; start += grids->period) {
    const long left = count - start;
    const long length = left < grids->period ? left : grids->period;
    for (long index = 0; index < length; ++index) {
      const step_share share = share_of(x[start + index], upstream[start + index], grid_at(grids, index));
      inside[index] += (double)share.inside;
      below[index] += (double)share.below;
      above[index] += (double)share.above;
      if (writes) gradient[start + index] = share.passed;
    }
  }
}

QAT_CLONES void qat_fake_quant_step_gradients(
    const float *x, const float *upstream, float *gradient, long count, qat_grids grids, double *inside, double *below,
    double *above) {
  if (gradient) {
    add_step_gradients(1, x, upstream, gradient, count, &grids, inside, below, above);
  } else {
    add_step_gradients(0, x, upstream, gradient, count, &grids, inside, below, above);
  }
}

QAT_CLONES void qat_widen_ranges(
    const float *restrict x, long count, long period, float *restrict low, float *restrict high) {
  for (long start = 0; start < count; start += period) {
    const long left = count - start;
    const long length = left < period ? left : period;
    for (long index = 0; index < length; ++index) {
      const float value = x[start + index];
      low[index] = ((value < low[index]) | (value != value)) ? value : low[index];
      high[index] = ((value > high[index]) | (value != value)) ? value : high[index];
    }
  }
}

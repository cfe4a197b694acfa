#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "onednn_support.h"

#include "platform.h"

#ifdef QAT_ONEDNN

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include "buffer_pool.h"

static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;
static void (*set_openmp_threads)(int);

static void prepare(void) {
  // Debian's and Ubuntu's oneDNN are built with OpenMP and load it. The function is looked up by name, so that the
  // program links with a oneDNN without OpenMP too.
  *(void **)&set_openmp_threads = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

void qat_stay_on_this_thread(void) {
  static _Thread_local int done;
  if (done) return;
  pthread_once(&prepared, prepare);
  if (set_openmp_threads) set_openmp_threads(1);
  done = 1;
}

dnnl_engine_t qat_engine(void) {
  pthread_once(&prepared, prepare);
  return engine;
}

dnnl_stream_t qat_stream(void) {
  static _Thread_local dnnl_stream_t stream;
  if (!stream && dnnl_stream_create(&stream, qat_engine(), dnnl_stream_default_flags) != dnnl_success) {
    stream = NULL;
  }
  return stream;
}

qat_layout qat_layout_make(int rank, const dnnl_dims_t extents, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_t layout = NULL;
  if (dnnl_memory_desc_create_with_tag(&layout, rank, extents, dnnl_f32, tag) != dnnl_success) return NULL;
  return layout;
#else
  dnnl_memory_desc_t *layout = malloc(sizeof *layout);
  if (layout && dnnl_memory_desc_init_by_tag(layout, rank, extents, dnnl_f32, tag) != dnnl_success) {
    free(layout);
    return NULL;
  }
  return layout;
#endif
}

void qat_layout_free(qat_layout layout) {
#if DNNL_VERSION_MAJOR >= 3
  if (layout) dnnl_memory_desc_destroy(layout);
#else
  free(layout);
#endif
}

int qat_execute(
    const_dnnl_primitive_t primitive, qat_const_layout scratch, const qat_argument *arguments, int count) {
  enum { most = 6 };
  dnnl_exec_arg_t bound[most];
  dnnl_stream_t stream = qat_stream();
  if (!stream || count + 1 > most) return 0;
  qat_stay_on_this_thread();

  const size_t scratch_bytes = scratch ? dnnl_memory_desc_get_size(scratch) : 0;
  const long scratch_floats = (long)((scratch_bytes + sizeof(float) - 1) / sizeof(float));
  float *scratch_values = scratch_floats > 0 ? qat_buffer_take(scratch_floats) : NULL;

  int made = 0;
  dnnl_status_t status = dnnl_success;
  for (int i = 0; i < count && status == dnnl_success; ++i) {
    bound[made].arg = arguments[i].role;
    status = dnnl_memory_create(&bound[made].memory, arguments[i].layout, qat_engine(), arguments[i].values);
    if (status == dnnl_success) made += 1;
  }
  if (scratch_values && status == dnnl_success) {
    bound[made].arg = DNNL_ARG_SCRATCHPAD;
    status = dnnl_memory_create(&bound[made].memory, scratch, qat_engine(), scratch_values);
    if (status == dnnl_success) made += 1;
  }
  if (status == dnnl_success) status = dnnl_primitive_execute(primitive, stream, made, bound);
  if (status == dnnl_success) status = dnnl_stream_wait(stream);
  for (int i = 0; i < made; ++i) dnnl_memory_destroy(bound[i].memory);
  if (scratch_values) qat_buffer_give(scratch_values, scratch_floats);
  return status == dnnl_success;
}

#else

typedef int qat_without_onednn;  // a translation unit is never empty

#endif

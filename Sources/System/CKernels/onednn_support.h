#ifndef QAT_ONEDNN_SUPPORT_H
#define QAT_ONEDNN_SUPPORT_H

// The functions that the shim's files share, and the one difference between oneDNN 2 and 3: a memory descriptor is
// a structure of the caller in version 2 and an object of the library in version 3.

#ifdef QAT_ONEDNN

#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t qat_layout;
typedef const_dnnl_memory_desc_t qat_const_layout;
#else
typedef dnnl_memory_desc_t *qat_layout;
typedef const dnnl_memory_desc_t *qat_const_layout;
#endif

// Makes oneDNN run on the calling thread alone. OpenMP's number of threads is a setting of the calling thread, so
// each of our threads sets it once.
void qat_stay_on_this_thread(void);

// The one CPU engine, and the calling thread's stream; NULL if oneDNN refuses.
dnnl_engine_t qat_engine(void);
dnnl_stream_t qat_stream(void);

// A layout of floats from its tag, or NULL. Release it with qat_layout_free.
qat_layout qat_layout_make(int rank, const dnnl_dims_t extents, dnnl_format_tag_t tag);
void qat_layout_free(qat_layout layout);

// Runs a primitive on the given memory, with scratch memory from the pool. Returns 1, or 0 if it failed.
typedef struct {
  int role;  // DNNL_ARG_…
  qat_const_layout layout;
  float *values;
} qat_argument;
int qat_execute(
    const_dnnl_primitive_t primitive, qat_const_layout scratch, const qat_argument *arguments, int count);

#endif
#endif

#ifndef QAT_ONEDNN_SUPPORT_H
#define QAT_ONEDNN_SUPPORT_H

// What the files of the shim share, and the difference between oneDNN 2 and 3 in one place: version 2 has
// memory descriptors as structures of the caller's, version 3 as objects of its own.

#ifdef QAT_ONEDNN

#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t qat_layout;
typedef const_dnnl_memory_desc_t qat_const_layout;
#else
typedef dnnl_memory_desc_t *qat_layout;
typedef const dnnl_memory_desc_t *qat_const_layout;
#endif

// Makes oneDNN run on the calling thread alone. OpenMP counts threads per calling thread, so each of ours
// says it once.
void qat_stay_on_this_thread(void);

// The one CPU engine, and the calling thread's stream; NULL if oneDNN refuses.
dnnl_engine_t qat_engine(void);
dnnl_stream_t qat_stream(void);

// A float layout by tag, or NULL. Released with qat_layout_free.
qat_layout qat_layout_make(int rank, const dnnl_dims_t extents, dnnl_format_tag_t tag);
void qat_layout_free(qat_layout layout);

// Runs a primitive on memory of ours, with scratch memory from the pool. Returns 1, or 0 if it failed.
typedef struct {
  int role;  // DNNL_ARG_…
  qat_const_layout layout;
  float *values;
} qat_argument;
int qat_execute(
    const_dnnl_primitive_t primitive, qat_const_layout scratch, const qat_argument *arguments, int count);

#endif
#endif

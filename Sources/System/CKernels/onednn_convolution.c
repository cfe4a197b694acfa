#include "onednn.h"
#include "onednn_support.h"
#include "platform.h"

#ifdef QAT_ONEDNN

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct qat_convolution_plan {
  qat_convolution_shape shape;
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
  dnnl_primitive_t packing, unpacking;
  qat_layout image, hwio, bias, result;  // the caller's layouts
  qat_const_layout packed;               // oneDNN's own, owned by `description`
  qat_const_layout scratch;
  qat_convolution_plan *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static qat_convolution_plan *plans;

// The primitive description of one direction; the gradients take the forward one as a hint. NULL if oneDNN has none.
#if DNNL_VERSION_MAJOR >= 3
static dnnl_primitive_desc_t describe(
    qat_convolution_direction direction, const qat_convolution_plan *plan, qat_const_layout kernel,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
  const qat_convolution_shape *s = &plan->shape;
  const dnnl_dims_t strides = {s->stride_height, s->stride_width}, dilation = {0, 0};
  const dnnl_dims_t before = {s->pad_top, s->pad_left}, after = {s->pad_bottom, s->pad_right};
  dnnl_primitive_desc_t description = NULL;
  dnnl_status_t status = dnnl_unimplemented;
  switch (direction) {
  case qat_convolution_forward:
    status = dnnl_convolution_forward_primitive_desc_create(
        &description, qat_engine(), dnnl_forward_training, dnnl_convolution_direct, plan->image, kernel,
        plan->bias, plan->result, strides, dilation, before, after, attributes);
    break;
  case qat_convolution_image_gradient:
    status = dnnl_convolution_backward_data_primitive_desc_create(
        &description, qat_engine(), dnnl_convolution_direct, plan->image, kernel, plan->result, strides,
        dilation, before, after, forward, attributes);
    break;
  case qat_convolution_kernel_gradient:
    status = dnnl_convolution_backward_weights_primitive_desc_create(
        &description, qat_engine(), dnnl_convolution_direct, plan->image, kernel, plan->bias, plan->result,
        strides, dilation, before, after, forward, attributes);
    break;
  }
  return status == dnnl_success ? description : NULL;
}
#else
static dnnl_primitive_desc_t describe(
    qat_convolution_direction direction, const qat_convolution_plan *plan, qat_const_layout kernel,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
  const qat_convolution_shape *s = &plan->shape;
  const dnnl_dims_t strides = {s->stride_height, s->stride_width};
  const dnnl_dims_t before = {s->pad_top, s->pad_left}, after = {s->pad_bottom, s->pad_right};
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_unimplemented;
  switch (direction) {
  case qat_convolution_forward:
    status = dnnl_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, plan->image, kernel, plan->bias,
        plan->result, strides, before, after);
    break;
  case qat_convolution_image_gradient:
    status = dnnl_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, plan->image, kernel, plan->result, strides, before, after);
    break;
  case qat_convolution_kernel_gradient:
    status = dnnl_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, plan->image, kernel, plan->bias, plan->result, strides, before,
        after);
    break;
  }
  dnnl_primitive_desc_t description = NULL;
  if (status == dnnl_success) {
    status = dnnl_primitive_desc_create(&description, &operation, attributes, qat_engine(), forward);
  }
  return status == dnnl_success ? description : NULL;
}
#endif

// A primitive that copies floats from one layout to another; it needs no scratch memory.
static dnnl_primitive_t reorder(qat_const_layout from, qat_const_layout to) {
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_t primitive = NULL;
  if (dnnl_reorder_primitive_desc_create(&description, from, qat_engine(), to, qat_engine(), NULL) ==
      dnnl_success) {
    if (dnnl_primitive_create(&primitive, description) != dnnl_success) primitive = NULL;
    dnnl_primitive_desc_destroy(description);
  }
  return primitive;
}

static void discard(qat_convolution_plan *plan) {
  if (plan->packing) dnnl_primitive_destroy(plan->packing);
  if (plan->unpacking) dnnl_primitive_destroy(plan->unpacking);
  if (plan->primitive) dnnl_primitive_destroy(plan->primitive);
  if (plan->description) dnnl_primitive_desc_destroy(plan->description);
  qat_layout_free(plan->image);
  qat_layout_free(plan->hwio);
  qat_layout_free(plan->bias);
  qat_layout_free(plan->result);
  free(plan);
}

// Fills in the plan's primitive description.
static void choose(qat_convolution_plan *plan, const dnnl_dims_t kernel) {
  const qat_convolution_direction direction = (qat_convolution_direction)plan->shape.direction;
  qat_layout any_kernel = qat_layout_make(4, kernel, dnnl_format_tag_any);
  dnnl_primitive_attr_t attributes = NULL;
  // Scratch memory is ours, one block a call, so that a plan can run on several threads at once.
  if (any_kernel && dnnl_primitive_attr_create(&attributes) == dnnl_success &&
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success) {
    if (direction == qat_convolution_forward) {
      plan->description = describe(direction, plan, any_kernel, NULL, attributes);
    } else {
      dnnl_primitive_desc_t forward = describe(qat_convolution_forward, plan, any_kernel, NULL, attributes);
      if (forward) {
        plan->description = describe(direction, plan, any_kernel, forward, attributes);
        dnnl_primitive_desc_destroy(forward);
      }
    }
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  qat_layout_free(any_kernel);
}

static qat_convolution_plan *make_plan(const qat_convolution_shape *s) {
  qat_convolution_plan *plan = calloc(1, sizeof *plan);
  if (!plan) return NULL;
  plan->shape = *s;
  const dnnl_dims_t image = {s->batch, s->channels, s->height, s->width};
  const dnnl_dims_t result = {s->batch, s->filters, s->out_height, s->out_width};
  const dnnl_dims_t kernel = {s->filters, s->channels, s->kernel_height, s->kernel_width};
  const dnnl_dims_t bias = {s->filters};
  plan->image = qat_layout_make(4, image, dnnl_nhwc);
  plan->result = qat_layout_make(4, result, dnnl_nhwc);
  plan->hwio = qat_layout_make(4, kernel, dnnl_hwio);
  plan->bias = s->has_bias ? qat_layout_make(1, bias, dnnl_x) : NULL;
  if (plan->image && plan->result && plan->hwio && (plan->bias || !s->has_bias)) choose(plan, kernel);
  if (plan->description && dnnl_primitive_create(&plan->primitive, plan->description) == dnnl_success) {
    const int gradient = s->direction == qat_convolution_kernel_gradient;
    plan->packed = dnnl_primitive_desc_query_md(
        plan->description, gradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md, 0);
    plan->scratch = dnnl_primitive_desc_query_md(plan->description, dnnl_query_scratchpad_md, 0);
    plan->packing = reorder(plan->hwio, plan->packed);
    plan->unpacking = reorder(plan->packed, plan->hwio);
  }
  if (plan->packing && plan->unpacking) return plan;
  discard(plan);
  return NULL;
}

qat_convolution_plan *qat_onednn_convolution(qat_convolution_shape shape) {
  qat_stay_on_this_thread();
  pthread_mutex_lock(&lock);
  qat_convolution_plan *plan = plans;
  while (plan && memcmp(&plan->shape, &shape, sizeof shape) != 0) plan = plan->next;
  if (!plan && qat_engine()) {
    plan = make_plan(&shape);
    if (plan) {
      plan->next = plans;
      plans = plan;
    }
  }
  pthread_mutex_unlock(&lock);
  return plan;
}

long qat_onednn_packed_count(const qat_convolution_plan *plan) {
  return (long)((dnnl_memory_desc_get_size(plan->packed) + sizeof(float) - 1) / sizeof(float));
}

int qat_onednn_pack(const qat_convolution_plan *plan, const float *kernel, float *packed) {
  const qat_argument arguments[] = {
      {DNNL_ARG_FROM, plan->hwio, (float *)kernel}, {DNNL_ARG_TO, plan->packed, packed}};
  return qat_execute(plan->packing, NULL, arguments, 2);
}

int qat_onednn_unpack(const qat_convolution_plan *plan, const float *packed, float *kernel) {
  const qat_argument arguments[] = {
      {DNNL_ARG_FROM, plan->packed, (float *)packed}, {DNNL_ARG_TO, plan->hwio, kernel}};
  return qat_execute(plan->unpacking, NULL, arguments, 2);
}

int qat_onednn_run(
    const qat_convolution_plan *plan, float *image, float *packed, float *bias, float *result) {
  qat_argument arguments[4];
  int count = 3;
  switch ((qat_convolution_direction)plan->shape.direction) {
  case qat_convolution_forward:
    arguments[0] = (qat_argument){DNNL_ARG_SRC, plan->image, image};
    arguments[1] = (qat_argument){DNNL_ARG_WEIGHTS, plan->packed, packed};
    arguments[2] = (qat_argument){DNNL_ARG_DST, plan->result, result};
    if (plan->bias) arguments[count++] = (qat_argument){DNNL_ARG_BIAS, plan->bias, bias};
    break;
  case qat_convolution_image_gradient:
    arguments[0] = (qat_argument){DNNL_ARG_DIFF_SRC, plan->image, image};
    arguments[1] = (qat_argument){DNNL_ARG_WEIGHTS, plan->packed, packed};
    arguments[2] = (qat_argument){DNNL_ARG_DIFF_DST, plan->result, result};
    break;
  case qat_convolution_kernel_gradient:
    arguments[0] = (qat_argument){DNNL_ARG_SRC, plan->image, image};
    arguments[1] = (qat_argument){DNNL_ARG_DIFF_WEIGHTS, plan->packed, packed};
    arguments[2] = (qat_argument){DNNL_ARG_DIFF_DST, plan->result, result};
    if (plan->bias) arguments[count++] = (qat_argument){DNNL_ARG_DIFF_BIAS, plan->bias, bias};
    break;
  }
  return qat_execute(plan->primitive, plan->scratch, arguments, count);
}

#endif

#ifndef QAT_WORKERS_H
#define QAT_WORKERS_H

// The threads that tensor operations share. They start when first needed and sleep between jobs.
//
// The caller cuts a job into shards, so no result depends on which thread runs which shard.

// Runs body(context, shard) once for each shard in 0 ..< shards, on at most `workers` threads including the caller's,
// and returns when all are done. `workers` 0 means one thread a core. `body` must be safe to call from several threads
// at once. A call made while another job runs computes all its shards on its own thread.
void qat_run_shards(long shards, long workers, void (*body)(void *context, long shard), void *context);

// The number of cores that this process may use; determined once.
long qat_core_count(void);

#endif

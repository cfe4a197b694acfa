#ifndef QAT_WORKERS_H
#define QAT_WORKERS_H

// The threads that tensor operations share: started when first needed, asleep between jobs.
//
// A job is cut into shards before it comes here, so which thread runs which shard changes no result.

// Runs body(context, shard) once for each shard in 0 ..< shards, on at most `workers` threads of which the
// caller is one, and returns when all are done. With `workers` 0, one thread a core. `body` must be safe to
// call from several threads at once. A call made while another job runs does all its shards itself.
void qat_run_shards(long shards, long workers, void (*body)(void *context, long shard), void *context);

// The number of cores this process may use, asked once.
long qat_core_count(void);

#endif

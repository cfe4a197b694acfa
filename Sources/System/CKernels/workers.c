#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "workers.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "platform.h"

enum { most_threads = 63 };

// Locked while a job runs: one job at a time has the threads.
static pthread_mutex_t in_use = PTHREAD_MUTEX_INITIALIZER;

// Guards the variables below.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t job_posted = PTHREAD_COND_INITIALIZER;
static pthread_cond_t job_finished = PTHREAD_COND_INITIALIZER;
static long started;      // threads that exist
static long wanted;       // threads the posted job still has room for
static atomic_long active;       // threads that run its shards; written under the lock, also read without it
static atomic_ulong job_number;  // counts the jobs; written under the lock, also read without it

// The job itself: written under the lock before it is posted.
static void (*job_body)(void *context, long shard);
static void *job_context;
static long job_shards;
static atomic_long next_shard;

static void run_remaining_shards(void) {
  for (;;) {
    const long shard = atomic_fetch_add(&next_shard, 1);
    if (shard >= job_shards) return;
    job_body(job_context, shard);
  }
}

// How often a waiting thread checks before it sleeps: for about 50 µs, the time that it takes to wake up again.
// Operations follow each other faster than that; spinning longer would keep the core from other threads.
enum { spins = 2000 };

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

static void *worker(void *unused) {
  (void)unused;
  unsigned long seen = 0;
  pthread_mutex_lock(&lock);
  for (;;) {
    pthread_mutex_unlock(&lock);
    for (int spin = 0; spin < spins && atomic_load(&job_number) == seen; ++spin) pause_briefly();
    pthread_mutex_lock(&lock);
    while (wanted == 0 || job_number == seen) pthread_cond_wait(&job_posted, &lock);
    seen = job_number;
    wanted -= 1;
    active += 1;
    pthread_mutex_unlock(&lock);
    run_remaining_shards();
    pthread_mutex_lock(&lock);
    active -= 1;
    if (active == 0) pthread_cond_signal(&job_finished);
  }
  return NULL;
}

static long count_cores(void) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
#endif
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? online : 1;
}

long qat_core_count(void) {
  static atomic_long cores;
  if (atomic_load(&cores) == 0) atomic_store(&cores, count_cores());
  return atomic_load(&cores);
}

// Starts threads until `count` exist or the system refuses; fewer threads only means less speed.
static void start_threads(long count) {
  while (started < count && started < most_threads) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker, NULL) != 0) return;
    pthread_detach(thread);
    started += 1;
  }
}

void qat_run_shards(long shards, long workers, void (*body)(void *context, long shard), void *context) {
  if (workers == 0) workers = qat_core_count();
  if (workers > shards) workers = shards;
  if (workers <= 1 || pthread_mutex_trylock(&in_use) != 0) {
    for (long shard = 0; shard < shards; ++shard) body(context, shard);
    return;
  }
  pthread_mutex_lock(&lock);
  start_threads(workers - 1);
  job_body = body;
  job_context = context;
  job_shards = shards;
  atomic_store(&next_shard, 0);
  job_number += 1;
  wanted = workers - 1;
  pthread_cond_broadcast(&job_posted);
  pthread_mutex_unlock(&lock);

  run_remaining_shards();

  pthread_mutex_lock(&lock);
  wanted = 0;  // a thread that has not woken yet has nothing left to do
  pthread_mutex_unlock(&lock);
  for (int spin = 0; spin < spins && atomic_load(&active) > 0; ++spin) pause_briefly();
  pthread_mutex_lock(&lock);
  while (active > 0) pthread_cond_wait(&job_finished, &lock);
  pthread_mutex_unlock(&lock);
  pthread_mutex_unlock(&in_use);
}

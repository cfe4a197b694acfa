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

// The job itself: written while nobody has joined and nobody can.
static void (*job_body)(void *context, long shard);
static void *job_context;
static long job_queues;

// The shards of a job in as many queues as threads may work on it. A thread begins with a queue of its own, the same in
// each job, so that it finds in its cache what it wrote in the job before; then it helps the others.
static struct {
  _Alignas(64) atomic_long next;
  long end;
} queues[most_threads + 1];

// Who works on it: the threads it still has room for, in units of `one_place`, and those that have joined. A thread
// joins by taking a place and counting itself in one step, so that the poster, who clears the places, knows all.
static atomic_long joined;
static const long one_place = 1L << 32;
static atomic_ulong job_number;  // counts the jobs: a thread that waits looks whether it changes

// Threads that have waited long sleep. Whoever wakes another changes first what that one waits for, then looks whether
// it sleeps; a sleeper says so first, and then looks again at what it waits for.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t job_posted = PTHREAD_COND_INITIALIZER;
static pthread_cond_t job_finished = PTHREAD_COND_INITIALIZER;
static atomic_long sleepers;
static atomic_int poster_sleeps;

static long started;  // threads that exist; only the poster starts some

// Runs what is left of the shards, first those of a thread's own queue.
static void run_remaining_shards(long thread) {
  for (long k = 0; k < job_queues; ++k) {
    const long queue = (thread + k) % job_queues;
    for (;;) {
      const long shard = atomic_fetch_add(&queues[queue].next, 1);
      if (shard >= queues[queue].end) break;
      job_body(job_context, shard);
    }
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

static void wait_for_job_after(unsigned long seen) {
  for (int spin = 0; spin < spins; ++spin) {
    if (atomic_load(&job_number) != seen) return;
    pause_briefly();
  }
  pthread_mutex_lock(&lock);
  atomic_fetch_add(&sleepers, 1);
  while (atomic_load(&job_number) == seen) pthread_cond_wait(&job_posted, &lock);
  atomic_fetch_sub(&sleepers, 1);
  pthread_mutex_unlock(&lock);
}

static int join(void) {
  long now = atomic_load(&joined);
  while (now >= one_place) {
    if (atomic_compare_exchange_weak(&joined, &now, now - one_place + 1)) return 1;
  }
  return 0;
}

static void leave(void) {
  if (atomic_fetch_sub(&joined, 1) != 1 || atomic_load(&poster_sleeps) == 0) return;
  pthread_mutex_lock(&lock);
  pthread_cond_signal(&job_finished);
  pthread_mutex_unlock(&lock);
}

static void *worker(void *number) {
  const long thread = (long)number;
  unsigned long seen = 0;
  for (;;) {
    wait_for_job_after(seen);
    seen = atomic_load(&job_number);
    if (!join()) continue;
    run_remaining_shards(thread);
    leave();
  }
  return NULL;
}

static void wait_for_threads(void) {
  for (int spin = 0; spin < spins; ++spin) {
    if (atomic_load(&joined) == 0) return;
    pause_briefly();
  }
  pthread_mutex_lock(&lock);
  atomic_store(&poster_sleeps, 1);
  while (atomic_load(&joined) > 0) pthread_cond_wait(&job_finished, &lock);
  atomic_store(&poster_sleeps, 0);
  pthread_mutex_unlock(&lock);
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
    if (pthread_create(&thread, NULL, worker, (void *)(started + 1)) != 0) return;
    pthread_detach(thread);
    started += 1;
  }
}

void qat_run_shards(long shards, long workers, void (*body)(void *context, long shard), void *context) {
  if (workers == 0) workers = qat_core_count();
  if (workers > shards) workers = shards;
  if (workers > most_threads + 1) workers = most_threads + 1;
  if (workers <= 1 || pthread_mutex_trylock(&in_use) != 0) {
    for (long shard = 0; shard < shards; ++shard) body(context, shard);
    return;
  }
  start_threads(workers - 1);
  job_body = body;
  job_context = context;
  job_queues = workers;
  for (long queue = 0; queue < workers; ++queue) {
    atomic_store(&queues[queue].next, shards * queue / workers);
    queues[queue].end = shards * (queue + 1) / workers;
  }
  atomic_store(&joined, (workers - 1) * one_place);
  atomic_fetch_add(&job_number, 1);
  if (atomic_load(&sleepers) > 0) {
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&job_posted);
    pthread_mutex_unlock(&lock);
  }

  run_remaining_shards(0);

  atomic_fetch_and(&joined, one_place - 1);  // a thread that has not joined yet has nothing left to do
  wait_for_threads();
  pthread_mutex_unlock(&in_use);
}

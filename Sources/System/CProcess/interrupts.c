#include "interrupts.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

// The one variable that the handler writes. The handler may run at any moment, so the variable must be lock-free.
static atomic_int pressed;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler may only write what needs no lock");

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int watches;  // guarded by `guard`

static void note_interrupt(int signal) {
  (void)signal;
  atomic_store(&pressed, 1);
}

// Whether `handler` (a function, SIG_DFL or SIG_IGN) handles SIGINT.
static int is_handled_by(void (*handler)(int)) {
  struct sigaction now;
  return sigaction(SIGINT, 0, &now) == 0 && !(now.sa_flags & SA_SIGINFO) && now.sa_handler == handler;
}

// By now SIGINT has its default effect again: raised once more, it ends the process as usual.
static void end_process(int signal) { raise(signal); }

// Lets `handler` handle the next SIGINT if SIGINT has its default effect; the ones after it have that effect again.
static void handle_first(void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  if (is_handled_by(SIG_DFL)) sigaction(SIGINT, &action, 0);
}

void qat_interrupts_watch(void) {
  pthread_mutex_lock(&guard);
  if (watches++ == 0) {
    atomic_store(&pressed, 0);
    handle_first(note_interrupt);
  }
  pthread_mutex_unlock(&guard);
}

void qat_interrupts_unwatch(void) {
  pthread_mutex_lock(&guard);
  if (--watches == 0 && is_handled_by(note_interrupt)) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, 0);
  }
  pthread_mutex_unlock(&guard);
}

void qat_interrupts_end_process(void) {
  pthread_mutex_lock(&guard);
  handle_first(end_process);
  pthread_mutex_unlock(&guard);
}

int qat_interrupted(void) { return atomic_load(&pressed); }

#include "interrupts.h"

#include <signal.h>

static volatile sig_atomic_t pressed;
static int watches;
static struct sigaction before;

static void note_interrupt(int signal) {
  (void)signal;
  pressed = 1;
}

void qat_interrupts_watch(void) {
  if (watches++ > 0) return;
  struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = SA_RESTART | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  pressed = 0;
  sigaction(SIGINT, &action, &before);
  // A program that was started to ignore Ctrl-C, in the background say, goes on ignoring it.
  if (before.sa_handler == SIG_IGN) sigaction(SIGINT, &before, 0);
}

void qat_interrupts_unwatch(void) {
  if (--watches == 0) sigaction(SIGINT, &before, 0);
}

int qat_interrupted(void) { return pressed; }

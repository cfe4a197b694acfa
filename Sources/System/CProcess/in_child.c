#include "in_child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int qat_run_in_child(void (*work)(void *context), void *context, int *signal_number) {
  fflush(NULL);  // what is in a buffer at the fork would be written twice
  pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) {
    work(context);
    fflush(NULL);
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return errno;
  }
  *signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  // The first process of a namespace is the parent of all that the child has left.
  if (getpid() == 1) {
    kill(-1, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
    }
  }
  return 0;
}

#include "in_child.h"

#include <errno.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int qat_run_in_child(void (*work)(void *context), void *context, qat_child_end *end) {
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
  end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end->code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  return 0;
}

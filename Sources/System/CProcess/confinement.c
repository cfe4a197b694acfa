// Three processes stand between the caller and the program:
//
//   supervisor   has an alarm, counts what the program writes and what all its processes take, and ends the others when
//                a limit is passed
//   init         the first process of a process namespace if there is one, else the leader of a process group
//   program      sets its own limits, and executes the program
//
// Whatever the program has started ends with it. In a process namespace the system sees to that. Else the supervisor
// is, on Linux, the parent of every process whose own parent has ended, in whatever group or session: it ends its
// children until it has none.
//
// The processes report through a pipe. After a fork only async-signal-safe calls are made: the caller may have threads.

#ifdef __linux__
#define _GNU_SOURCE
#include <sys/prctl.h>
#endif

#include "confinement.h"

#include "confined.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void qat_send_event(int kind, int value) {
  event message = {kind, value};
  ssize_t written = write(EVENTS, &message, sizeof message);
  (void)written;
}

// Asks for a signal when the parent ends.
void qat_die_with_parent(int signal_number) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, signal_number);
#else
  (void)signal_number;
#endif
}

// Restores the default effect of every signal, and blocks none.
void qat_reset_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// ── Everything that was started ─────────────────────────────────────────────────────────────────

// Ends the first process with its group, and then, where the system allows it, all descendants.
static void end_everything(pid_t init) {
  kill(-init, SIGKILL);
  kill(init, SIGKILL);
#ifdef __linux__
  // The children of a process that ends become ours.
  while (qat_kill_children() > 0) {
    if (waitpid(-1, NULL, 0) < 0 && errno != EINTR) return;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
  }
#endif
}

// ── The supervisor ──────────────────────────────────────────────────────────────────────────────

static volatile sig_atomic_t must_end = 0;

static void note_end(int signal_number) {
  (void)signal_number;
  must_end = 1;
}

// A child has ended: `pselect` returns.
static void note_child(int signal_number) { (void)signal_number; }

// Waits until the first process has ended, a signal says that all must end, or a limit of all together is passed.
static void wait_for(
    pid_t init, const qat_confinement *confinement, qat_allowance *allowed, const sigset_t *awaited) {
  const int is_counted = confinement->total_memory > 0 || confinement->processes > 0;
  const struct timespec pause = {0, 50 * 1000 * 1000};
  siginfo_t info;
  while (!must_end) {
    info.si_pid = 0;
    if (waitid(P_PID, (id_t)init, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == init) break;
    if (qat_copy_streams(allowed) != 0) {
      qat_send_event(TOO_LOUD, 1);
      return;
    }
    int excess = is_counted ? qat_look_at_all(init, confinement) : 0;
    if (excess != 0) {
      qat_send_event(excess, 1);
      return;
    }
    fd_set readable;
    FD_ZERO(&readable);
    for (int stream = 0; stream < 2; stream++) {
      if (allowed->is_open[stream]) FD_SET(PIPES + stream, &readable);
    }
    pselect(END, &readable, NULL, NULL, is_counted ? &pause : NULL, awaited);
  }
}

static void become_supervisor(
    const qat_confinement *confinement, const formatted_texts *texts, pid_t caller, int pipe_end) {
  qat_reset_signals();
  if (qat_arrange_files(confinement, pipe_end) != 0) {
    event message = {FAILED, errno};
    ssize_t written = write(pipe_end, &message, sizeof message);
    (void)written;
    _exit(0);
  }
  // Signals arrive only while `pselect` waits, so that none is missed between a look and the next wait.
  sigset_t ending, none;
  sigemptyset(&ending);
  sigemptyset(&none);
  const int numbers[] = {SIGALRM, SIGINT, SIGTERM, SIGHUP, SIGCHLD};
  for (int index = 0; index < 5; index++) sigaddset(&ending, numbers[index]);
  sigprocmask(SIG_BLOCK, &ending, NULL);
  for (int index = 0; index < 5; index++) signal(numbers[index], numbers[index] == SIGCHLD ? note_child : note_end);
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  if (confinement->is_isolated) qat_isolate(confinement, texts);
  qat_die_with_parent(SIGTERM);  // after `isolate`, which may clear it
  if (getppid() != caller) _exit(0);
  pid_t init = fork();
  if (init == 0) {
    qat_reset_signals();
    qat_become_init(confinement);
  }
  if (init < 0) {
    qat_send_event(FAILED, errno);
    _exit(0);
  }
  const int is_limited = confinement->output_limit > 0;
  qat_allowance allowed = {{confinement->output_limit, confinement->output_limit}, {is_limited, is_limited}};
  if (is_limited) {
    close(1);
    close(2);
  }
  alarm(confinement->seconds);
  wait_for(init, confinement, &allowed, &none);
  end_everything(init);
  // What was written last is still in the pipes.
  if (qat_copy_streams(&allowed) != 0) qat_send_event(TOO_LOUD, 1);
  _exit(0);
}

// ── The caller ──────────────────────────────────────────────────────────────────────────────────

static ssize_t read_again(int file, event *message) {
  ssize_t count;
  do count = read(file, message, sizeof *message);
  while (count < 0 && errno == EINTR);
  return count;
}

static int start(const qat_confinement *confinement, qat_run *run) {
  formatted_texts texts;
  // With a user number other than 0 the program has no rights over its namespaces, and cannot undo their limits.
  snprintf(texts.users, sizeof texts.users, "1000 %u 1", (unsigned)geteuid());
  snprintf(texts.groups, sizeof texts.groups, "1000 %u 1", (unsigned)getegid());
  snprintf(texts.space, sizeof texts.space, "size=%lu,mode=0700", confinement->file_size);
  int ends[2];
  if (pipe(ends) != 0) return errno;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  pid_t caller = getpid();
  pid_t supervisor = fork();
  if (supervisor == 0) become_supervisor(confinement, &texts, caller, ends[1]);
  int failure = errno;
  close(ends[1]);
  if (supervisor < 0) {
    close(ends[0]);
    return failure;
  }
  run->supervisor = supervisor;
  run->events = ends[0];
  return 0;
}

int qat_start_confined(const qat_confinement *confinement, qat_run *run) {
  int failure = start(confinement, run);
  if (confinement->channel >= 0) close(confinement->channel);
  return failure;
}

void qat_await_confined(const qat_run *run, qat_outcome *outcome) {
  memset(outcome, 0, sizeof *outcome);
  outcome->was_ended = 1;  // unless an event says otherwise
  event message;
  while (read_again(run->events, &message) == (ssize_t)sizeof message) {
    if (message.kind == OFFLINE) outcome->is_offline = 1;
    if (message.kind == READONLY) outcome->is_readonly = 1;
    if (message.kind == FAILED) outcome->error = message.value;
    if (message.kind == TOO_LOUD) outcome->was_too_loud = 1;
    if (message.kind == TOO_LARGE) outcome->was_too_large = 1;
    if (message.kind == TOO_MANY) outcome->was_too_many = 1;
    if (message.kind == STATUS) outcome->status = message.value;
    if (message.kind == STATUS || message.kind == FAILED) outcome->was_ended = 0;
  }
  close(run->events);
  while (waitpid(run->supervisor, NULL, 0) < 0 && errno == EINTR) {
  }
}

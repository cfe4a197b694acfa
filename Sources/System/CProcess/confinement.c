// Three processes stand between the caller and the program:
//
//   supervisor   has an alarm, counts what the program writes, and ends the others when a limit is passed
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
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// The descriptors of the program's report and of our events, and for each stream with a limit the end of a pipe from
// which the supervisor reads, and the file to which it writes.
enum { REPORT = 3, EVENTS = 4, PIPES = 5, FILES = 7, END = 9 };
enum { STATUS = 's', FAILED = 'e', OFFLINE = 'o', READONLY = 'r', TOO_LOUD = 'l' };

typedef struct {
  int kind;
  int value;
} event;

// Texts that are formatted before the fork.
typedef struct {
  char users[64], groups[64], space[64];
} formatted_texts;

static void send_event(int kind, int value) {
  event message = {kind, value};
  ssize_t written = write(EVENTS, &message, sizeof message);
  (void)written;
}

// Asks for a signal when the parent ends.
static void die_with_parent(int signal_number) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, signal_number);
#else
  (void)signal_number;
#endif
}

// Restores the default effect of every signal, and blocks none.
static void reset_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// ── Namespaces ──────────────────────────────────────────────────────────────────────────────────

#ifdef __linux__
static int write_text(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t written = write(file, text, strlen(text));
  close(file);
  return written < 0 ? -1 : 0;
}

// mount_setattr(2), since Linux 5.12. Not every system's headers declare it, and <linux/mount.h> cannot always be
// included together with <sys/mount.h>.
enum { MOUNT_SETATTR = 442, ALL_BELOW = 0x8000 };

typedef struct {
  uint64_t set, clear, propagation, user_namespace;
} mount_attributes;

// Makes all files read-only, and mounts a file system in memory, of limited size, on the folder.
static int make_read_only(const qat_confinement *confinement, const formatted_texts *texts) {
  if (unshare(CLONE_NEWNS) != 0) return -1;
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
  mount_attributes readonly = {.set = MS_RDONLY};
  if (syscall(MOUNT_SETATTR, -1, "/", ALL_BELOW, &readonly, sizeof readonly) != 0) return -1;
  return mount("tmpfs", confinement->folder, "tmpfs", MS_NOSUID | MS_NODEV, texts->space);
}

static void isolate(const qat_confinement *confinement, const formatted_texts *texts) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC) != 0) return;
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", texts->users);
  write_text("/proc/self/gid_map", texts->groups);
  send_event(OFFLINE, 1);
  if (make_read_only(confinement, texts) == 0) send_event(READONLY, 1);
}
#endif

// ── The program ─────────────────────────────────────────────────────────────────────────────────

static void limit(int resource, unsigned long soft, unsigned long hard) {
  struct rlimit values = {soft, hard};
  if (soft > 0) setrlimit(resource, &values);
}

static void become_program(const qat_confinement *confinement) {
  reset_signals();
  die_with_parent(SIGKILL);
#ifdef __linux__
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#endif
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  limit(RLIMIT_CPU, confinement->cpu_seconds, confinement->cpu_seconds + 1);
  limit(RLIMIT_AS, confinement->memory, confinement->memory);
  limit(RLIMIT_FSIZE, confinement->file_size, confinement->file_size);
  if (chdir(confinement->folder) == 0) {
    execve(confinement->program, confinement->arguments, confinement->environment);
  }
  send_event(FAILED, errno);
  _exit(127);
}

static void become_init(const qat_confinement *confinement) {
  setsid();
  die_with_parent(SIGKILL);
  pid_t program = fork();
  if (program == 0) become_program(confinement);
  if (program < 0) send_event(FAILED, errno);
  int status = 0;
  pid_t ended;
  while ((ended = wait(&status)) > 0 || (ended < 0 && errno == EINTR)) {
    if (ended == program) {
      send_event(STATUS, status);
      break;
    }
  }
  _exit(0);
}

// ── Everything that was started ─────────────────────────────────────────────────────────────────

#ifdef __linux__
// Sends SIGKILL to the children of this process. Returns how many there were, or -1 if the system does not tell.
static int kill_children(void) {
  int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  char text[4096];  // of a longer list the rest comes next time
  ssize_t count = read(file, text, sizeof text);
  close(file);
  int killed = 0;
  pid_t number = 0;
  for (ssize_t index = 0; index < count; index++) {
    if (text[index] >= '0' && text[index] <= '9') {
      number = number * 10 + (text[index] - '0');
    } else if (number > 0) {
      kill(number, SIGKILL);
      killed++;
      number = 0;
    }
  }
  return count < 0 ? -1 : killed;
}
#endif

// Ends the first process with its group, and then, where the system allows it, all descendants.
static void end_everything(pid_t init) {
  kill(-init, SIGKILL);
  kill(init, SIGKILL);
#ifdef __linux__
  // The children of a process that ends become ours.
  while (kill_children() > 0) {
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

// Moves an open file above the descriptors that are given out. Returns the new descriptor, or -1 if it failed.
static int lifted(int file) {
  if (file < 0) return -1;
  int high = fcntl(file, F_DUPFD, 64);
  close(file);
  return high;
}

// Moves an open file to a descriptor. Returns 0, or -1 if it failed.
static int move_to(int file, int descriptor) {
  int high = lifted(file);
  if (high < 0) return -1;
  int result = dup2(high, descriptor);
  close(high);
  return result < 0 ? -1 : 0;
}

// Gives the program's standard output or error a file or, if it is limited, a pipe. Returns 0, or -1 if it failed.
static int arrange_stream(const qat_confinement *confinement, int stream, const char *path) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  if (confinement->output_limit == 0) return move_to(file, stream);
  if (move_to(file, FILES + stream - 1) != 0) return -1;
  int ends[2];
  if (pipe(ends) != 0) return -1;
  int from = lifted(ends[0]), to = lifted(ends[1]);
  if (move_to(from, PIPES + stream - 1) != 0 || move_to(to, stream) != 0) return -1;
  fcntl(PIPES + stream - 1, F_SETFL, O_NONBLOCK);
  fcntl(PIPES + stream - 1, F_SETFD, FD_CLOEXEC);
  fcntl(FILES + stream - 1, F_SETFD, FD_CLOEXEC);
  return 0;
}

// Gives all descriptors their files, and closes all others.
static int arrange_files(const qat_confinement *confinement, int pipe_end) {
  int high = fcntl(pipe_end, F_DUPFD, 64);
  if (high < 0) return -1;
  if (move_to(open("/dev/null", O_RDONLY), 0) != 0) return -1;
  if (arrange_stream(confinement, 1, confinement->output) != 0) return -1;
  if (arrange_stream(confinement, 2, confinement->error) != 0) return -1;
  if (move_to(open(confinement->report, O_WRONLY | O_CREAT | O_TRUNC, 0600), REPORT) != 0) return -1;
  if (move_to(high, EVENTS) != 0) return -1;
  fcntl(EVENTS, F_SETFD, FD_CLOEXEC);
  long count = sysconf(_SC_OPEN_MAX);
  if (count < 0 || count > 65536) count = 65536;
  for (int file = confinement->output_limit == 0 ? PIPES : END; file < count; file++) close(file);
  return 0;
}

// What may still be written to standard output and error.
typedef struct {
  unsigned long left[2];
  int is_open[2];
} allowance;

// Copies what is in a stream's pipe at the moment to its file. Returns -1 if it is more than the stream may have.
static int copy_stream(allowance *allowed, int stream) {
  static char chunk[1 << 16];
  ssize_t count;
  while ((count = read(PIPES + stream, chunk, sizeof chunk)) != 0) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return 0;  // empty for now
    size_t kept = (size_t)count < allowed->left[stream] ? (size_t)count : allowed->left[stream];
    for (size_t written = 0; written < kept;) {
      ssize_t now = write(FILES + stream, chunk + written, kept - written);
      if (now < 0 && errno != EINTR) return -1;  // the disk is full
      if (now > 0) written += (size_t)now;
    }
    allowed->left[stream] -= kept;
    if (kept < (size_t)count) return -1;
  }
  allowed->is_open[stream] = 0;
  return 0;
}

// Copies what is in both pipes. Returns -1 if one of them brought too much.
static int copy_streams(allowance *allowed) {
  for (int stream = 0; stream < 2; stream++) {
    if (allowed->is_open[stream] && copy_stream(allowed, stream) != 0) return -1;
  }
  return 0;
}

// Waits until the first process has ended, a signal says that all must end, or too much was written.
static void wait_for(pid_t init, allowance *allowed, const sigset_t *awaited) {
  siginfo_t info;
  while (!must_end) {
    info.si_pid = 0;
    if (waitid(P_PID, (id_t)init, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == init) break;
    if (copy_streams(allowed) != 0) {
      send_event(TOO_LOUD, 1);
      return;
    }
    fd_set readable;
    FD_ZERO(&readable);
    for (int stream = 0; stream < 2; stream++) {
      if (allowed->is_open[stream]) FD_SET(PIPES + stream, &readable);
    }
    pselect(END, &readable, NULL, NULL, NULL, awaited);
  }
}

static void become_supervisor(
    const qat_confinement *confinement, const formatted_texts *texts, pid_t caller, int pipe_end) {
  reset_signals();
  if (arrange_files(confinement, pipe_end) != 0) {
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
  if (confinement->is_isolated) isolate(confinement, texts);
#else
  (void)texts;
#endif
  die_with_parent(SIGTERM);  // after `isolate`, which may clear it
  if (getppid() != caller) _exit(0);
  pid_t init = fork();
  if (init == 0) {
    reset_signals();
    become_init(confinement);
  }
  if (init < 0) {
    send_event(FAILED, errno);
    _exit(0);
  }
  const int is_limited = confinement->output_limit > 0;
  allowance allowed = {{confinement->output_limit, confinement->output_limit}, {is_limited, is_limited}};
  if (is_limited) {
    close(1);
    close(2);
  }
  alarm(confinement->seconds);
  wait_for(init, &allowed, &none);
  end_everything(init);
  // What was written last is still in the pipes.
  if (copy_streams(&allowed) != 0) send_event(TOO_LOUD, 1);
  _exit(0);
}

// ── The caller ──────────────────────────────────────────────────────────────────────────────────

static ssize_t read_again(int file, event *message) {
  ssize_t count;
  do count = read(file, message, sizeof *message);
  while (count < 0 && errno == EINTR);
  return count;
}

int qat_run_confined(const qat_confinement *confinement, qat_outcome *outcome) {
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
  memset(outcome, 0, sizeof *outcome);
  outcome->was_ended = 1;  // unless an event says otherwise
  event message;
  while (read_again(ends[0], &message) == (ssize_t)sizeof message) {
    if (message.kind == OFFLINE) outcome->is_offline = 1;
    if (message.kind == READONLY) outcome->is_readonly = 1;
    if (message.kind == FAILED) outcome->error = message.value;
    if (message.kind == TOO_LOUD) outcome->was_too_loud = 1;
    if (message.kind == STATUS) outcome->status = message.value;
    if (message.kind == STATUS || message.kind == FAILED) outcome->was_ended = 0;
  }
  close(ends[0]);
  while (waitpid(supervisor, NULL, 0) < 0 && errno == EINTR) {
  }
  return 0;
}

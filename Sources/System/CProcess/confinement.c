// Three processes stand between the caller and the program:
//
//   supervisor   has an alarm, and ends the other two when the time is up
//   init         the first process of a process namespace if there is one, else the leader of a process group:
//                when it ends, everything that the program has started ends too
//   program      sets its own limits, and executes the program
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPORT = 3, EVENTS = 4 };  // the descriptors of the program's report and of our events
enum { STATUS = 's', FAILED = 'e', OFFLINE = 'o', READONLY = 'r' };

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

// ── The supervisor ──────────────────────────────────────────────────────────────────────────────

static volatile sig_atomic_t init_process = 0;

static void end_all(int signal_number) {
  (void)signal_number;
  if (init_process > 0) {
    kill(-init_process, SIGKILL);
    kill(init_process, SIGKILL);
  }
  _exit(0);
}

// Moves an open file to a descriptor. Returns 0, or -1 if it failed.
static int move_to(int file, int descriptor) {
  if (file < 0) return -1;
  if (file == descriptor) return 0;
  int result = dup2(file, descriptor);
  close(file);
  return result < 0 ? -1 : 0;
}

// Gives standard input, output and error, the report and the pipe the descriptors 0 to 4, and closes all others.
static int arrange_files(const qat_confinement *confinement, int pipe_end) {
  int high = fcntl(pipe_end, F_DUPFD, 64);  // above the five descriptors
  if (high < 0) return -1;
  const int create = O_WRONLY | O_CREAT | O_TRUNC;
  if (move_to(open("/dev/null", O_RDONLY), 0) != 0) return -1;
  if (move_to(open(confinement->output, create, 0600), 1) != 0) return -1;
  if (move_to(open(confinement->error, create | O_APPEND, 0600), 2) != 0) return -1;
  if (move_to(open(confinement->report, create, 0600), REPORT) != 0) return -1;
  if (move_to(high, EVENTS) != 0) return -1;
  fcntl(EVENTS, F_SETFD, FD_CLOEXEC);
  long count = sysconf(_SC_OPEN_MAX);
  if (count < 0 || count > 65536) count = 65536;
  for (int file = EVENTS + 1; file < count; file++) close(file);
  return 0;
}

static void become_supervisor(const qat_confinement *confinement, const formatted_texts *texts, int pipe_end) {
  die_with_parent(SIGTERM);  // so that it ends the others first
  reset_signals();
  if (arrange_files(confinement, pipe_end) != 0) {
    event message = {FAILED, errno};
    ssize_t written = write(pipe_end, &message, sizeof message);
    (void)written;
    _exit(0);
  }
#ifdef __linux__
  if (confinement->is_isolated) isolate(confinement, texts);
#endif
  const int ending[] = {SIGALRM, SIGINT, SIGTERM, SIGHUP};
  for (int index = 0; index < 4; index++) signal(ending[index], end_all);
  pid_t init = fork();
  if (init == 0) {
    reset_signals();
    become_init(confinement);
  }
  if (init < 0) {
    send_event(FAILED, errno);
    _exit(0);
  }
  init_process = init;
  alarm(confinement->seconds);
  siginfo_t info;
  while (waitid(P_PID, (id_t)init, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  kill(-init, SIGKILL);  // the processes left in its group
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
  pid_t supervisor = fork();
  if (supervisor == 0) become_supervisor(confinement, &texts, ends[1]);
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
    if (message.kind == STATUS) outcome->status = message.value;
    if (message.kind == STATUS || message.kind == FAILED) outcome->was_ended = 0;
  }
  close(ends[0]);
  while (waitpid(supervisor, NULL, 0) < 0 && errno == EINTR) {
  }
  return 0;
}

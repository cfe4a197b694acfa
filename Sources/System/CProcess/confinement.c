// Three processes stand between the caller and the program:
//
//   supervisor   holds the clock, and ends the other two when it rings
//   init         the first process of a process namespace where there is one, else the leader of a group:
//                when it is gone, everything that the program has started goes too
//   program      gives itself the limits, and becomes the program
//
// What happens is told through a pipe. After a fork only calls that are safe there are made: the caller may
// have threads.

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

enum { REPORT = 3, TELL = 4 };  // the descriptors that the program writes its report to, and we our news
enum { STATUS = 's', FAILED = 'e', OFFLINE = 'o', READONLY = 'r' };

typedef struct {
  int kind;
  int value;
} news;

// What has to be put into words before the fork.
typedef struct {
  char users[64], groups[64], space[64];
} wording;

static void tell(int kind, int value) {
  news message = {kind, value};
  ssize_t written = write(TELL, &message, sizeof message);
  (void)written;
}

// If the parent is gone, this signal comes.
static void die_with_parent(int number) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, number);
#else
  (void)number;
#endif
}

static void take_signals(void) {
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

// mount_setattr(2), since Linux 5.12. Not every system's headers have it, and where they do, <linux/mount.h> and
// <sys/mount.h> do not always go together.
enum { MOUNT_SETATTR = 442, ALL_BELOW = 0x8000 };

typedef struct {
  uint64_t set, clear, propagation, user_namespace;
} mount_attributes;

// Everything becomes read-only but the folder, which becomes one in memory, of limited size.
static int take_writing_away(const qat_confinement *confinement, const wording *words) {
  if (unshare(CLONE_NEWNS) != 0) return -1;
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
  mount_attributes readonly = {.set = MS_RDONLY};
  if (syscall(MOUNT_SETATTR, -1, "/", ALL_BELOW, &readonly, sizeof readonly) != 0) return -1;
  return mount("tmpfs", confinement->folder, "tmpfs", MS_NOSUID | MS_NODEV, words->space);
}

static void isolate(const qat_confinement *confinement, const wording *words) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC) != 0) return;
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", words->users);
  write_text("/proc/self/gid_map", words->groups);
  tell(OFFLINE, 1);
  if (take_writing_away(confinement, words) == 0) tell(READONLY, 1);
}
#endif

// ── The program ─────────────────────────────────────────────────────────────────────────────────

static void limit(int resource, unsigned long soft, unsigned long hard) {
  struct rlimit values = {soft, hard};
  if (soft > 0) setrlimit(resource, &values);
}

static void become_program(const qat_confinement *confinement) {
  take_signals();
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
  tell(FAILED, errno);
  _exit(127);
}

static void become_init(const qat_confinement *confinement) {
  setsid();
  die_with_parent(SIGKILL);
  pid_t program = fork();
  if (program == 0) become_program(confinement);
  if (program < 0) tell(FAILED, errno);
  int status = 0;
  pid_t ended;
  while ((ended = wait(&status)) > 0 || (ended < 0 && errno == EINTR)) {
    if (ended == program) {
      tell(STATUS, status);
      break;
    }
  }
  _exit(0);
}

// ── The supervisor ──────────────────────────────────────────────────────────────────────────────

static volatile sig_atomic_t init_process = 0;

static void end_all(int number) {
  (void)number;
  if (init_process > 0) {
    kill(-init_process, SIGKILL);
    kill(init_process, SIGKILL);
  }
  _exit(0);
}

static int put_at(int file, int place) {
  if (file < 0) return -1;
  if (file == place) return 0;
  int result = dup2(file, place);
  close(file);
  return result < 0 ? -1 : 0;
}

// Standard input, output and error, the report and the pipe get the descriptors 0 to 4, and there are no others.
static int arrange_files(const qat_confinement *confinement, int pipe_end) {
  int high = fcntl(pipe_end, F_DUPFD, 64);  // out of the way of the five
  if (high < 0) return -1;
  const int create = O_WRONLY | O_CREAT | O_TRUNC;
  if (put_at(open("/dev/null", O_RDONLY), 0) != 0) return -1;
  if (put_at(open(confinement->output, create, 0600), 1) != 0) return -1;
  if (put_at(open(confinement->error, create | O_APPEND, 0600), 2) != 0) return -1;
  if (put_at(open(confinement->report, create, 0600), REPORT) != 0) return -1;
  if (put_at(high, TELL) != 0) return -1;
  fcntl(TELL, F_SETFD, FD_CLOEXEC);
  long count = sysconf(_SC_OPEN_MAX);
  if (count < 0 || count > 65536) count = 65536;
  for (int file = TELL + 1; file < count; file++) close(file);
  return 0;
}

static void become_supervisor(const qat_confinement *confinement, const wording *words, int pipe_end) {
  die_with_parent(SIGTERM);  // so that it ends the others first
  take_signals();
  if (arrange_files(confinement, pipe_end) != 0) {
    news message = {FAILED, errno};
    ssize_t written = write(pipe_end, &message, sizeof message);
    (void)written;
    _exit(0);
  }
#ifdef __linux__
  if (confinement->is_isolated) isolate(confinement, words);
#endif
  const int ending[] = {SIGALRM, SIGINT, SIGTERM, SIGHUP};
  for (int index = 0; index < 4; index++) signal(ending[index], end_all);
  pid_t init = fork();
  if (init == 0) {
    take_signals();
    become_init(confinement);
  }
  if (init < 0) {
    tell(FAILED, errno);
    _exit(0);
  }
  init_process = init;
  alarm(confinement->seconds);
  siginfo_t info;
  while (waitid(P_PID, (id_t)init, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  kill(-init, SIGKILL);  // whoever is left in its group
  _exit(0);
}

// ── The caller ──────────────────────────────────────────────────────────────────────────────────

static ssize_t read_again(int file, news *message) {
  ssize_t count;
  do count = read(file, message, sizeof *message);
  while (count < 0 && errno == EINTR);
  return count;
}

int qat_run_confined(const qat_confinement *confinement, qat_outcome *outcome) {
  wording words;
  // Under another number than 0 the program cannot undo what was done to its namespaces.
  snprintf(words.users, sizeof words.users, "1000 %u 1", (unsigned)geteuid());
  snprintf(words.groups, sizeof words.groups, "1000 %u 1", (unsigned)getegid());
  snprintf(words.space, sizeof words.space, "size=%lu,mode=0700", confinement->file_size);
  int ends[2];
  if (pipe(ends) != 0) return errno;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  pid_t supervisor = fork();
  if (supervisor == 0) become_supervisor(confinement, &words, ends[1]);
  int failure = errno;
  close(ends[1]);
  if (supervisor < 0) {
    close(ends[0]);
    return failure;
  }
  memset(outcome, 0, sizeof *outcome);
  outcome->was_ended = 1;  // until we hear otherwise
  news message;
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

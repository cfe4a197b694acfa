// A parser in a child that was forked and executes no other program.
//
// The limit of open descriptors is what keeps it from files and the network, on every system: with a limit of 0 none
// can be opened, while those that are open work on. The filter of system calls is a second wall, on Linux.

#ifdef __linux__
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "confined_parse.h"

#include "confined.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FILE_END = 3, OUTPUT_END = 4 };

// ── The child ───────────────────────────────────────────────────────────────────────────────────

// Gives the file and the pipe their descriptors, leads the standard ones nowhere, and closes all others.
static int arrange_descriptors(int file, int output) {
  int nowhere = open("/dev/null", O_RDWR);
  // First above the places where they go, so that none overwrites another.
  file = fcntl(file, F_DUPFD, OUTPUT_END + 1);
  output = fcntl(output, F_DUPFD, OUTPUT_END + 1);
  nowhere = fcntl(nowhere, F_DUPFD, OUTPUT_END + 1);
  if (file < 0 || output < 0 || nowhere < 0) return -1;
  for (int standard = 0; standard < 3; standard++) {
    if (dup2(nowhere, standard) < 0) return -1;
  }
  if (dup2(file, FILE_END) < 0 || dup2(output, OUTPUT_END) < 0) return -1;
#if defined(__linux__) && defined(SYS_close_range)
  if (syscall(SYS_close_range, OUTPUT_END + 1, ~0U, 0) == 0) return 0;
#endif
  struct rlimit descriptors = {0, 0};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  const int most = descriptors.rlim_cur < 65536 ? (int)descriptors.rlim_cur : 65536;
  for (int other = OUTPUT_END + 1; other < most; other++) close(other);
  return 0;
}

static int limit(int resource, unsigned long soft, unsigned long hard) {
  struct rlimit values = {soft, hard};
  return setrlimit(resource, &values);
}

// The bytes of address space that this process has; 0 where the system does not tell.
static unsigned long address_space(void) {
  unsigned long pages = 0;
#ifdef __linux__
  char text[64];
  int file = open("/proc/self/statm", O_RDONLY);
  ssize_t count = file < 0 ? 0 : read(file, text, sizeof text);
  if (file >= 0) close(file);
  for (ssize_t index = 0; index < count && text[index] >= '0' && text[index] <= '9'; index++) {
    pages = pages * 10 + (unsigned long)(text[index] - '0');
  }
#endif
  return pages * (unsigned long)sysconf(_SC_PAGESIZE);
}

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#ifdef __x86_64__
enum { ARCHITECTURE = AUDIT_ARCH_X86_64, FOREIGN = 0x40000000 };
#else
enum { ARCHITECTURE = AUDIT_ARCH_AARCH64, FOREIGN = 0x7fffffff };
#endif

// Allows the calls that take memory, read, write, tell the time and end; every other fails with EPERM.
static int filter_system_calls(void) {
  static const unsigned allowed[] = {
    SYS_read, SYS_pread64, SYS_write, SYS_lseek, SYS_close, SYS_fstat, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect,
    SYS_madvise, SYS_brk, SYS_futex, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
    SYS_getpid, SYS_gettid, SYS_clock_gettime, SYS_gettimeofday, SYS_getrandom, SYS_sched_yield,
    SYS_sched_getaffinity, SYS_restart_syscall, SYS_exit, SYS_exit_group,
  };
  enum { COUNT = sizeof allowed / sizeof allowed[0], HEAD = 5 };
  struct sock_filter filter[HEAD + 2 * COUNT + 1];
  const struct sock_filter failure = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  filter[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
  filter[2] = failure;
  filter[3] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  filter[4] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN, 2 * COUNT, 0);
  for (int index = 0; index < COUNT; index++) {
    filter[HEAD + 2 * index] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[index], 0, 1);
    filter[HEAD + 2 * index + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  }
  filter[HEAD + 2 * COUNT] = failure;
  struct sock_fprog program = {HEAD + 2 * COUNT + 1, filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
#else
static int filter_system_calls(void) { return 0; }
#endif

static void become_parser(
    int file, size_t size, int output, unsigned long memory, unsigned cpu_seconds, qat_parser parser,
    const void *settings) {
  qat_reset_signals();
  qat_die_with_parent(SIGKILL);
  if (arrange_descriptors(file, output) != 0) _exit(126);
  const unsigned char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, FILE_END, 0);
  if (bytes == MAP_FAILED) _exit(126);
  close(FILE_END);
  const unsigned long space = address_space();
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_CPU, cpu_seconds, cpu_seconds + 1);
#ifdef __linux__
  if (limit(RLIMIT_AS, space + memory, space + memory) != 0) _exit(126);
#else
  limit(RLIMIT_AS, space + memory, space + memory);  // where the system has no such limit, the call fails
#endif
  if (limit(RLIMIT_FSIZE, 0, 0) != 0 || limit(RLIMIT_NOFILE, 0, 0) != 0) _exit(126);
#ifdef __linux__
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) filter_system_calls();
#endif
  parser(bytes, size, OUTPUT_END, settings);
  _exit(0);
}

// ── The caller ──────────────────────────────────────────────────────────────────────────────────

int qat_start_parse(
    int file, size_t size, unsigned long memory, unsigned cpu_seconds, qat_parser parser, const void *settings,
    qat_parse *parse) {
  int ends[2];
  if (pipe(ends) != 0) return errno;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  pid_t process = fork();
  if (process == 0) become_parser(file, size, ends[1], memory, cpu_seconds, parser, settings);
  int failure = errno;
  close(ends[1]);
  if (process < 0) {
    close(ends[0]);
    return failure;
  }
  parse->process = process;
  parse->results = ends[0];
  return 0;
}

static long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long qat_read_results(const qat_parse *parse, void *bytes, size_t count, unsigned seconds) {
  const long end = milliseconds() + (long)seconds * 1000;
  size_t filled = 0;
  while (filled < count) {
    struct pollfd pipe_end = {.fd = parse->results, .events = POLLIN};
    const long left = end - milliseconds();
    int ready = left <= 0 ? 0 : poll(&pipe_end, 1, (int)left);
    if (ready == 0) return -2;
    if (ready < 0 && errno != EINTR) return -1;
    if (ready < 0) continue;
    const size_t wanted = count - filled < 1 << 30 ? count - filled : 1 << 30;
    ssize_t found = read(parse->results, (char *)bytes + filled, wanted);
    if (found < 0 && errno != EINTR) return -1;
    if (found == 0) break;
    if (found > 0) filled += (size_t)found;
  }
  return (long)filled;
}

void qat_end_parse(const qat_parse *parse, int must_end, qat_parse_end *end) {
  close(parse->results);
  if (must_end) kill(parse->process, SIGKILL);
  int status = 0;
  pid_t ended;
  do ended = waitpid(parse->process, &status, 0);
  while (ended < 0 && errno == EINTR);
  end->is_unknown = ended != parse->process;
  end->signal = !end->is_unknown && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end->status = !end->is_unknown && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

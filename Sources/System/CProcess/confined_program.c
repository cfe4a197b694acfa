// The walls and limits of a confined program: namespaces, resources, and the process that runs it.

#ifdef __linux__
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "confined.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

void qat_isolate(const qat_confinement *confinement, const formatted_texts *texts) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC) != 0) return;
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", texts->users);
  write_text("/proc/self/gid_map", texts->groups);
  qat_send_event(OFFLINE, 1);
  if (make_read_only(confinement, texts) == 0) qat_send_event(READONLY, 1);
}
#else
void qat_isolate(const qat_confinement *confinement, const formatted_texts *texts) {
  (void)confinement;
  (void)texts;
}
#endif

// ── The program ─────────────────────────────────────────────────────────────────────────────────

static void limit(int resource, unsigned long soft, unsigned long hard) {
  struct rlimit values = {soft, hard};
  if (soft > 0) setrlimit(resource, &values);
}

static void become_program(const qat_confinement *confinement) {
  qat_reset_signals();
  qat_die_with_parent(SIGKILL);
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
  qat_send_event(FAILED, errno);
  _exit(127);
}

void qat_become_init(const qat_confinement *confinement) {
  setsid();
  qat_die_with_parent(SIGKILL);
  pid_t program = fork();
  if (program == 0) become_program(confinement);
  if (program < 0) qat_send_event(FAILED, errno);
  int status = 0;
  pid_t ended;
  while ((ended = wait(&status)) > 0 || (ended < 0 && errno == EINTR)) {
    if (ended == program) {
      qat_send_event(STATUS, status);
      break;
    }
  }
  _exit(0);
}

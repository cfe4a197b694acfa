// All that a confined program has started: how much it takes together, and its end.
//
// A control group would say both, but few systems let a user make one; the lists of children in /proc are everywhere.

#ifdef __linux__
#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/syscall.h>
#endif

#include "confined.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef __linux__
// More processes than any limit: beyond it counting stops.
enum { MOST = 4096 };

// Reads the beginning of a small file of /proc. Returns how many bytes there were, or -1.
static ssize_t read_text(const char *path, char *text, size_t size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t count = read(file, text, size);
  close(file);
  return count;
}

// Adds the numbers in a list of children to an array. A number that is cut off at the end comes next time.
static int add_numbers(const char *text, ssize_t count, pid_t *numbers, int known, int most) {
  pid_t number = 0;
  for (ssize_t index = 0; index < count; index++) {
    if (text[index] >= '0' && text[index] <= '9') {
      number = number * 10 + (text[index] - '0');
    } else if (number > 0) {
      if (known < most) numbers[known++] = number;
      number = 0;
    }
  }
  return known;
}

// Joins the parts of a path, without `snprintf`: after a fork only async-signal-safe calls are made.
static void join(char *path, const char *before, long number, const char *middle, const char *name, const char *after) {
  char digits[24];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  while (*before) *path++ = *before++;
  while (count > 0) *path++ = digits[--count];
  while (*middle) *path++ = *middle++;
  while (*name) *path++ = *name++;
  while (*after) *path++ = *after++;
  *path = 0;
}

typedef struct {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
} directory_entry;

// Adds the children of each thread of a process.
static int add_children(pid_t process, pid_t *numbers, int known) {
  char path[128];
  join(path, "/proc/", process, "/task", "", "");
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return known;
  _Alignas(directory_entry) char entries[4096];
  long count;
  while ((count = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
    for (long at = 0; at < count;) {
      const directory_entry *entry = (const directory_entry *)(entries + at);
      at += entry->length;
      if (entry->name[0] < '0' || entry->name[0] > '9') continue;
      char text[4096];
      join(path, "/proc/", process, "/task/", entry->name, "/children");
      known = add_numbers(text, read_text(path, text, sizeof text), numbers, known, MOST);
    }
  }
  close(folder);
  return known;
}

// The bytes that a process has in memory, shared ones included; 0 if it has ended.
static unsigned long resident(pid_t process, unsigned long page) {
  char path[64], text[128];
  join(path, "/proc/", process, "/statm", "", "");
  ssize_t count = read_text(path, text, sizeof text);
  ssize_t index = 0;
  while (index < count && text[index] != ' ') index++;  // its address space
  unsigned long pages = 0;
  for (index++; index < count && text[index] != ' '; index++) pages = pages * 10 + (unsigned long)(text[index] - '0');
  return pages * page;
}

// Whether a process still runs the caller's program, as it does between a fork and the call of another program. Its
// pages are the caller's then, however many these are, and no memory of the confined program.
static int runs_callers_program(pid_t process) {
  char path[64];
  join(path, "/proc/", process, "/exe", "", "");
  struct stat own, other;
  return stat("/proc/self/exe", &own) == 0 && stat(path, &other) == 0 && own.st_dev == other.st_dev
    && own.st_ino == other.st_ino;
}

int qat_look_at_all(int first, const qat_confinement *confinement) {
  static pid_t numbers[MOST];
  const unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE);
  unsigned long memory = 0;
  numbers[0] = first;
  int known = 1;
  for (int index = 0; index < known; index++) {
    known = add_children(numbers[index], numbers, known);
    if (!runs_callers_program(numbers[index])) memory += resident(numbers[index], page);
    if (confinement->processes > 0 && (unsigned)known > confinement->processes) return TOO_MANY;
    if (confinement->total_memory > 0 && memory > confinement->total_memory) return TOO_LARGE;
  }
  return 0;
}

int qat_kill_children(void) {
  char text[4096];  // of a longer list the rest comes next time
  ssize_t count = read_text("/proc/thread-self/children", text, sizeof text);
  if (count < 0) return -1;
  static pid_t numbers[MOST];
  int known = add_numbers(text, count, numbers, 0, MOST);
  for (int index = 0; index < known; index++) kill(numbers[index], SIGKILL);
  return known;
}
#else
int qat_look_at_all(int first, const qat_confinement *confinement) {
  (void)first;
  (void)confinement;
  return 0;
}

int qat_kill_children(void) { return -1; }
#endif

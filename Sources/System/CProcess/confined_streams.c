// The files and pipes of a confined program, and how much may go through them.

#include "confined.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

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
int qat_arrange_files(const qat_confinement *confinement, int pipe_end) {
  int high = fcntl(pipe_end, F_DUPFD, 64);
  int channel = confinement->channel < 0 ? -1 : fcntl(confinement->channel, F_DUPFD, 64);
  if (high < 0) return -1;
  if (move_to(open("/dev/null", O_RDONLY), 0) != 0) return -1;
  if (arrange_stream(confinement, 1, confinement->output) != 0) return -1;
  if (arrange_stream(confinement, 2, confinement->error) != 0) return -1;
  int report = channel >= 0 ? channel : open(confinement->report, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (move_to(report, REPORT) != 0) return -1;
  if (move_to(high, EVENTS) != 0) return -1;
  fcntl(EVENTS, F_SETFD, FD_CLOEXEC);
  long count = sysconf(_SC_OPEN_MAX);
  if (count < 0 || count > 65536) count = 65536;
  for (int file = confinement->output_limit == 0 ? PIPES : END; file < count; file++) close(file);
  return 0;
}

// Copies what is in a stream's pipe at the moment to its file. Returns -1 if it is more than the stream may have.
static int copy_stream(qat_allowance *allowed, int stream) {
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
int qat_copy_streams(qat_allowance *allowed) {
  for (int stream = 0; stream < 2; stream++) {
    if (allowed->is_open[stream] && copy_stream(allowed, stream) != 0) return -1;
  }
  return 0;
}

// ── Channels ────────────────────────────────────────────────────────────────────────────────────

int qat_make_channel(int ends[2], unsigned seconds) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return errno;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  struct timeval patience = {(time_t)seconds, 0};
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
#ifdef SO_NOSIGPIPE
  int yes = 1;
  setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
  return 0;
}

int qat_send(int channel, const void *bytes, unsigned long count) {
#ifdef MSG_NOSIGNAL
  const int flags = MSG_NOSIGNAL;
#else
  const int flags = 0;
#endif
  for (unsigned long sent = 0; sent < count;) {
    ssize_t now = send(channel, (const char *)bytes + sent, count - sent, flags);
    if (now < 0 && errno != EINTR) return errno;
    if (now > 0) sent += (unsigned long)now;
  }
  return 0;
}

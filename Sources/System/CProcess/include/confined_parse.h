// Runs a parser of a large C library in a child process with limited rights and resources: for files that nobody has
// checked. Whatever the file makes of the parser, the caller's process has only to read a pipe.

#ifndef QAT_CONFINED_PARSE_H
#define QAT_CONFINED_PARSE_H

#include <stddef.h>

// Reads the bytes of a file and writes what it finds to `output`, with write(2). It runs in the child alone, with the
// file's bytes mapped for reading and `output` as the only open descriptor besides the standard ones, which lead
// nowhere.
typedef void (*qat_parser)(const unsigned char *bytes, size_t size, int output, const void *settings);

// A parser that runs.
typedef struct {
  int process;  // its process
  int results;  // the end of the pipe at which its results are read
} qat_parse;

// How a parser ended.
typedef struct {
  int signal;     // the signal that ended it; 0 if none did
  int status;     // else its exit status
  int is_unknown; // whether the system does not tell, because the caller's process ignores the end of its children
} qat_parse_end;

// Starts a parser of an open file's first `size` bytes, which are not 0.
//
// The child may take `memory` bytes more than this process has, and `cpu_seconds` of processor time. It opens no file
// and no connection, and starts no process; on Linux on x86-64 and ARM64, where the kernel permits filters, it may make no other system calls than those
// that take memory, read, write and end. Returns 0, or errno.
int qat_start_parse(
    int file, size_t size, unsigned long memory, unsigned cpu_seconds, qat_parser parser, const void *settings,
    qat_parse *parse);

// Reads exactly `count` bytes of the results. Returns how many there were before they ended, -1 with errno, or -2 if
// they did not all arrive within `seconds`.
long qat_read_results(const qat_parse *parse, void *bytes, size_t count, unsigned seconds);

// Closes the pipe and waits for the parser's end, which it hastens if the parser `must_end`.
void qat_end_parse(const qat_parse *parse, int must_end, qat_parse_end *end);

#endif

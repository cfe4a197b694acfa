// What the parts of a confined run share; see confinement.c.

#ifndef QAT_CONFINED_H
#define QAT_CONFINED_H

#include "confinement.h"

// The descriptors of the program's report and of our events, and for each stream with a limit the end of a pipe from
// which the supervisor reads, and the file to which it writes.
enum { REPORT = 3, EVENTS = 4, PIPES = 5, FILES = 7, END = 9 };
enum { STATUS = 's', FAILED = 'e', OFFLINE = 'o', READONLY = 'r', TOO_LOUD = 'l', TOO_LARGE = 'm', TOO_MANY = 'p' };

typedef struct {
  int kind;
  int value;
} event;

// Texts that are formatted before the fork.
typedef struct {
  char users[64], groups[64], space[64];
} formatted_texts;

// Reports to the caller.
void qat_send_event(int kind, int value);

// Asks for a signal when the parent ends.
void qat_die_with_parent(int signal_number);

// Restores the default effect of every signal, and blocks none.
void qat_reset_signals(void);

// ── confined_program.c ──────────────────────────────────────────────────────────────────────────

// Takes away network, other processes and writing, as far as the system permits it, and reports what it did.
void qat_isolate(const qat_confinement *confinement, const formatted_texts *texts);

// Becomes the first process, which runs the program and ends with it.
void qat_become_init(const qat_confinement *confinement);

// ── confined_streams.c ──────────────────────────────────────────────────────────────────────────

// What may still be written to standard output and error, and whether their pipes are open.
typedef struct {
  unsigned long left[2];
  int is_open[2];
} qat_allowance;

// Gives all descriptors their files, and closes all others. Returns 0, or -1 if it failed.
int qat_arrange_files(const qat_confinement *confinement, int pipe_end);

// Copies what is in both pipes at the moment to their files. Returns -1 if one of them brought too much.
int qat_copy_streams(qat_allowance *allowed);

// ── confined_processes.c ────────────────────────────────────────────────────────────────────────

// Sends SIGKILL to the children of this process. Returns how many there were, or -1 if the system does not tell.
int qat_kill_children(void);

// Looks at a process and all its descendants. Returns TOO_LARGE or TOO_MANY if they are beyond a limit, else 0.
int qat_look_at_all(int first, const qat_confinement *confinement);

#endif

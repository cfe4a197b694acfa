// Runs a program with limited rights and resources: for code that nobody has checked. For files that nobody has checked
// there is confined_parse.h.

#ifndef QAT_CONFINEMENT_H
#define QAT_CONFINEMENT_H

// A program, its files and its limits. A limit of 0 means no limit.
typedef struct {
  const char *program;       // the path of the executable
  char *const *arguments;    // with the program's name first and NULL last
  char *const *environment;  // NULL last
  const char *folder;        // its working directory
  const char *output;        // the file for its standard output
  const char *error;         // the file for its standard error
  const char *report;        // the file for its descriptor 3, where it has no channel
  int channel;               // the socket for its descriptor 3; -1 for none
  unsigned seconds;          // the limit of its running time
  unsigned cpu_seconds;      // the limit of its processor time
  unsigned long memory;      // the limit of its address space, in bytes
  unsigned long file_size;   // the limit of each of its files, and of its folder if that is in memory, in bytes
  unsigned long output_limit; // the limit of its standard output, and of its error, in bytes; beyond it all is ended
  unsigned long total_memory; // the limit of what it and all that it started have in memory, in bytes; on Linux
  unsigned processes;        // the limit of how many processes that are; on Linux
  int is_isolated;           // whether to take away network, other processes and writing, if the system permits it
} qat_confinement;

// The outcome of a run.
typedef struct {
  int status;       // the status of waitpid; meaningless if the program was ended or did not start
  int was_ended;    // its time was up
  int was_too_loud; // it wrote more than its output may have; the file has the beginning
  int was_too_large; // it and all that it started took more memory than they may
  int was_too_many; // it started more processes than it may
  int is_offline;   // it had no network and saw no other process
  int is_readonly;  // it could write only to its folder, which was in memory and is gone
  int error;        // errno, if it could not be started
} qat_outcome;

// A run that has begun.
typedef struct {
  int supervisor; // the process that watches over it
  int events;     // the pipe by which it reports
} qat_run;

// Starts a program. Returns 0, or errno if no process could be created. Closes the channel in this process in any case.
int qat_start_confined(const qat_confinement *confinement, qat_run *run);

// Waits for the end of a program and of every process that it started; they are ended if a limit is passed.
void qat_await_confined(const qat_run *run, qat_outcome *outcome);

// Makes the two ends of a channel: one for this process, at which reading gives up after some seconds, and one for
// a program. Returns 0, or errno.
int qat_make_channel(int ends[2], unsigned seconds);

// Sends bytes through a channel. Returns 0, or errno; without a signal if nobody reads them any more.
int qat_send(int channel, const void *bytes, unsigned long count);

#endif

// Runs a program with less than everything: for code that its runner did not write and has not read.

#ifndef QAT_CONFINEMENT_H
#define QAT_CONFINEMENT_H

// What a program is given. A limit of 0 is none.
typedef struct {
  const char *program;       // the path of the executable
  char *const *arguments;    // with the program's name first and NULL last
  char *const *environment;  // NULL last
  const char *folder;        // where it works
  const char *output;        // the file that takes what it prints
  const char *error;         // the file that takes what it says on standard error
  const char *report;        // the file that takes what it writes to descriptor 3
  unsigned seconds;          // how long it may take
  unsigned cpu_seconds;      // how long it may compute
  unsigned long memory;      // how many bytes of addresses it may use
  unsigned long file_size;   // how many bytes a file of its own may have, and its whole folder if that is its own
  int is_isolated;           // whether to take network, other processes and writing away, where the system lets us
} qat_confinement;

// What became of it.
typedef struct {
  int status;       // as waitpid has it; meaningless if it was ended or did not start
  int was_ended;    // its time was up
  int is_offline;   // it had no network and saw no other process
  int is_readonly;  // it could write to its own folder alone, which was taken away with it
  int error;        // errno, where it could not be started
} qat_outcome;

// Runs a program to its end, or ends it and all it started. Returns 0, or errno where no process could be made.
int qat_run_confined(const qat_confinement *confinement, qat_outcome *outcome);

#endif

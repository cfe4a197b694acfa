// Work in a child that is forked and executes no other program: it begins with all that its parent has loaded.

#ifndef QAT_IN_CHILD_H
#define QAT_IN_CHILD_H

// How a child ended.
typedef struct {
  int signal;  // the signal that ended it; 0 if it left by itself
  int code;    // its exit code, where it left
} qat_child_end;

// Forks, works in the child, and waits for its end; a child that comes to the end of its work has the code 0.
//
// Only for a process that has one thread. Returns 0, or errno if there could be no child.
int qat_run_in_child(void (*work)(void *context), void *context, qat_child_end *end);

#endif

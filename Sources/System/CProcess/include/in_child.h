// Work in a child that is forked and executes no other program: it begins with all that its parent has loaded.

#ifndef QAT_IN_CHILD_H
#define QAT_IN_CHILD_H

// Forks, works in the child, and waits for its end; a child that comes to the end of its work leaves with 0.
//
// Only for a process that has one thread. That thread keeps the parent's number in Swift's run-time library: what it
// initializes in the child while another thread of the child waits for it is never told to be ready. What the child has
// left running is ended where this process is the first of a process namespace, and stays elsewhere.
//
// Returns 0 and the signal that ended the child, 0 if it left by itself; or errno if there could be no child, or its end could not be awaited.
int qat_run_in_child(void (*work)(void *context), void *context, int *signal_number);

#endif

#ifndef QAT_INTERRUPTS_H
#define QAT_INTERRUPTS_H

// Between the outermost watch and unwatch, the first Ctrl-C (SIGINT) sets a flag instead of ending the
// process; a second one ends it as usual. SIGINT is taken over only where it has its default effect: a program
// that ignores it or handles it itself goes on doing so, and the flag stays 0. Watches may nest, and come from
// several threads.
void qat_interrupts_watch(void);
void qat_interrupts_unwatch(void);

// Lets Ctrl-C end this process at once, whoever watches afterwards; a process that ignores it still does.
void qat_interrupts_end_process(void);

// 1 if Ctrl-C was pressed since the outermost watch.
int qat_interrupted(void);

#endif

#ifndef QAT_INTERRUPTS_H
#define QAT_INTERRUPTS_H

// Between the outermost watch and unwatch, the first Ctrl-C (SIGINT) sets a flag instead of ending the
// process; a second one ends it as usual. SIGINT is handled only if it has its default effect: in a program that
// ignores or handles it, nothing changes and the flag stays 0. Watches may nest, and several threads may watch.
void qat_interrupts_watch(void);
void qat_interrupts_unwatch(void);

// From now on the first Ctrl-C ends this process at once, whatever watches follow. A process that ignores SIGINT
// still does.
void qat_interrupts_end_process(void);

// 1 if Ctrl-C was pressed since the outermost watch.
int qat_interrupted(void);

#endif

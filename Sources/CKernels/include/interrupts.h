#ifndef QAT_INTERRUPTS_H
#define QAT_INTERRUPTS_H

// Between the outermost watch and unwatch, the first Ctrl-C (SIGINT) sets a flag instead of ending the
// process; a second one ends it as usual. A process that ignores it still does. Watches may nest; calls come
// from one thread.
void qat_interrupts_watch(void);
void qat_interrupts_unwatch(void);

// 1 if Ctrl-C was pressed since the outermost watch.
int qat_interrupted(void);

#endif

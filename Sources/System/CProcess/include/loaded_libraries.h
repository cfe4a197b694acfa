#ifndef QAT_LOADED_LIBRARIES_H
#define QAT_LOADED_LIBRARIES_H

// Calls a function with the path of each shared library that this process has loaded, as the loader found it.
// On Linux; elsewhere it calls nothing.
void qat_each_loaded_library(void (*visit)(const char *path, void *context), void *context);

#endif

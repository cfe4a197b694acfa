#ifndef RESIDENT_H
#define RESIDENT_H

// The bytes of memory that the process has, without those of files such as its own code, after what it does not use was
// given back to the system; 0 where that is not known.
long resident_bytes(void);

#endif

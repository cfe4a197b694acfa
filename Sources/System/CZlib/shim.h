#if !__has_include(<zlib.h>)
#error "zlib is missing: install it with `apt-get install zlib1g-dev` or `brew install zlib`"
#endif
#include <zlib.h>

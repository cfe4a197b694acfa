// libpng, and a plain sentence when it is not installed.
#pragma once

#if __has_include(<png.h>)
#include <png.h>
#else
#error "libpng is missing: apt-get install libpng-dev, or brew install libpng pkg-config"
#endif

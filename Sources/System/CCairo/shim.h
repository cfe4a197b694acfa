// Cairo, and a plain sentence when it is not installed.
#pragma once

#if __has_include(<cairo.h>)
#include <cairo.h>
#if __has_include(<cairo-svg.h>) && __has_include(<cairo-pdf.h>)
#include <cairo-pdf.h>
#include <cairo-svg.h>
#else
#error "this Cairo was built without SVG or PDF; install libcairo2-dev (apt) or cairo (brew)"
#endif
#else
#error "Cairo is missing: apt-get install libcairo2-dev, or brew install cairo pkg-config"
#endif

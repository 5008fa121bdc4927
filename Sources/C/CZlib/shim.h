// zlib starts streams by macros that name its version and the size of its struct; Swift cannot call macros.
#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

// Window bits of 15, and 16 more for gzip's header and trailer in place of zlib's own.
static inline int czlib_start_gzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

static inline int czlib_start_gunzip(z_stream *stream) {
    return inflateInit2(stream, 15 + 16);
}

#endif

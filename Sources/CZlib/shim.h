// BitSweep
// SPDX-License-Identifier: Apache-2.0

#ifndef BITSWEEP_CZLIB_H
#define BITSWEEP_CZLIB_H

#include <zlib.h>

// inflateInit2 is a macro over sizeof(z_stream), which Swift cannot import.
// 16 selects the gzip container alone; 15 is the largest window.
static inline int bitsweep_gunzip_start(z_stream *stream) {
    return inflateInit2(stream, 16 + 15);
}

#endif

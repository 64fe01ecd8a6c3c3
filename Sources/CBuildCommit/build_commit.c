// BitSweep
// SPDX-License-Identifier: Apache-2.0

#include "build_commit.h"

// Written by the plugin WriteCommit before every build. In C, so that a new commit compiles this file alone and links: in
// Swift, everything that imports the module would be compiled again.
#include "commit.h"

const char *bitsweep_build_commit(void) { return BITSWEEP_COMMIT; }

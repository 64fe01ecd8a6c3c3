// BitSweep
// SPDX-License-Identifier: Apache-2.0

#include "build_commit.h"

// Package.swift defines it. In C, so that a new commit compiles little more than this file: in Swift, everything that
// imports the module would be compiled again.
const char *bitsweep_build_commit(void) { return BITSWEEP_BUILD_COMMIT; }

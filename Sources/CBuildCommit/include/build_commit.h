// BitSweep
// SPDX-License-Identifier: Apache-2.0

#ifndef BITSWEEP_BUILD_COMMIT_H
#define BITSWEEP_BUILD_COMMIT_H

/// The commit that the program was built from, with a + if there were changes that were not committed; 'unknown' where
/// the build was not told.
const char *bitsweep_build_commit(void);

#endif

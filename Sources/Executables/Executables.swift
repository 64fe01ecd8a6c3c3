// BitSweep
// SPDX-License-Identifier: Apache-2.0

// Empty: SwiftPM builds one product a call, or else everything, with the tests' helpers and what the dependencies have
// for other uses. Building this target builds both executables, for it depends on them.

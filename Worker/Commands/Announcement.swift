// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files

/// Prints a line about the file `output`: on standard error where the file itself goes to standard output.
func announce(_ line: String, besides output: String) {
    let terminal = DurableFile.isStandardOutput(output) ? Terminal.error : .output
    terminal.tell("\(line)\n")
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

/// Prints a line about the file `output`: on standard error where the file itself goes to standard output.
func announce(_ line: String, besides output: String) {
    if DurableFile.isStandardOutput(output) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    } else {
        print(line)
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Standard input, output and error of this process.
enum StandardDescriptors {
    /// Sees to it that the three numbers are taken, before anything else is opened: a process may be started without
    /// them (`>&-`), and a store or a socket that got one would be written into by the next line that is printed.
    ///
    /// What was closed cannot be used: reading and writing fail as they would have.
    static func occupy() {
        for (number, flags) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(number, F_GETFD) < 0 {
            // The lowest number that is free is this one, as those below are taken already.
            _ = open("/dev/null", flags)
        }
    }
}

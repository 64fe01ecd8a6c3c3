// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why a file could not be written; one line that says which file, what failed and what to do.
///
/// What bore the name before is whole still, unless only the folder could not be synchronised.
package struct FileError: Error, Hashable, Sendable {
    /// The file that was to be written; where a symbolic link was named, the file that it stands for.
    package let path: String
    /// What the system said, as `errno`.
    package let code: Int32

    /// What the system said, in its own words.
    package var reason: String { Self.reason(code) }

    static func reason(_ code: Int32) -> String {
        switch code {
        case EBADF: "it is closed"
        case EAGAIN: "nobody reads it"
        default: String(cString: strerror(code))
        }
    }

    /// What is wrong and what to do, for messages that name the file themselves.
    package var problem: String { "cannot be written (\(reason)); \(advice)" }

    /// Whether whoever read standard output has had enough, as `head` has.
    package var isLeftByReader: Bool { code == EPIPE && path == Destination.standardOutput }

    /// Whether it may pass by itself, or when somebody sees to it: the disk is full, or fails for a while.
    package var mayPass: Bool { Self.mayPass(code) }

    /// The same of an `errno`.
    package static func mayPass(_ code: Int32) -> Bool { [ENOSPC, EDQUOT, EFBIG, EIO, ESTALE].contains(code) }

    private var advice: String {
        switch code {
        case EDQUOT: "free some space of its owner's, or have the quota raised"
        case EFBIG: "raise the limit of a file's size (ulimit -f), or choose another place"
        case _ where path == Destination.standardOutput: "redirect it to a place that takes it"
        case EEXIST: "it is never overwritten; choose another name"
        case EISDIR: "name a file, not a folder"
        case ELOOP: "its symbolic links lead nowhere; name a file"
        case ENAMETOOLONG: "choose a shorter name"
        case EPIPE, ENXIO, ECONNREFUSED: "nothing reads from it"
        default: "its directory must exist, be writable and have space"
        }
    }
}

extension FileError: CustomStringConvertible {
    /// One line: file, what is wrong, what to do.
    package var description: String { "\(path): \(problem)" }
}

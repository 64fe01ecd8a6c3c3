// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The limit of files that this process may have open.
package enum OpenFileLimit {
    /// What a command needs that starts no process: libraries, a store, a connection, and files of images and weights.
    static let common = 64

    /// Raises the limit until `needed` files can be open.
    ///
    /// Libraries end the process when they meet the limit, so that it is looked at before they are used.
    ///
    /// - Throws: `CommandFailure.usage` where the system does not allow so many.
    package static func require(_ needed: Int) throws(CommandFailure) {
        var limit = current
        guard limit.rlim_cur < needed else { return }
        guard limit.rlim_max >= needed else {
            throw .usage(
                "this needs \(needed) open files, and only \(limit.rlim_max) are allowed here; "
                    + "raise the limit with: ulimit -n \(needed)"
            )
        }
        limit.rlim_cur = rlim_t(needed)
        set(limit)
    }

    /// Raises the limit as far as the system lets it be raised: each worker is a connection.
    package static func raise() {
        var limit = current
        limit.rlim_cur = limit.rlim_max
        set(limit)
    }

    /// Files that this process could have open, once the limit is raised.
    package static var allowed: Int { Int(clamping: current.rlim_max) }

    /// Closes what this process inherited and could not have opened itself; processes cannot be started beside it.
    static func closeWhatLiesBeyond() {
        let limit = current.rlim_cur
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            if let number = Int32(name), rlim_t(number) >= limit { close(number) }
        }
    }

    private static var current: rlimit {
        var limit = rlimit()
        // Fails for a limit that does not exist, and for an address that does not.
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }

    private static func set(_ limit: rlimit) {
        var limit = limit
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

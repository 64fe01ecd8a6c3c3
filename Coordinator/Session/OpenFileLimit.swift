// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The limit of files that this process may have open.
enum OpenFileLimit {
    /// Raises it as far as the system lets it be raised: each worker is a connection.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

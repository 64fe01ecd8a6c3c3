// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore

extension RunOwner {
    /// This process, from `now` on.
    static func own(since now: Date) -> RunOwner {
        let process = ProcessInfo.processInfo
        return RunOwner(pid: process.processIdentifier, host: process.hostName, since: now)
    }
}

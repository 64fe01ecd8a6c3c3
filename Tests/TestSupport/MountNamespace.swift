// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Commands that see files of their own in the place of the machine's.
public enum MountNamespace {
    /// Whether this process may make such a namespace.
    public static let isPossible: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "unshare --mount mount --bind /etc/hosts /etc/hosts 2> /dev/null"]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// A line of shell that runs `command` after `mounts`, where nobody else sees what these did.
    public static func line(_ mounts: String, then command: String) -> String {
        let script = "set -e; \(mounts); exec \(command)".replacing("'", with: "'\\''")
        return "exec unshare --mount bash -c '\(script)'"
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// What this machine lets tests do; a situation that needs more is skipped.
enum Machine {
    /// Whether processes may have their own numbers, host names and mounts, as in a container.
    static let hasNamespaces = runs(
        ["unshare", "--pid", "--fork", "--kill-child", "--uts", "--mount", "--mount-proc", "true"]
    )

    /// What a command line begins with that is to be run by somebody who may write nowhere, as a shell reads it.
    ///
    /// Empty where the tests run as an ordinary user, whom the modes of files bind already; nil where nobody else can be
    /// had, or may not execute what is tested.
    static let stranger: String? = {
        if geteuid() != 0 { return "" }
        let words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        return runs(words + [Executable.coordinator.url.path, "--version"]) ? words.joined(separator: " ") : nil
    }()

    private static func runs(_ words: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

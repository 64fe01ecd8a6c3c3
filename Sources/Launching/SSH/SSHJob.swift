// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One worker that is to be started on a machine over SSH.
package struct SSHJob: Hashable, Sendable {
    /// What the worker connects with.
    package enum Secret: Hashable, Sendable {
        /// The text of an invitation, which says where to connect unless `endpoints` do.
        case invitation(String)
        /// The text of a key file.
        case key(String)
        /// Nothing: without encryption.
        case none

        /// The text of the file.
        var text: String {
            switch self {
            case .invitation(let text), .key(let text): text
            case .none: ""
            }
        }
    }

    /// What tells this job from all others, on every machine.
    package let id: String
    package let host: SSHHost
    /// SHA-256 of the executable, as hexadecimal digits.
    package let digest: String
    package let secret: Secret
    /// Where to connect; empty where the invitation says it.
    package let endpoints: [String]
    /// What else the worker is told.
    package let options: [String]

    /// A new job, with an id that no other has.
    package init(host: SSHHost, digest: String, secret: Secret, endpoints: [String], options: [String]) {
        id = String(UUID().uuidString.lowercased().filter(\.isHexDigit).prefix(12))
        (self.host, self.digest, self.secret) = (host, digest, secret)
        (self.endpoints, self.options) = (endpoints, options)
    }

    /// The worker's arguments as words of shell, where `$dir` is the job's folder.
    var words: String {
        var words = ["run"]
        switch secret {
        case .invitation: words += ["--join", "\"$dir/secret\""]
        case .key: words += ["--key", "\"$dir/secret\""]
        case .none: words += ["--insecure"]
        }
        for endpoint in endpoints { words += ["--connect", ShellWord.quoted(endpoint)] }
        if let threads = host.threads { words += ["--threads", "\(threads)"] }
        return (words + options.map(ShellWord.quoted)).joined(separator: " ")
    }
}

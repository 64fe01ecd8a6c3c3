// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Vocabulary

/// Which of this program's variables the environment sets.
struct EnvironmentCheck {
    let environment: [String: String]

    private static let prefix = "BITSWEEP_"
    private static let known = ["DATA", "KEYS", "KEY", "CONNECT", "STORE", "ISA", "COMMIT"].map { prefix + $0 }

    /// One finding for those that are known, and one for each that is probably misspelt.
    var findings: [Finding] {
        let own = environment.filter { $0.key.hasPrefix(Self.prefix) && !$0.value.isEmpty }.sorted { $0.key < $1.key }
        let set = own.filter { Self.known.contains($0.key) }.map { "\($0.key)=\(Excerpt.short($0.value))" }
        let strangers = own.filter { !Self.known.contains($0.key) }.compactMap { stranger -> Finding? in
            let meant = Self.known.first { Suggestion.distance(stranger.key, $0) <= 2 }
            let found = "\(stranger.key) is set, which nothing reads"
            return meant.map { Finding("environment", .warning, found, advice: "set \($0) if that is meant") }
        }
        let all = set.isEmpty ? "no variable \(Self.prefix)… is set" : set.joined(separator: ", ")
        return [Finding("environment", all)] + strangers
    }
}

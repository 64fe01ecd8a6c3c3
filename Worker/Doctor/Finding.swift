// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What one look at a machine, or at the way to a coordinator, showed.
struct Finding: Encodable {
    /// How good it is.
    enum Verdict: String, Encodable {
        /// As it should be.
        case ok
        /// A worker works, but less well than it could.
        case warning
        /// A worker could not work so.
        case wrong
    }

    /// What was looked at, in a word.
    let check: String
    let verdict: Verdict
    /// What was found, in a line.
    let found: String
    /// What to do; nil where there is nothing to do.
    let advice: String?

    /// Something as it should be.
    init(_ check: String, _ found: String) {
        self.init(check, .ok, found)
    }

    init(_ check: String, _ verdict: Verdict, _ found: String, advice: String? = nil) {
        (self.check, self.verdict, self.found, self.advice) = (check, verdict, found, advice)
    }
}

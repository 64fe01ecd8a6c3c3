// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ResultStore

/// Who starts workers elsewhere, and can tell what has become of them.
///
/// Launching itself differs too much between them to be asked for in one way.
package protocol Launcher: Sendable {
    /// How the workers of `jobs`, all of this launcher, stand now: job after job.
    ///
    /// - Throws: `LaunchError` where nobody can be asked at all; one place that does not answer is a worker whose state
    ///   is `unknown`.
    func workers(of jobs: [LaunchedJob]) async throws -> [LaunchedWorker]

    /// Ends what still runs, or waits, of `jobs`; a worker is given the time to hand in what it has.
    ///
    /// - Returns: for each job, why it could not be cancelled; nil where it is, or had ended before.
    func cancel(_ jobs: [LaunchedJob]) async throws -> [String?]
}

/// Why launching, or asking after what was launched, did not work: one line that says what to do.
package struct LaunchError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

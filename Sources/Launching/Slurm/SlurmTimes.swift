// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How the time of an allocation is used: the worker leaves by its own clock, then Slurm warns it, then Slurm ends it.
///
/// Slurm counts in ticks of its own: a warning that was asked for 30 s before the end came 52 s before it. And a warning
/// sooner than the worker's own clock would have it hand back a shard that fits.
package struct SlurmTimes: Hashable, Sendable {
    /// The allocation's time limit, in whole minutes, which is what Slurm counts.
    package let limit: Duration
    /// How long before its end the worker must have left.
    package let margin: Duration
    /// How long before its end Slurm sends SIGTERM.
    package let warning: Duration

    /// The shortest allocation in which a worker can do anything.
    package static let least = Duration.seconds(120)
    /// The margin unless the user says so.
    private static let usualMargin = Duration.seconds(240)
    /// Time between the worker's own end and Slurm's warning.
    private static let lead = Duration.seconds(60)

    /// An allocation of `limit`; without a `margin`, four minutes of it, at most half, are kept for leaving.
    ///
    /// - Throws: `LaunchError` where nothing is left to compute in.
    package init(limit: Duration, margin: Duration? = nil) throws(LaunchError) {
        let minutes = max(1, (limit / .seconds(60)).rounded(.up))
        self.limit = .seconds(Int(minutes) * 60)
        guard self.limit >= Self.least else { throw LaunchError("--time must be 2m at least") }
        self.margin = margin ?? min(Self.usualMargin, self.limit / 2)
        guard self.margin >= .seconds(30), self.margin <= self.limit / 2 else {
            throw LaunchError("--margin is from 30s to half of --time")
        }
        warning = max(self.margin - Self.lead, self.margin / 2)
    }

    /// The worker's `--walltime`, less what has passed before it begins.
    package var computing: Duration { limit - margin }

    /// As `--time` takes it: `1-02:30:00`.
    package var limitText: String {
        let minutes = Int(limit / .seconds(60))
        let clock = [minutes / 60 % 24, minutes % 60, 0].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return minutes < 24 * 60 ? clock : "\(minutes / (24 * 60))-\(clock)"
    }
}

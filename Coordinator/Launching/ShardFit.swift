// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Launching
import Reporting
import ResultStore
import Vocabulary

/// Whether a shard as the store has seen them ends within an allocation: otherwise every worker would leave before it has
/// computed anything.
enum ShardFit {
    /// What a worker multiplies its own estimate by before it takes a shard.
    private static let caution = 1.25

    /// - Throws: `CommandFailure.usage` where 95 % of the newest shards are not all over within the time.
    static func require(_ times: SlurmTimes, of results: ResultStore?) throws {
        guard let usual = try results?.usualShardSeconds() else { return }
        let needed = Duration.seconds(usual.seconds * caution)
        guard needed > times.computing else { return }
        let (takes, left) = (HumanText.duration(.seconds(usual.seconds)), HumanText.duration(times.computing))
        throw CommandFailure.usage(
            "a shard takes up to \(takes) (19 of 20, of \(counted(usual.shards, "shard"))), and of --time "
                + "\(times.limitText) a worker has \(left); ask for \(asked(needed, times)) or more, "
                + "or run the sweep with smaller ones (--shard-images)"
        )
    }

    /// A limit in which a shard fits, in minutes.
    private static func asked(_ needed: Duration, _ times: SlurmTimes) -> String {
        "--time \(Int(((needed + times.margin) / .seconds(60)).rounded(.up)))m"
    }
}

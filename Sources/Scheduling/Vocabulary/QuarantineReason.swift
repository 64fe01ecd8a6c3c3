// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Why a worker receives nothing more.
public enum QuarantineReason: Hashable, Sendable {
    /// Its rows of the shard differ from those of these workers.
    ///
    /// Two others outvoted it, each with a voice of its own. A worker that is named itself contradicted its own rows.
    /// Where its rows are the recorded ones, they stay in the store, and everything it recorded is in doubt.
    case differs(Shard, from: [WorkerID])
    /// It failed this many shards that others then computed, or had computed.
    case failsWhatOthersCompute(shards: Int)
    /// It failed this many shards in a row while others computed shards of the same cost class.
    case failsInARow(shards: Int)
}

extension QuarantineReason: CustomStringConvertible {
    /// The reason in words, with ids for workers.
    public var description: String {
        switch self {
        case .differs(let shard, let others) where others.isEmpty: "its rows of \(shard) differ from the recorded ones"
        case .differs(let shard, let others):
            "its rows of \(shard) differ from those of \(others.map(\.description).joined(separator: " and "))"
        case .failsWhatOthersCompute(let shards): "it failed \(counted(shards, "shard")) that others computed"
        case .failsInARow(let shards):
            "it failed \(counted(shards, "shard")) in a row while others computed such shards"
        }
    }
}

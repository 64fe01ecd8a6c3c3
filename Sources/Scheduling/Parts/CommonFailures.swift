// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Shards of a class that fail with one and the same error wherever they are tried, while nothing of the class succeeds:
/// what is left of the class would fail as they did.
///
/// A model counts as a class of its own once several of its classes have failed so.
struct CommonFailures: Sendable {
    /// What the failures of a class so far have in common.
    private struct Record {
        /// The error's pattern; nil when the errors differ.
        var pattern: String?
        /// Shards that failed, no more of them than are needed.
        var shards: Set<Shard> = []
        var hosts: Set<String> = []
        /// The latest of them.
        var example: AttemptRecord
    }

    /// Classes of one model that fail alike, after which the others are not tried either.
    private static let classesOfModel = 3

    private let threshold: Int?
    private var records: [Int: Record] = [:]
    private var succeeded: Set<Int> = []
    private var hopelessClasses: [Int: AttemptRecord] = [:]
    private var hopelessModels: [Int: AttemptRecord] = [:]

    /// - Parameter threshold: Shards after which a class is hopeless; nil when none ever is.
    init(threshold: Int?) { self.threshold = threshold }

    /// An attempt that tells why nothing of the class is tried any more; nil while it is.
    func reason(ofClass costClass: Int, model: Int) -> AttemptRecord? {
        hopelessClasses[costClass] ?? hopelessModels[model]
    }

    /// Notes that something of the class was computed: then its failures are no more than the shards'.
    mutating func noteSuccess(ofClass costClass: Int, model: Int) {
        guard succeeded.insert(costClass).inserted else { return }
        records[costClass] = nil
        hopelessClasses[costClass] = nil
        hopelessModels[model] = nil
    }

    /// Notes an attempt that ended in an engine error.
    ///
    /// - Parameters:
    ///   - attempt: The attempt.
    ///   - costClass: The class of its shard.
    ///   - model: The model of a class.
    ///   - isEverywhere: Whether nobody but these hosts could try.
    /// - Returns: What is hopeless from now on: this class, every class of the model, or nothing.
    mutating func note(
        _ attempt: AttemptRecord,
        ofClass costClass: Int,
        model: (Int) -> Int,
        isEverywhere: (Set<String>) -> Bool
    ) -> Scope? {
        guard let threshold, case .engineError(let message) = attempt.failure, !succeeded.contains(costClass),
            hopelessClasses[costClass] == nil
        else { return nil }
        let pattern = Excerpt.pattern(message)
        var record = records[costClass] ?? Record(pattern: pattern, example: attempt)
        if record.pattern != pattern { record.pattern = nil }
        if record.shards.count < threshold { record.shards.insert(attempt.attempt.shard) }
        record.hosts.insert(attempt.host)
        record.example = attempt
        records[costClass] = record
        guard let common = record.pattern, record.shards.count >= threshold, isEverywhere(record.hosts) else {
            return nil
        }
        hopelessClasses[costClass] = attempt
        let own = model(costClass)
        let alike = hopelessClasses.keys.filter { model($0) == own && records[$0]?.pattern == common }
        guard alike.count >= Self.classesOfModel, !succeeded.contains(where: { model($0) == own }) else {
            return .ofClass(costClass)
        }
        hopelessModels[own] = attempt
        return .ofModel(own)
    }

    /// What is not tried any more.
    enum Scope: Hashable {
        case ofClass(Int)
        case ofModel(Int)
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Values that take long to make: each is made once for all who ask, beside everything else, and again when what it is
/// made from has changed.
///
/// While a value is made again the older one is given. Work that is done over and over while a run grows is held back:
/// a value is not made again before it has been of use for a while.
final class Computed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// What there is of a value.
    enum Standing: Sendable {
        /// It is being made for the first time.
        case underway
        /// It is there; whether a newer one is to come.
        case ready(Value, isOld: Bool)
        /// It cannot be made, for this reason.
        case failed(String)
    }

    private struct Entry {
        var version = ""
        var result: Result<Value, ComputingFailure>?
        var isUnderway = false
        var made = ContinuousClock.now
        var cost = Duration.zero
        var used = ContinuousClock.now
    }

    private let entries = Mutex<[Key: Entry]>([:])
    private let queue: DispatchQueue
    private let most: Int
    private let leisure: Double

    /// - Parameters:
    ///   - label: What the thread is called.
    ///   - most: Values that are kept.
    ///   - leisure: How many times as long as a value took it is left alone.
    init(_ label: String, most: Int, leisure: Double = 50) {
        queue = DispatchQueue(label: label, qos: .utility)
        self.most = most
        self.leisure = leisure
    }

    /// The value of `key` as of `version`, as far as it is there.
    func value(_ key: Key, version: String, _ make: @escaping @Sendable () throws -> Value) -> Standing {
        let now = ContinuousClock.now
        let (standing, begins) = entries.withLock { entries -> (Standing, Bool) in
            var entry = entries[key] ?? Entry()
            entry.used = now
            let isOld = entry.result == nil || entry.version != version
            let rests = entry.result != nil && now - entry.made < max(.seconds(10), entry.cost * leisure)
            let begins = isOld && !entry.isUnderway && !rests
            if begins { (entry.isUnderway, entry.version) = (true, version) }
            entries[key] = entry
            Self.forget(&entries, beyond: most)
            switch entry.result {
            case nil: return (.underway, begins)
            case .success(let value): return (.ready(value, isOld: isOld), begins)
            case .failure(let failure): return (.failed(failure.reason), begins)
            }
        }
        if begins { queue.async { [self] in compute(key, make) } }
        return standing
    }

    private func compute(_ key: Key, _ make: () throws -> Value) {
        let begun = ContinuousClock.now
        let result = Result(catching: make).mapError { ComputingFailure(reason: "\($0)") }
        entries.withLock { entries in
            guard var entry = entries[key] else { return }
            entry.result = result
            entry.isUnderway = false
            entry.made = .now
            entry.cost = .now - begun
            entries[key] = entry
        }
    }

    private static func forget(_ entries: inout [Key: Entry], beyond most: Int) {
        guard entries.count > most else { return }
        if let oldest = entries.filter({ !$0.value.isUnderway }).min(by: { $0.value.used < $1.value.used }) {
            entries[oldest.key] = nil
        }
    }
}

/// Why a value cannot be made.
struct ComputingFailure: Error {
    var reason: String
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Attempts of which an idle worker runs a copy; the first table wins.
struct Races: Sendable {
    private struct Race {
        let original: WorkerAttempt
        let copy: WorkerAttempt

        func rival(of runner: WorkerAttempt) -> WorkerAttempt? {
            runner == original ? copy : runner == copy ? original : nil
        }
    }

    private var races: [Shard: Race] = [:]

    var count: Int { races.count }
    /// Both attempts of every race, in no order, for checks alone.
    var runners: [WorkerAttempt] { races.values.flatMap { [$0.original, $0.copy] } }

    /// Whether the shard has a copy already.
    func contains(_ shard: Shard) -> Bool { races[shard] != nil }

    mutating func begin(_ original: WorkerAttempt, against copy: WorkerAttempt) {
        races[copy.attempt.shard] = Race(original: original, copy: copy)
    }

    /// Ends the race that the attempt is part of and returns the other runner, and whether that is the original.
    mutating func end(with runner: WorkerAttempt) -> (rival: WorkerAttempt, isOriginal: Bool)? {
        guard !races.isEmpty, let race = races[runner.attempt.shard], let rival = race.rival(of: runner) else {
            return nil
        }
        races[runner.attempt.shard] = nil
        return (rival, rival == race.original)
    }

    func checkInvariants() throws(InvariantViolation) {
        for (shard, race) in races {
            let isOne = race.original.attempt.shard == shard && race.copy.attempt.shard == shard
            try expect(isOne && race.original != race.copy, "\(race.copy.attempt) does not run its race")
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

/// Who trained a model, as far as that matters for whether it counts.
struct Trainer: Hashable, Sendable {
    let worker: WorkerID
    /// What messages to people call it.
    let name: String
    /// Its key, or where there are none its machine.
    let kin: String
    /// Whether it is the coordinator's own user's: a local worker, or any worker of this machine where there are no keys.
    let isTrusted: Bool
}

/// Models that one training gave, before any of them counts.
///
/// Training gives the same bits everywhere, also when it goes on from a stored state. So two workers of different keys
/// that give the same file confirm each other; files that differ show that somebody's is wrong.
struct TrainedCandidates {
    private struct Candidate {
        let file: TrainedModels.File
        var trainers: [Trainer]
    }

    private var candidates: [Candidate] = []

    /// Everyone who trained it so far.
    var trainers: [Trainer] { candidates.flatMap(\.trainers) }
    /// Whether the files differ.
    var areDifferent: Bool { candidates.count > 1 }

    /// Takes a file in; the answer is the one that counts, with those who confirm it, when there is one.
    mutating func take(_ file: TrainedModels.File, by trainer: Trainer) -> (file: TrainedModels.File, by: [Trainer])? {
        if let place = candidates.firstIndex(where: { $0.file.reference == file.reference }) {
            candidates[place].trainers.append(trainer)
        } else {
            candidates.append(Candidate(file: file, trainers: [trainer]))
        }
        let accepted = candidates.first { candidate in
            candidate.trainers.contains(where: \.isTrusted) || Set(candidate.trainers.map(\.kin)).count > 1
        }
        return accepted.map { ($0.file, $0.trainers) }
    }

    /// Those whose files are not the one that counts.
    func others(than file: TrainedModels.File) -> [Trainer] {
        candidates.filter { $0.file.reference != file.reference }.flatMap(\.trainers)
    }

    /// The files that are not the one that counts.
    func files(besides file: TrainedModels.File) -> [TrainedModels.File] {
        candidates.map(\.file).filter { $0.reference != file.reference }
    }
}

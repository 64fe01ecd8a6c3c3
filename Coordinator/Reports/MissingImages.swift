// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Engine
import Networks

/// What a report lacks because images, or what their pictures are made with, are not on this machine.
struct MissingImages {
    /// A sentence for each reason, in the order in which they came.
    private(set) var notes: [String] = []

    /// What `make` gives; nil, and a note that there is no `what`, where a file is missing or is not the one that was used.
    ///
    /// - Throws: Other errors.
    mutating func noting<Made>(_ what: String, _ make: () throws -> Made?) throws -> Made? {
        do {
            return try make()
        } catch let error where error is MissingSource || error is EngineError || error is CheckpointError {
            let note = "No \(what): \(error)."
            if !notes.contains(note) { notes.append(note) }
            return nil
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What somebody calls a run: its id, the beginning of it, `@1` for the newest and `@2` for the one before, or the name of
/// its sweep, which means the newest of that.
public struct RunName: Hashable, Sendable {
    /// As it was given.
    public let text: String

    /// A name as it was given.
    public init(_ text: String) { self.text = text }

    /// What a name comes to.
    public enum Meaning: Hashable, Sendable {
        /// This run.
        case run(RunRecord)
        /// The newest of several runs of the sweep called so.
        case newest(RunRecord, of: Int)
        /// Ids that begin so, newest first.
        case several([String])
        /// None, or one place beyond the last.
        case none
    }

    /// Which of `runs`, newest first, is called so.
    public func meaning(among runs: [RunRecord]) -> Meaning {
        if let place { return runs.indices.contains(place - 1) ? .run(runs[place - 1]) : .none }
        if let exact = runs.first(where: { $0.id == text }) { return .run(exact) }
        let ofSweep = runs.filter { $0.sweep == text }
        if let newest = ofSweep.first { return ofSweep.count == 1 ? .run(newest) : .newest(newest, of: ofSweep.count) }
        let found = runs.filter { !text.isEmpty && $0.id.hasPrefix(text) }
        return found.count > 1 ? .several(found.map(\.id)) : found.first.map { .run($0) } ?? .none
    }

    /// The place from 1, newest first, of a name such as `@1`; nil for another name.
    public var place: Int? {
        guard text.first == "@", let place = Int(text.dropFirst()), place > 0 else { return nil }
        return place
    }

    /// Whether a run that is going on is called so: by the whole id or the beginning of it, by its sweep, or as the newest.
    public func fits(run id: String, of sweep: String) -> Bool {
        place == 1 || id == text || sweep == text || !text.isEmpty && id.hasPrefix(text)
    }
}

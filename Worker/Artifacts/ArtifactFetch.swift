// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

/// The course of fetching one file in chunks: what to ask for, what to keep, and when to ask again.
///
/// A value without sockets, files or clocks; times are durations since some beginning. The file grows in order, so that
/// the length of what is on disk is all there is to know after a restart.
struct ArtifactFetch {
    /// What the fetch is told.
    enum Event: Sendable {
        /// The coordinator has welcomed this worker, and knows nothing of earlier wishes.
        case joined
        /// There is no coordinator to ask.
        case parted
        /// A part of some file has come.
        case chunk(ArtifactChunk)
        /// The coordinator does not hand out some file.
        case refused(ArtifactRefusal)
        /// Nothing has happened until the deadline.
        case silence
        /// The file is no longer wanted.
        case abandoned
    }

    /// What is to be done.
    enum Action: Equatable {
        case request(ArtifactRequest)
        /// Add these bytes at the end of the file.
        case append([UInt8])
        /// All bytes are there; what they are worth, their digest tells.
        case finish
        case fail(ArtifactError)
    }

    private struct Part {
        let length: Int
        let asked: Duration
    }

    /// Silence after which everything is asked for again; doubled by every silence in a row up to `longestPatience`.
    static let patience: Duration = .seconds(15)
    static let longestPatience: Duration = .seconds(120)

    let reference: ArtifactReference
    /// When to tell of `silence`; nil while there is nobody to ask.
    private(set) var deadline: Duration?
    /// Bytes that were given to `append`, before and now.
    private var kept: Int
    /// End of what was asked for.
    private var asked: Int
    /// The parts that were asked for and have not come, by offset.
    private var outstanding: [Int: Part] = [:]
    /// Parts that came before one to their left.
    private var early: [Int: [UInt8]] = [:]
    private var window = FetchWindow()
    private var patience = Self.patience
    private var isJoined = false

    /// The fetch of the file that `reference` stands for, of which the first `kept` bytes are there.
    init(_ reference: ArtifactReference, kept: Int) {
        self.reference = reference
        self.kept = kept
        asked = kept
    }

    /// What to do because of `event`; `finish` and `fail` come last, and nothing after them.
    mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        switch event {
        case .joined:
            isJoined = true
            patience = Self.patience
            return beginAgain(now)
        case .parted:
            isJoined = false
            deadline = nil
        case .silence:
            guard let due = deadline, now >= due else { break }
            patience = min(patience * 2, Self.longestPatience)
            window.close(at: now)
            return askAgain(now)
        case .refused(let refusal):
            if refusal.digest == reference.digest { return [.fail(.refused(refusal.reason))] }
        case .chunk(let chunk):
            if chunk.digest == reference.digest { return take(chunk, now) }
        case .abandoned:
            return [.fail(.abandoned)]
        }
        return []
    }

    /// Asks for what is not kept: what was asked for over an earlier connection does not come, and this one may be slower.
    private mutating func beginAgain(_ now: Duration) -> [Action] {
        (window, outstanding, early, asked) = (FetchWindow(), [:], [:], kept)
        return askForMore(now)
    }

    /// Asks for what has not come, and for more if the window allows.
    private mutating func askAgain(_ now: Duration) -> [Action] {
        guard isJoined else { return [] }
        outstanding = outstanding.mapValues { Part(length: $0.length, asked: now) }
        let repeated = outstanding.sorted { $0.key < $1.key }.map { request($0.key, $0.value.length) }
        return repeated + askForMore(now)
    }

    private mutating func askForMore(_ now: Duration) -> [Action] {
        guard kept < reference.bytes else { return [.finish] }
        var actions: [Action] = []
        while isJoined, asked < reference.bytes,
            window.allows(after: outstanding.count + early.count, of: asked - kept)
        {
            let length = min(window.part, reference.bytes - asked)
            outstanding[asked] = Part(length: length, asked: now)
            actions.append(request(asked, length))
            asked += length
        }
        deadline = isJoined ? now + patience : nil
        return actions
    }

    /// Only what was asked for and has not come is taken: anything else is late, repeated or not for us.
    private mutating func take(_ chunk: ArtifactChunk, _ now: Duration) -> [Action] {
        guard let part = outstanding[chunk.offset] else { return [] }
        guard chunk.totalBytes == reference.bytes, !chunk.bytes.isEmpty else {
            return [.fail(.anotherSize(found: chunk.totalBytes, expected: reference.bytes))]
        }
        outstanding[chunk.offset] = nil
        window.note(part.length, askedAt: part.asked, at: now)
        let bytes = chunk.bytes.count > part.length ? Array(chunk.bytes.prefix(part.length)) : chunk.bytes
        early[chunk.offset] = bytes
        patience = Self.patience
        var actions: [Action] = []
        if bytes.count < part.length {
            let rest = Part(length: part.length - bytes.count, asked: now)
            outstanding[chunk.offset + bytes.count] = rest
            actions.append(request(chunk.offset + bytes.count, rest.length))
        }
        while let next = early.removeValue(forKey: kept) {
            actions.append(.append(next))
            kept += next.count
        }
        return actions + askForMore(now)
    }

    private func request(_ offset: Int, _ length: Int) -> Action {
        .request(ArtifactRequest(digest: reference.digest, offset: offset, length: length))
    }
}

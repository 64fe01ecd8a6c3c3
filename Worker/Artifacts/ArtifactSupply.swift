// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Engine
import Logging
import Vocabulary
import WireProtocol

/// Gets the files of one piece of work from the cache or from the coordinator, in the engine's thread.
///
/// While there is no coordinator it waits: the next one has the same files. It stops waiting when the attempt is
/// cancelled or the worker leaves.
struct ArtifactSupply: FileSupply {
    /// Where fetched files are kept; nil where nobody has said it.
    let cache: ArtifactCache?
    let inbox: ArtifactInbox
    let logger: Logger
    /// Whether the attempt is still wanted.
    let isWanted: () -> Bool
    /// Told whenever a file is there.
    let arrived: () -> Void
    /// Has a message sent.
    let send: (WorkerMessage) -> Void

    /// How often another process's partial file is looked at.
    private static let glance: Duration = .milliseconds(500)
    /// How long another process may leave its partial file as it is before this one fetches for itself.
    private static let patience: Duration = .seconds(60)

    func file(_ content: ArtifactReference, named name: String) throws -> (any SuppliedFile)? {
        inbox.open()
        defer { inbox.close() }
        // Asked after the inbox was opened: what is cancelled later, the inbox hears.
        guard isWanted() else { throw EngineError.cancelled }
        do throws(ArtifactError) {
            guard let cache else { throw ArtifactError.noCache(UserFolders.problem("XDG_CACHE_HOME")) }
            let found = try fetched(content, name, cache)
            arrived()
            return found
        } catch {
            switch error {
            case .abandoned: throw EngineError.cancelled
            // The coordinator's own file: everybody else gets the same.
            case .anotherSize, .anotherDigest: throw ChangedFile("\(error)")
            case .refused, .overLimit, .cache, .noCache: throw error
            }
        }
    }

    private func fetched(
        _ reference: ArtifactReference,
        _ name: String,
        _ cache: ArtifactCache
    ) throws(ArtifactError) -> CachedFile {
        var seen = (progress: cache.progress(of: reference.digest), at: ContinuousClock.now)
        var isWaiting = false
        while true {
            if let found = try cache.file(reference.digest) { return found }
            let isStuck = seen.at.duration(to: .now) > Self.patience
            if let partial = try cache.partial(of: reference, isPrivate: isStuck) {
                return try fetch(partial, name, cache)
            }
            if !isWaiting { logger.info("another worker of this machine fetches \(name); waiting for it") }
            isWaiting = true
            if case .abandoned = inbox.next(timeout: Self.glance) { throw .abandoned }
            let progress = cache.progress(of: reference.digest)
            if progress != seen.progress { seen = (progress, .now) }
        }
    }

    /// Fetches what is missing of `partial`.
    ///
    /// What was there may be damaged: when the whole turns out wrong, it is fetched once more from the beginning.
    private func fetch(
        _ partial: PartialFile,
        _ name: String,
        _ cache: ArtifactCache
    ) throws(ArtifactError) -> CachedFile {
        try receive(partial, name)
        do throws(ArtifactError) {
            return try cache.complete(partial)
        } catch {
            guard partial.kept > 0, case .anotherDigest = error else { throw error }
            logger.warning("the part of the \(name) in the cache is damaged; fetching all of it")
            guard let fresh = try cache.partial(of: partial.reference, isPrivate: true) else { throw error }
            try receive(fresh, name)
            return try cache.complete(fresh)
        }
    }

    private func receive(_ partial: PartialFile, _ name: String) throws(ArtifactError) {
        let begun = ContinuousClock.now
        var fetch = ArtifactFetch(partial.reference, kept: partial.kept)
        guard partial.kept < partial.reference.bytes else { return }
        var log = FetchLog(name, partial.reference, kept: partial.kept, logger: logger)
        var actions = inbox.isJoined ? fetch.handle(.joined, at: .zero) : []
        while true {
            for action in actions {
                switch action {
                case .request(let request): send(.artifactRequest(request))
                case .append(let bytes):
                    try partial.append(bytes)
                    log.note(bytes.count)
                case .finish: return log.end()
                case .fail(let error): throw error
                }
            }
            let timeout = fetch.deadline.map { $0 - begun.duration(to: .now) }
            let event = inbox.next(timeout: timeout)
            actions = fetch.handle(event, at: begun.duration(to: .now))
        }
    }
}

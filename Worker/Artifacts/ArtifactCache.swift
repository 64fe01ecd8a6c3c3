// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Files
import Foundation
import Vocabulary
import WireProtocol

/// Files fetched from coordinators, kept on disk under their digests; all workers of a machine may share it.
///
/// A file is complete when it bears its digest as its name; before, it is a partial file that one process at a time
/// writes, under a lock, and that the next one goes on with. When the limit is reached the files that were not used for
/// the longest time go, but never one that a process reads or writes: those are locked.
struct ArtifactCache: Sendable {
    let directory: String
    /// Bytes of all files together.
    let limit: Int

    private static let partialSuffix = ".partial"
    private static let digestLength = 64

    /// The complete file of that digest, which stays there while the result lives; nil when there is none.
    ///
    /// Its bytes are verified; a damaged file is removed.
    func file(_ digest: Digest) throws(ArtifactError) -> CachedFile? {
        try reportingReasons { () -> CachedFile? in
            guard let found = try LockedFile.open(path(digest), .shared, waiting: true) else { return nil }
            guard try Digest(contentsOf: found.file) == digest else {
                unlink(found.path)
                return nil
            }
            try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: found.path)
            return CachedFile(found)
        }
    }

    /// The partial file of `reference`, with room for the rest of it; nil while another process writes it.
    ///
    /// A private one is this process's own, for when the other process does not get on.
    func partial(of reference: ArtifactReference, isPrivate: Bool = false) throws(ArtifactError) -> PartialFile? {
        guard reference.bytes <= limit else { throw .overLimit(bytes: reference.bytes, limit: limit) }
        return try reportingReasons { () -> PartialFile? in
            try createDirectory()
            let own = isPrivate ? ".\(UUID().uuidString)" : ""
            let name = path(reference.digest) + own + Self.partialSuffix
            guard let found = try LockedFile.open(name, .exclusive, creating: true) else { return nil }
            var kept = Int(try found.file.seekToEnd())
            if kept > reference.bytes {
                try found.file.truncate(atOffset: 0)
                kept = 0
            }
            try makeRoom(for: reference.bytes - kept)
            return PartialFile(found, reference, kept: kept)
        }
    }

    /// How much of the file another process has fetched; nil when there is no partial file.
    func progress(of digest: Digest) -> Int? {
        try? URL(filePath: path(digest) + Self.partialSuffix).resourceValues(forKeys: [.fileSizeKey]).fileSize
    }

    /// Verifies a partial file that has all its bytes and gives it its name; one that fails is removed.
    func complete(_ partial: PartialFile) throws(ArtifactError) -> CachedFile {
        let digest = partial.reference.digest
        let found = try reportingReasons { try Digest(contentsOf: partial.file.file) }
        guard found == digest else {
            unlink(partial.file.path)
            throw .anotherDigest(found: found, expected: digest)
        }
        return try reportingReasons {
            try partial.file.lock(.shared)
            let complete = CachedFile(try partial.file.kept(as: path(digest)))
            // Others may have fetched at the same time, each with room for its own file alone.
            try makeRoom(for: 0)
            return complete
        }
    }

    private func path(_ digest: Digest) -> String { "\(directory)/\(digest)" }

    private func createDirectory() throws {
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Removes what was not used for the longest time until `bytes` more are within the limit, or only files in use
    /// are left.
    private func makeRoom(for bytes: Int) throws {
        // One process at a time: two would each remove enough.
        let door = try LockedFile.open("\(directory)/lock", .exclusive, creating: true, waiting: true)
        try withExtendedLifetime(door) {
            let entries = try entries()
            var excess = entries.reduce(bytes) { $0 + $1.bytes } - limit
            for entry in entries.sorted(by: { $0.used < $1.used }) where excess > 0 {
                guard let unused = try LockedFile.open(entry.path, .exclusive), unlink(unused.path) == 0 else {
                    continue
                }
                excess -= entry.bytes
            }
        }
    }

    private struct Entry {
        var path: String
        var bytes: Int
        var used: Date
    }

    private func entries() throws -> [Entry] {
        let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
        let files = try FileManager.default.contentsOfDirectory(
            at: URL(filePath: directory),
            includingPropertiesForKeys: Array(keys)
        )
        return files.compactMap { file in
            // Only what the cache made: the directory may be one that holds other things, too.
            guard Digest(hexadecimal: file.lastPathComponent.prefix(Self.digestLength)) != nil,
                let values = try? file.resourceValues(forKeys: keys), let bytes = values.fileSize
            else { return nil }
            return Entry(path: file.path, bytes: bytes, used: values.contentModificationDate ?? .distantPast)
        }
    }

    private func reportingReasons<Value>(_ body: () throws -> Value) throws(ArtifactError) -> Value {
        do {
            return try body()
        } catch let error as ArtifactError {
            throw error
        } catch let error as FileError {
            throw .cache(directory: directory, reason: error.reason)
        } catch {
            throw .cache(directory: directory, reason: SystemReason.text(of: error))
        }
    }
}

/// A complete file of the cache, which is not removed while this object lives.
final class CachedFile: SuppliedFile {
    private let file: LockedFile

    fileprivate init(_ file: LockedFile) {
        self.file = file
    }

    var path: String { file.path }
}

/// A file of the cache on its way; no other process writes it while this value lives.
struct PartialFile {
    fileprivate let file: LockedFile
    let reference: ArtifactReference
    /// Bytes that are there.
    let kept: Int

    fileprivate init(_ file: LockedFile, _ reference: ArtifactReference, kept: Int) {
        self.file = file
        self.reference = reference
        self.kept = kept
    }

    /// Adds bytes at the end.
    func append(_ bytes: [UInt8]) throws(ArtifactError) {
        do {
            try file.file.write(contentsOf: Data(bytes))
        } catch {
            let folder = URL(filePath: file.path).deletingLastPathComponent().path
            throw .cache(directory: folder, reason: SystemReason.text(of: error))
        }
    }
}

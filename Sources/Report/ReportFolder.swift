// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
package import Vocabulary

/// A folder of files that appears whole or not at all.
///
/// The files are written to a folder beside it, which takes its name at the end; what bore it before goes only then, and
/// only if it is a report too and the caller said that it may.
package final class ReportFolder {
    /// The page, by which a folder is known to be a report together with its certificate.
    package static let page = "index.html"

    /// A file of the folder.
    package struct File: Hashable, Sendable {
        /// Its path relative to the folder.
        package var path: String
        /// What it is, in one line.
        package var description: String
        package var content: ArtifactReference
    }

    /// Where the folder is going to be.
    package let path: String
    /// What was written so far.
    package private(set) var files: [File] = []
    /// What killed processes left behind has names, too.
    private static let mostNames = 1000
    private let temporary: URL
    private let replaces: Bool
    private var isFinished = false

    /// Begins a folder.
    ///
    /// - Parameters:
    ///   - path: Where it is going to be.
    ///   - marker: The file that a folder must have, beside the page, to be taken for a report.
    ///   - overwrites: Whether a report that is there may be replaced.
    /// - Throws: ``ReportFolderError``.
    package init(_ path: String, marker: String, overwrites: Bool) throws(ReportFolderError) {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.path = trimmed
        let url = URL(filePath: trimmed, directoryHint: .isDirectory)
        replaces = FileManager.default.fileExists(atPath: trimmed)
        if replaces {
            let contents = try? FileManager.default.contentsOfDirectory(atPath: trimmed)
            guard let contents else { throw ReportFolderError(path, "it is there and no folder; choose another name") }
            let isReport = contents.contains(Self.page) && contents.contains(marker)
            guard isReport || contents.isEmpty else {
                throw ReportFolderError(path, "it is there and no report; choose another name")
            }
            guard overwrites || contents.isEmpty else {
                throw ReportFolderError(path, "it is a report already; --overwrite replaces it")
            }
        }
        temporary = try Self.makeFolder(beside: url, for: path)
    }

    /// Makes a folder under a name that is free: containers that share a folder number their processes alike.
    private static func makeFolder(beside url: URL, for path: String) throws(ReportFolderError) -> URL {
        for number in 0..<mostNames {
            let name = ".\(url.lastPathComponent).\(getpid())-\(number).\(TemporaryFile.ending)"
            let folder = url.deletingLastPathComponent().appending(path: name, directoryHint: .isDirectory)
            if mkdir(folder.path, 0o777) == 0 { return folder }
            guard errno == EEXIST else { break }
        }
        throw ReportFolderError(path, "cannot be written (\(String(cString: strerror(errno))))")
    }

    deinit {
        if !isFinished { try? FileManager.default.removeItem(at: temporary) }
    }

    /// Writes a file.
    ///
    /// - Parameters:
    ///   - name: Its path relative to the folder; folders on the way are made.
    ///   - description: What it is, in one line.
    ///   - body: Calls the function that it is given with successive pieces.
    /// - Throws: `FileError`, or what `body` throws.
    package func write(_ name: String, _ description: String, _ body: ((String) throws -> Void) throws -> Void) throws {
        let url = try place(name)
        let file = try TemporaryFile(beside: url.path)
        var (digest, count, waiting) = (RunningDigest(), 0, [UInt8]())
        func flush() throws {
            digest.update(waiting)
            count += waiting.count
            try file.append(waiting)
            waiting.removeAll(keepingCapacity: true)
        }
        try body { piece in
            waiting += piece.utf8
            if waiting.count >= 1 << 16 { try flush() }
        }
        try flush()
        try file.replaceTarget()
        let content = ArtifactReference(digest: digest.digest, bytes: count)
        files.append(File(path: name, description: description, content: content))
    }

    /// Writes a file of bytes.
    package func write(_ name: String, _ description: String, bytes: [UInt8]) throws {
        let url = try place(name)
        try DurableFile.write(bytes, to: url.path)
        let content = ArtifactReference(digest: Digest(of: bytes[...]), bytes: bytes.count)
        files.append(File(path: name, description: description, content: content))
    }

    private func place(_ name: String) throws -> URL {
        let url = temporary.appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        return url
    }

    /// Gives the folder its name.
    package func finish() throws(ReportFolderError) {
        let old = URL(filePath: temporary.path + ".old", directoryHint: .isDirectory)
        let manager = FileManager.default
        try Self.naming(path) {
            let target = URL(filePath: path, directoryHint: .isDirectory)
            if replaces { try manager.moveItem(at: target, to: old) }
            do {
                try manager.moveItem(at: temporary, to: target)
            } catch {
                if replaces { try? manager.moveItem(at: old, to: target) }
                throw error
            }
        }
        isFinished = true
        if replaces { try? manager.removeItem(at: old) }
    }

    private static func naming(_ path: String, _ body: () throws -> Void) throws(ReportFolderError) {
        do {
            try body()
        } catch {
            throw ReportFolderError(path, "cannot be written (\(SystemReason.text(of: error)))")
        }
    }
}

/// Why a report's folder cannot be written: one line.
package struct ReportFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ path: String, _ problem: String) {
        description = "\(path): \(problem)"
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Certificates
import CommandLine
import Files
import Foundation
import Vocabulary

/// A certificate on disk, with the files beside it.
struct CertificateFolder {
    /// The certificate's name in a report's folder.
    static let name = "certificate.json"
    /// What may lie beside a certificate without being one of its files: what is made of it, or of its check.
    static let companions = [name, ResearchObject.crateName, ResearchObject.codecheckName, "check.json"]

    let file: CertificateFile
    let path: String
    private let folder: URL

    /// Reads the certificate at `path`, or in the folder there.
    init(_ path: String) throws(CommandFailure) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let file = isFolder.boolValue ? URL(filePath: path).appending(path: Self.name) : URL(filePath: path)
        self.path = isFolder.boolValue ? "\(path.hasSuffix("/") ? String(path.dropLast()) : path)/\(Self.name)" : path
        folder = file.deletingLastPathComponent()
        guard exists, let bytes = FileManager.default.contents(atPath: file.path) else {
            throw .usage(
                "\(self.path): there is no certificate; 'coordinator certify' and 'coordinator report' write one"
            )
        }
        do {
            self.file = try CertificateFile([UInt8](bytes))
        } catch {
            throw .usage("\(self.path): \(error)")
        }
    }

    /// What came of looking at the files that the certificate speaks of.
    struct FileFindings {
        var intact = 0
        /// One line for each file that is not what it was, or is not there.
        var problems: [String] = []
        /// Files that lie there and of which the certificate says nothing.
        var strangers: [String] = []
    }

    func checkFiles() -> FileFindings {
        var findings = FileFindings()
        for subject in file.files {
            guard Self.isRelative(subject.name) else {
                findings.problems.append("\(subject.name): not a path within the folder")
                continue
            }
            guard let found = FileDigest.of(folder.appending(path: subject.name)) else {
                findings.problems.append("\(subject.name): not there, or not readable")
                continue
            }
            if found.digest == subject.sha256 {
                findings.intact += 1
            } else {
                findings.problems.append("\(subject.name): changed; its SHA-256 is \(found.digest)")
            }
        }
        if !file.files.isEmpty { findings.strangers = strangers }
        return findings
    }

    private var strangers: [String] {
        let known = Set(file.files.map(\.name) + Self.companions)
        return FileDigest.paths(in: folder).filter { !known.contains($0) }
    }

    /// Whether a name leads to a file below the folder; a certificate may come from anybody.
    private static func isRelative(_ name: String) -> Bool {
        !name.hasPrefix("/")
            && !name.split(separator: "/", omittingEmptySubsequences: false).contains { ["", ".", ".."].contains($0) }
    }
}

/// Files by content.
enum FileDigest {
    /// Size and SHA-256 of a file; nil where it cannot be read.
    static func of(_ url: URL) -> ArtifactReference? {
        guard let file = try? FileHandle(forReadingFrom: url) else { return nil }
        defer { try? file.close() }
        var (digest, bytes) = (RunningDigest(), 0)
        do {
            while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
                digest.update([UInt8](piece))
                bytes += piece.count
            }
        } catch {
            return nil
        }
        return ArtifactReference(digest: digest.digest, bytes: bytes)
    }

    /// Paths of all regular files below `folder`, relative to it, sorted.
    static func paths(in folder: URL) -> [String] {
        let all = FileManager.default.enumerator(atPath: folder.path)
        var paths: [String] = []
        while let path = all?.nextObject() as? String {
            if all?.fileAttributes?[.type] as? FileAttributeType == .typeRegular { paths.append(path) }
        }
        return paths.sorted()
    }
}

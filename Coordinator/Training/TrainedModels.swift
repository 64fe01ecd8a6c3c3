// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files
import Foundation
import Vocabulary
import WireProtocol

/// The folder beside a store in which models that runs trained are kept, and states of trainings that are not finished.
///
/// A file's name is all there is to know of it: what is trained, what it is, after how many steps, and its digest. A file
/// that bears such a name is complete, so nothing has to agree with anything else after a crash. Several runs may share the
/// folder: equal trainings make equal files.
struct TrainedModels: Sendable {
    /// A complete file.
    struct File: Hashable, Sendable {
        var url: URL
        var reference: ArtifactReference
        var stepsDone: Int
    }

    private static let ending = "safetensors"
    private static let candidate = "candidate"

    let folder: URL

    /// The models of the store at `path`.
    init(store path: String) {
        folder = URL(filePath: path + ".models", directoryHint: .isDirectory)
    }

    /// The models in a folder that is, or was, beside some store.
    init(folder: URL) {
        self.folder = folder
    }

    /// The trained model; nil when there is none.
    func checkpoint(of training: Digest) -> File? { newest(.checkpoint, of: training) }

    /// The trained model, for readers who leave a damaged one where it is.
    func intactCheckpoint(of training: Digest) -> File? { files(.checkpoint, of: training).first(where: \.isIntact) }

    /// The state that is the furthest; nil when there is none.
    func state(of training: Digest) -> File? { newest(.state, of: training) }

    /// Looks whether so many bytes fit on the disk.
    ///
    /// - Throws: when they do not; a disk that does not tell is taken to be large enough.
    func checkSpace(for bytes: Int) throws {
        let beside = folder.deletingLastPathComponent().path
        let values = try? FileManager.default.attributesOfFileSystem(forPath: beside)
        guard let free = (values?[.systemFreeSize] as? NSNumber)?.intValue, free < bytes else { return }
        throw CommandFailure.failed("\(bytes >> 20) MiB are needed and \(free >> 20) MiB are free")
    }

    /// Makes an empty file for the content of `offer`, which `keep` gives its name.
    func makeFile(_ offer: TrainingOffer, asCandidate: Bool = false) throws -> TemporaryFile {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try TemporaryFile(beside: url(of: offer, asCandidate).path)
    }

    /// Gives a verified file its name, and removes what it makes superfluous.
    ///
    /// A candidate has a name under which it does not count yet, and makes nothing superfluous; a later life forgets it.
    func keep(_ file: TemporaryFile, as offer: TrainingOffer, asCandidate: Bool = false) throws -> File {
        try file.replaceTarget()
        let url = url(of: offer, asCandidate)
        let kept = File(url: url, reference: offer.file, stepsDone: offer.stepsDone)
        for old in asCandidate ? [] : files(.state, of: offer.attempt.training) where old.url != url { remove(old) }
        return kept
    }

    /// Lets a candidate count, and removes what it makes superfluous.
    func accept(_ candidate: File, of training: Digest) throws -> File {
        let name = candidate.url.lastPathComponent.replacing(".\(Self.candidate).", with: ".checkpoint.")
        let url = folder.appending(path: name)
        try FileManager.default.moveItem(at: candidate.url, to: url)
        for old in files(.state, of: training) { remove(old) }
        return File(url: url, reference: candidate.reference, stepsDone: candidate.stepsDone)
    }

    private func url(of offer: TrainingOffer, _ isCandidate: Bool) -> URL {
        let kind = isCandidate ? Self.candidate : offer.kind.rawValue
        let name = [
            "\(offer.attempt.training)", kind, "\(offer.stepsDone)", "\(offer.file.digest)",
            Self.ending,
        ]
        return folder.appending(path: name.joined(separator: "."))
    }

    func remove(_ file: File) {
        try? FileManager.default.removeItem(at: file.url)
    }

    /// Removes what an earlier life left half written, if nobody has written to it for a day.
    func removeAbandoned(before date: Date) {
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: [.contentModificationDateKey]
        )
        for file in files ?? []
        where file.pathExtension == TemporaryFile.ending || file.path.contains(".\(Self.candidate).") {
            let values = try? file.resourceValues(forKeys: [.contentModificationDateKey])
            guard let written = values?.contentModificationDate, written < date else { continue }
            try? FileManager.default.removeItem(at: file)
        }
    }

    /// The file with the most steps whose bytes are those that its name promises; damaged ones are removed.
    private func newest(_ kind: TrainingOffer.Kind, of training: Digest) -> File? {
        for file in files(kind, of: training).sorted(by: { $0.stepsDone > $1.stepsDone }) {
            if file.isIntact { return file }
            remove(file)
        }
        return nil
    }

    private func files(_ kind: TrainingOffer.Kind, of training: Digest) -> [File] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            let parts = name.split(separator: ".")
            guard parts.count == 5, parts[0] == training.description, parts[1] == kind.rawValue,
                let steps = Int(parts[2]), let digest = Digest(hexadecimal: parts[3]), parts[4] == Self.ending
            else { return nil }
            let url = folder.appending(path: name)
            guard let bytes = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize else { return nil }
            return File(url: url, reference: ArtifactReference(digest: digest, bytes: bytes), stepsDone: steps)
        }
    }
}

extension TrainedModels.File {
    /// Whether the file has the digest of its name.
    fileprivate var isIntact: Bool {
        guard let file = try? FileHandle(forReadingFrom: url) else { return false }
        var digest = RunningDigest()
        while let piece = try? file.read(upToCount: 1 << 20), !piece.isEmpty { digest.update(Array(piece)) }
        return digest.digest == reference.digest
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files
import Foundation
import Vocabulary
import WireProtocol

extension TrainedModels {
    /// Trainings that gave one model in each of two folders, though equal trainings make equal models.
    struct Contradiction: Hashable {
        let training: String
        let models: [String]
    }

    /// The trainings of which this folder and another one have different models.
    func contradictions(with other: TrainedModels) -> [Contradiction] {
        let own = Dictionary(grouping: names(.checkpoint), by: \.training)
        return other.names(.checkpoint).compactMap { name in
            guard let known = own[name.training] else { return nil }
            if known.contains(where: { $0.digest == name.digest }) { return nil }
            return Contradiction(training: name.training, models: (known + [name]).map(\.digest))
        }
    }

    /// Copies the models that another folder has and this one has not, and the states of trainings that are further there.
    ///
    /// - Returns: Number of files that were copied.
    /// - Throws: `FileError`, or a `CommandFailure` where a file has not the digest of its name.
    func merge(_ other: TrainedModels) throws -> Int {
        var copied = 0
        for name in other.names(.checkpoint) where !has(name) { copied += try copy(name, of: other) }
        let trained = Set(names(.checkpoint).map(\.training))
        for name in other.names(.state) where !trained.contains(name.training) {
            let isFurther = !names(.state).contains { $0.training == name.training && $0.steps >= name.steps }
            if isFurther { copied += try copy(name, of: other) }
        }
        return copied
    }

    private func has(_ name: Name) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name.text).path)
    }

    private func copy(_ name: Name, of other: TrainedModels) throws -> Int {
        let source = other.folder.appending(path: name.text)
        let bytes = try source.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        try checkSpace(for: bytes)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = try TemporaryFile(beside: folder.appending(path: name.text).path)
        let reader = try FileHandle(forReadingFrom: source)
        defer { try? reader.close() }
        var digest = RunningDigest()
        while let piece = try reader.read(upToCount: 1 << 20), !piece.isEmpty {
            digest.update(Array(piece))
            try file.append(Array(piece))
        }
        guard digest.digest.description == name.digest else {
            throw CommandFailure.failed(
                "\(source.path): damaged, its digest is another one; remove it, and merge again"
            )
        }
        try file.replaceTarget()
        return 1
    }

    /// What the name of a file says: TRAINING.KIND.STEPS.DIGEST.safetensors.
    private struct Name {
        let text: String
        let training: String
        let steps: Int
        let digest: String
    }

    private func names(_ kind: TrainingOffer.Kind) -> [Name] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.sorted().compactMap { text in
            let parts = text.split(separator: ".").map(String.init)
            guard parts.count == 5, parts[1] == kind.rawValue, let steps = Int(parts[2]),
                Digest(hexadecimal: parts[0]) != nil, Digest(hexadecimal: parts[3]) != nil
            else { return nil }
            return Name(text: text, training: parts[0], steps: steps, digest: parts[3])
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
public import Networks

/// The files of one training, beside the checkpoint that it makes.
///
/// For `glow.safetensors`: `glow.state.safetensors` to go on from, `glow.log.jsonl`, `glow.curve.svg`,
/// `glow.samples.png`. The log is locked while this object lives, so that one process at a time trains a checkpoint.
public final class TrainingFiles {
    /// What may be there already.
    public enum Beginning: Hashable, Sendable {
        /// Nothing: files that are there are an error, and so is the log of a training that was killed early.
        case fresh
        /// A state, from which the training goes on; without any files it begins.
        case resuming
        /// Anything: it is replaced.
        case overwriting
    }

    /// The checkpoint to be made.
    public let checkpoint: String
    private let stem: String
    private let log: FileHandle

    /// The state to go on from.
    public var state: String { stem + ".state.safetensors" }
    /// The log, a JSON object a line.
    public var logPath: String { stem + ".log.jsonl" }
    /// The learning curve.
    public var curve: String { stem + ".curve.svg" }
    /// Images drawn from the model.
    public var samples: String { stem + ".samples.png" }

    /// Takes possession of the files of `checkpoint`.
    ///
    /// - Throws: ``TrainingError/file(_:)`` when they are in use, cannot be written, or are not what `beginning`
    ///   expects.
    public init(checkpoint: String, _ beginning: Beginning) throws(TrainingError) {
        self.checkpoint = checkpoint
        let ending = ".safetensors"
        stem = checkpoint.hasSuffix(ending) ? String(checkpoint.dropLast(ending.count)) : checkpoint
        let existing = try Self.existing(checkpoint, stem + ".state.safetensors", log: stem + ".log.jsonl", beginning)
        log = try Self.lockedLog(stem + ".log.jsonl")
        for file in [checkpoint, state, curve, samples] { TemporaryFile.removeLeftovers(of: file) }
        guard beginning != .resuming else { return }
        do {
            try log.truncate(atOffset: 0)
            // A symbolic link stays: what it stands for is removed, and made again.
            for path in existing { try FileManager.default.removeItem(at: Self.resolved(path)) }
        } catch {
            throw .file("\(checkpoint): \(SystemReason.text(of: error))")
        }
    }

    /// The state that was saved last; nil before the first.
    ///
    /// - Throws: ``CheckpointError`` when the file is damaged.
    public func loadState() throws(CheckpointError) -> TrainingState? {
        guard FileManager.default.fileExists(atPath: state) else { return nil }
        return try TrainingState(SafetensorsFile(contentsOf: state))
    }

    /// Saves a state in the place of the one before.
    public func save(_ state: TrainingState) throws(TrainingError) {
        try write(state.encoded(), to: self.state)
    }

    /// Writes one of the files, which is there whole or as it was.
    public func write(_ bytes: [UInt8], to path: String) throws(TrainingError) {
        do {
            try DurableFile.write(bytes, to: path)
        } catch {
            throw error.mayPass ? .disk("\(error)") : .file("\(error)")
        }
    }

    /// Those of a training's checkpoint and state that are there, if `beginning` allows them to be.
    private static func existing(
        _ checkpoint: String,
        _ state: String,
        log: String,
        _ beginning: Beginning
    ) throws(TrainingError) -> [String] {
        let existing = [checkpoint, state].filter { FileManager.default.fileExists(atPath: $0) }
        for path in existing where !isFile(path) {
            throw .file("\(path): not a file; a training needs one, to keep others beside it")
        }
        if beginning == .fresh, let first = existing.first {
            throw .file("\(first): is there already; give --resume to go on, --overwrite to begin again")
        }
        // A training that was killed before its first state has left no more than that.
        if beginning == .fresh, let size = size(of: log), size > 0 {
            throw .file("\(log): a training began here; give --resume to go on with it, --overwrite to begin again")
        }
        if beginning == .resuming, existing == [checkpoint] {
            throw .file("\(checkpoint): has no state beside it to go on from; give --overwrite to begin again")
        }
        return existing
    }

    private static func size(of path: String) -> Int? {
        (try? resolved(path).resourceValues(forKeys: [.fileSizeKey]))?.fileSize
    }

    private static func resolved(_ path: String) -> URL { URL(filePath: path).resolvingSymlinksInPath() }

    private static func isFile(_ path: String) -> Bool {
        (try? resolved(path).resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
    }

    private static func lockedLog(_ path: String) throws(TrainingError) -> FileHandle {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .file("\(path): cannot be written (\(String(cString: strerror(errno)))); check its folder")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { throw .file("\(path): another process trains this checkpoint") }
            let reason = SystemReason.text(of: errno)
            throw .file("\(path): its file system has no locks (\(reason)); train on a local disk")
        }
        return handle
    }
}

extension TrainingFiles {
    /// Adds an entry to the log, the whole of it or nothing.
    public func append(_ record: TrainingRecord) throws(TrainingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var end: UInt64?
        do {
            let line = try encoder.encode(record) + Data("\n".utf8)
            end = try log.seekToEnd()
            try log.write(contentsOf: line)
        } catch {
            if let end { try? log.truncate(atOffset: end) }
            let problem = "\(logPath): cannot be written (\(SystemReason.text(of: error)))"
            throw SystemReason.code(of: error).map(FileError.mayPass) == true ? .disk(problem) : .file(problem)
        }
    }

    /// Cuts off what the log says of steps after `state`, which are made again, and of its unfinished last line.
    public func rewindLog(to state: TrainingState?) throws(TrainingError) {
        let kept = lines.prefix { line in
            guard let record = line.record, let state else { return false }
            let isValidated = record.validation == nil || record.step <= state.course.validatedStep
            return record.step <= state.step && isValidated
        }
        do {
            try log.truncate(atOffset: UInt64(kept.reduce(0) { $0 + $1.bytes }))
        } catch {
            throw .file("\(logPath): cannot be cut (\(SystemReason.text(of: error)))")
        }
    }

    /// The entries of the log.
    public var records: [TrainingRecord] { lines.compactMap(\.record) }

    private var lines: [(bytes: Int, record: TrainingRecord?)] {
        let data = FileManager.default.contents(atPath: logPath) ?? Data()
        let decoder = JSONDecoder()
        return data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map { line in
            (line.count + 1, try? decoder.decode(TrainingRecord.self, from: line))
        }
    }
}

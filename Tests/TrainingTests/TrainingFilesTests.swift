// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Networks
import TestSupport
import Testing
import Vocabulary

@testable import Training

@Suite("a training's files")
struct TrainingFilesTests {
    private let folder: TemporaryFolder
    private var checkpoint: String { folder.path("m.safetensors") }

    init() throws { folder = try TemporaryFolder() }

    private func record(_ step: Int, validation: Double? = nil) -> TrainingRecord {
        TrainingRecord(step: step, epoch: 0, seconds: 1, loss: validation == nil ? 2 : nil, validation: validation)
    }

    private func state(_ step: Int, validated: Int = -1) throws -> TrainingState {
        let recipe = SmallTraining.recipe()
        let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
        while session.step < step { try session.advance() }
        var state = try session.snapshot()
        state.course.validatedStep = validated
        return state
    }

    @Test("they stand beside the checkpoint, under its name")
    func names() throws {
        let files = try TrainingFiles(checkpoint: checkpoint, .fresh)
        let names = [files.state, files.logPath, files.curve, files.samples].map {
            ($0 as NSString).lastPathComponent
        }
        #expect(names == ["m.state.safetensors", "m.log.jsonl", "m.curve.svg", "m.samples.png"])
    }

    @Test("a state that was saved is found again, and replaces the one before whole")
    func states() throws {
        let files = try TrainingFiles(checkpoint: checkpoint, .resuming)
        #expect(try files.loadState() == nil)
        try files.save(state(1))
        try files.save(state(3))
        #expect(try files.loadState() == state(3))
        let names = folder.names()
        #expect(names == ["m.log.jsonl", "m.state.safetensors"], "nothing half-written is left")
    }

    @Test("what is there is not touched without being asked to, and not resumed without a state")
    func beginnings() throws {
        try Data("x".utf8).write(to: URL(filePath: checkpoint))
        let exists = #expect(throws: TrainingError.self) { try TrainingFiles(checkpoint: checkpoint, .fresh) }
        #expect(exists?.description.contains("--resume") == true)
        let alone = #expect(throws: TrainingError.self) { try TrainingFiles(checkpoint: checkpoint, .resuming) }
        #expect(alone?.description.contains("no state") == true)
        #expect(FileManager.default.contents(atPath: checkpoint) == Data("x".utf8))
        _ = try TrainingFiles(checkpoint: checkpoint, .overwriting)
        #expect(!FileManager.default.fileExists(atPath: checkpoint))
    }

    @Test("what a killed training left half written is removed by the next one")
    func leftovers() throws {
        try folder.write("half", to: "m.state.safetensors.1-0.partial")
        let files = try TrainingFiles(checkpoint: checkpoint, .resuming)
        #expect(folder.names() == ["m.log.jsonl"])
        withExtendedLifetime(files) {}
    }

    @Test("a checkpoint may be a symbolic link to a file, and nothing that cannot be replaced")
    func odd() throws {
        try folder.write("before", to: "real/model")
        try FileManager.default.createSymbolicLink(atPath: checkpoint, withDestinationPath: "real/model")
        let files = try TrainingFiles(checkpoint: checkpoint, .overwriting)
        #expect(folder.names(in: "real").isEmpty)
        try files.write([1], to: files.checkpoint)
        #expect(folder.bytes("real/model") == Data([1]))
        let fifo = folder.path("fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        let error = #expect(throws: TrainingError.self) { try TrainingFiles(checkpoint: fifo, .overwriting) }
        #expect(error?.description.hasPrefix("\(fifo): not a file;") == true)
        #expect(folder.names().contains("fifo"))
    }

    @Test("one training at a time has them")
    func lock() throws {
        let files = try TrainingFiles(checkpoint: checkpoint, .fresh)
        let error = #expect(throws: TrainingError.self) { try TrainingFiles(checkpoint: checkpoint, .resuming) }
        #expect(error?.description.contains("another process") == true)
        withExtendedLifetime(files) {}
    }

    @Test("after a resume the log has no step twice, nor half a line")
    func log() throws {
        // A process that was killed in the middle of a line.
        try {
            let files = try TrainingFiles(checkpoint: checkpoint, .fresh)
            for step in [2, 4, 6] { try files.append(record(step)) }
            try files.append(record(6, validation: 1))
            try files.append(record(8))
            try files.append(record(8, validation: 0.9))
            let file = try FileHandle(forWritingTo: URL(filePath: files.logPath))
            try file.seekToEnd()
            try file.write(contentsOf: Data("{\"step\": 9, \"epo".utf8))
        }()
        let resumed = try TrainingFiles(checkpoint: checkpoint, .resuming)
        try resumed.rewindLog(to: state(8, validated: 6))
        #expect(resumed.records.map(\.step) == [2, 4, 6, 6, 8], "the validation after step 8 was not saved")
        try resumed.append(record(8, validation: 0.8))
        #expect(resumed.records.last?.validation == 0.8)
        try resumed.rewindLog(to: state(5))
        #expect(resumed.records.map(\.step) == [2, 4])
        try resumed.rewindLog(to: nil)
        #expect(resumed.records.isEmpty)
    }

    @Test("a file that cannot be written says so, with its path")
    func unwritable() throws {
        let files = try TrainingFiles(checkpoint: checkpoint, .fresh)
        let path = folder.path("none/m.state")
        let error = #expect(throws: TrainingError.self) { try files.write([1], to: path) }
        #expect(error?.description.contains(path) == true)
        #expect(throws: TrainingError.self) { try TrainingFiles(checkpoint: folder.path("no/m"), .fresh) }
    }
}

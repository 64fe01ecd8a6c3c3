// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Files
import Foundation
import Kernels
import Networks
import Reporting
import SweepPlan
import Training
import Vocabulary

/// Everything that `worker train` does: steps, validations, files, progress.
final class TrainingProcess {
    let recipe: Recipe
    let files: TrainingFiles
    let session: TrainingSession
    let kernels: KernelSet
    let pool: WorkPool
    private let options: TrainCommand
    private let stop: StopRequest
    private let commit: String?
    private let begun = ContinuousClock.now
    private var status: StatusLine
    private var saved = ContinuousClock.now
    private var savedStep = 0

    /// A training ready for its next step.
    ///
    /// - Throws: what is wrong with the recipe, its data or the files.
    init(_ options: TrainCommand, stop: StopRequest, environment: [String: String]) throws {
        self.options = options
        self.stop = stop
        status = StatusLine(isQuiet: options.quiet)
        commit = environment["BITSWEEP_COMMIT"].flatMap { $0.isEmpty ? nil : $0 }
        kernels = try options.compute.kernels()
        pool = try options.compute.pool()
        do {
            let library = options.data.library(UserFolders(environment))
            var images: ImageDataset?
            var start: Checkpoint?
            let facts = RecipeFacts { path in
                let found = try Checkpoint(contentsOf: path)
                start = found
                return found
            } dataset: { source, split in
                Result {
                    let found = try library.load(source, name: RecipeData.name(of: source), split: split)
                    images = found
                    return found.facts
                }
            }
            let input = try InputText(options.recipe)
            recipe = try Recipe(parsing: input.text, file: input.file, facts: facts)
            guard let images else { preconditionFailure("a recipe is read and nobody asked for its images") }
            // Before any file is touched: a recipe that cannot be used leaves what is there alone.
            session = try TrainingSession(recipe, from: start, dataset: images, kernels: kernels, pool: pool)
            try Self.checkStartStays(recipe, options.output)
            files = try TrainingFiles(checkpoint: options.output, options.beginning)
            try resume()
        } catch let error as SweepFileError {
            throw CommandFailure.usage("\(error)")
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }

    /// Refuses to replace the checkpoint that the recipe starts from: whoever resumes needs it once more.
    private static func checkStartStays(_ recipe: Recipe, _ output: String) throws(TrainingError) {
        guard let start = recipe.start else { return }
        func file(_ path: String) -> URL { URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL }
        if file(start.path) == file(output) {
            throw .file("\(output): the recipe starts from it; give --output another name")
        }
    }

    private func resume() throws {
        let state = try files.loadState()
        if let state {
            try session.restore(state)
            savedStep = state.step
        }
        try files.rewindLog(to: state)
    }

    /// Trains until the recipe's end, the time's end or a signal.
    func run() throws {
        do {
            try train()
            guard !stop.isMade else { throw try stopped() }
            try save()
            guard
                let release = try session.release(
                    precision: options.precision,
                    commit: commit,
                    while: { !self.stop.isMade }
                )
            else { throw try stopped() }
            try finish(release)
        } catch let error as TrainingError {
            status.clear()
            let good = savedStep > 0 ? "; the state of step \(savedStep) is kept in \(files.state)" : ""
            throw CommandFailure.failed("\(error)\(good)")
        }
    }

    private var isTimeOver: Bool { timeLeft.map { $0 <= .zero } ?? false }

    /// Time until `--minutes` are over; nil without them.
    private var timeLeft: Duration? {
        options.minutes.map { .seconds(60 * $0) - begun.duration(to: .now) }
    }

    private func train() throws {
        while !session.isComplete, !isTimeOver, !stop.isMade {
            // First thing, for a training may have been stopped in the middle of one.
            if session.isValidationDue {
                try validate()
                continue
            }
            let start = ContinuousClock.now
            let report = try session.advance()
            session.spend(start.duration(to: .now))
            if let record = session.record(report) { try persist { try files.append(record) } }
            if saved.duration(to: .now) >= recipe.snapshotInterval { try save() }
            showProgress()
        }
    }

    private func validate() throws {
        guard try session.validate(while: { !self.stop.isMade }) != nil else { return }
        if let record = session.validationRecord { try persist { try files.append(record) } }
        try writeCurve()
        showProgress(isDue: true)
    }

    private func save() throws {
        let snapshot = try session.snapshot()
        try persist { try files.save(snapshot) }
        saved = .now
        savedStep = session.step
    }

    /// Writes some of the files; while their disk is full, or fails, the training waits for it.
    func persist(_ write: () throws -> Void) throws {
        var isTold = false
        while true {
            do {
                try write()
                if isTold { Terminal.error.tell("the files can be written again; the training goes on\n") }
                return
            } catch TrainingError.disk(let problem) where !stop.isMade {
                status.clear()
                if !isTold { Terminal.error.tell("PAUSED: \(problem); the training goes on by itself then\n") }
                isTold = true
                Thread.sleep(forTimeInterval: 1)
            }
        }
    }

    private func showProgress(isDue: Bool = false) {
        let progress = session.progress.ending(within: timeLeft)
        status.show(isDue: isDue || session.isComplete) { width in
            TrainingLine(
                fraction: progress.fraction,
                step: progress.step,
                totalSteps: progress.totalSteps,
                loss: progress.loss,
                validation: progress.validation,
                unit: recipe.model.family.loss.unit,
                imagesPerSecond: progress.imagesPerSecond,
                remaining: progress.remaining
            ).text(width: width)
        }
    }

    /// Saves where the training stands, and says how to go on.
    private func stopped() throws -> CommandFailure {
        try save()
        status.clear()
        var parts = ["worker", "train", options.recipe, "--output", options.output, "--resume"]
        if let data = options.data.data { parts += ["--data", data] }
        let command = parts.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
        return .cutShort("stopped at step \(session.step), everything is saved; go on with: \(command)")
    }

    private func finish(_ release: TrainingRelease) throws {
        try persist { try files.write(release.bytes, to: files.checkpoint) }
        if session.step > 0, let record = session.validationRecord, files.records.last?.validation == nil {
            try persist { try files.append(record) }
        }
        // The release's validation is part of the state from here on.
        try save()
        try writeCurve()
        let samples = try writeSamples(release)
        status.clear()
        Terminal.output.tell(lines: summary(release, samples: samples))
    }

    private func summary(_ release: TrainingRelease, samples: String?) -> [String] {
        let validation = release.validation
        let loss = "\(HumanText.fixed(validation.loss, decimals: 4)) \(recipe.model.family.loss.unit)"
        let accuracy = validation.accuracy.map { ", accuracy \(HumanText.fixed(100 * $0, decimals: 2)) %" } ?? ""
        let wanted = options.precision ?? recipe.precision
        let refusal =
            release.refusedChange.map {
                "; stored as float32, as \(wanted.rawValue) would move the loss by "
                    + "\(HumanText.fixed($0, decimals: 4, signed: true))"
            } ?? ""
        return [
            "\(files.checkpoint): \(counted(session.step, "step")), validation \(loss)\(accuracy)\(refusal)",
            "beside it: \(([files.curve, samples].compactMap(\.self) + [files.logPath, files.state]).joined(separator: ", "))",
        ]
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Engine
import Kernels
import Logging
import Networks
import SweepPlan
import Training
import Vocabulary
import WireProtocol

/// One attempt at a training, in the engine's thread: from its assignment to the stored model, or to a state that another
/// worker goes on from.
struct TrainingRun {
    /// Least time between two reports.
    private static let reportInterval: Duration = .seconds(1)

    let assignment: TrainingAssignment
    let session: WorkerSession
    let kernels: KernelSet
    let pool: WorkPool
    let logger: Logger
    /// Wakes the socket's thread.
    let wake: @Sendable () -> Void

    /// Trains until the model is stored, the training is wanted back, or something goes wrong.
    ///
    /// - Parameters:
    ///   - supply: Gets the state to go on from.
    ///   - find: Finds the images.
    /// - Returns: How it ended.
    func run(
        supply: any FileSupply,
        dataset find: (DatasetSpec) throws(EngineError) -> ImageDataset
    ) -> TrainingOutcome {
        do {
            let training = try begin(supply, find)
            return try advance(training)
        } catch EngineError.cancelled {
            return session.trainingInstruction == .save ? .ended(.handedBack, "") : .done
        } catch let failure as Failure {
            return .ended(failure.reason, failure.message)
        } catch let error as EngineError where error.isOfSurroundings {
            return .ended(.surroundings, "\(error)")
        } catch TrainingError.diverged(let divergence) {
            return .ended(.hopeless, "\(divergence)")
        } catch {
            return .ended(.failed, "\(error)")
        }
    }

    private struct Failure: Error {
        var reason: TrainingEnd.Reason
        var message: String
    }

    /// What a training goes on from, or begins with.
    private enum Beginning {
        case state(TrainingState)
        case checkpoint(Checkpoint)
    }

    /// The training where the last stored state left it, or at its beginning.
    private func begin(
        _ supply: any FileSupply,
        _ find: (DatasetSpec) throws(EngineError) -> ImageDataset
    ) throws -> TrainingSession {
        var recipe: Recipe
        do {
            recipe = try Recipe(parsing: assignment.recipe, file: "recipe of \(assignment.model)")
        } catch {
            throw Failure(reason: .hopeless, message: "\(error)")
        }
        let beginning = try assignment.state.flatMap { try self.beginning($0, supply) }
        switch beginning {
        case .state(let state): recipe.start?.digest = state.start
        case .checkpoint(let checkpoint): recipe.start?.digest = checkpoint.digest
        case nil: break
        }
        let images = try find(assignment.dataset)
        let identity = TrainingIdentity(
            recipe: recipe.digest,
            data: images.digest,
            numericsVersion: NumericsIdentity.trainingVersion
        )
        guard identity.digest == assignment.attempt.training else {
            let remedy = "use one build of BitSweep on coordinator and workers"
            let message = "the recipe makes another model here than at the coordinator; \(remedy)"
            throw Failure(reason: .failed, message: message)
        }
        let training = try session(recipe, beginning, images)
        logger.info("training \(assignment.model) from step \(training.step) on", metadata: metadata)
        return training
    }

    private func session(
        _ recipe: Recipe,
        _ beginning: Beginning?,
        _ images: ImageDataset
    ) throws(Failure) -> TrainingSession {
        func made(_ start: Checkpoint?, _ state: TrainingState?) throws(TrainingError) -> TrainingSession {
            try TrainingSession(
                recipe,
                from: start,
                continuing: state,
                dataset: images,
                kernels: kernels,
                pool: pool
            )
        }
        do {
            switch beginning {
            case nil: return try made(nil, nil)
            case .checkpoint(let start): return try made(start, nil)
            case .state(let state): return try made(nil, state)
            }
        } catch TrainingError.file(let problem) {
            throw Failure(reason: .unusableState, message: problem)
        } catch {
            throw Failure(reason: .hopeless, message: "\(error)")
        }
    }

    /// The file that the coordinator has of the training: its last state, or, before the first, the checkpoint that the
    /// recipe starts from; nil where it is to be had nowhere.
    private func beginning(_ reference: ArtifactReference, _ supply: any FileSupply) throws -> Beginning? {
        do {
            guard let file = try supply.file(reference, named: "state of '\(assignment.model)'") else { return nil }
            return try withExtendedLifetime(file) {
                let file = try SafetensorsFile(contentsOf: file.path)
                let isCheckpoint = file.metadata["bitsweep.format"] != nil
                return isCheckpoint ? Beginning.checkpoint(try Checkpoint(file)) : .state(try TrainingState(file))
            }
        } catch EngineError.cancelled {
            throw EngineError.cancelled
        } catch let error as ArtifactError {
            throw Failure(reason: .surroundings, message: "\(error)")
        } catch let changed as ChangedFile {
            throw Failure(reason: .failed, message: changed.reason)
        } catch {
            throw Failure(reason: .unusableState, message: "\(error)")
        }
    }

    /// Step by step to the end, with a state for others now and then.
    private func advance(_ training: TrainingSession) throws -> TrainingOutcome {
        let clock = ContinuousClock()
        var (saved, reported) = (clock.now, clock.now - Self.reportInterval)
        var savedStep = training.step
        while true {
            switch session.trainingInstruction {
            case .goOn: break
            case .save: return try handBack(training, savedStep)
            case .drop: return .done
            }
            guard !training.isComplete else {
                guard let outcome = try release(training) else { continue }
                return outcome
            }
            let begun = clock.now
            let report = try training.advance()
            let now = clock.now
            training.spend(begun.duration(to: now))
            if now - reported >= Self.reportInterval {
                reported = now
                tell(report, training)
            }
            if now - saved >= training.recipe.snapshotInterval, !session.isUploading {
                session.upload(TrainingFile(.state, try training.snapshot().encoded(), stepsDone: training.step), wake)
                (saved, savedStep) = (clock.now, training.step)
            }
        }
    }

    private func tell(_ report: StepReport, _ training: TrainingSession) {
        session.report(
            TrainingReport(
                attempt: assignment.attempt,
                stepsDone: training.step,
                steps: training.totalSteps ?? 0,
                loss: report.loss,
                imagesPerSecond: training.progress.imagesPerSecond ?? 0
            ),
            wake
        )
    }

    /// Has the coordinator keep what is done since the state that it was sent last, and gives the training back.
    private func handBack(_ training: TrainingSession, _ savedStep: Int) throws -> TrainingOutcome {
        _ = session.uploadEnd()
        if training.step > savedStep {
            session.upload(TrainingFile(.state, try training.snapshot().encoded(), stepsDone: training.step), wake)
            if case .refused(let reason)? = session.uploadEnd() {
                logger.warning("the coordinator did not take the state: \(reason)", metadata: metadata)
            }
        }
        return .ended(.handedBack, "")
    }

    /// Hands the trained model over; nil when something else is wanted meanwhile.
    private func release(_ training: TrainingSession) throws -> TrainingOutcome? {
        guard let release = try training.release(while: { session.trainingInstruction == .goOn }) else { return nil }
        _ = session.uploadEnd()
        logger.info("trained \(assignment.model): \(release.provenance)", metadata: metadata)
        session.upload(TrainingFile(.checkpoint, release.bytes, stepsDone: training.step), wake)
        switch session.uploadEnd() {
        case .refused(let reason): return .ended(.failed, "the coordinator did not take the model: \(reason)")
        case .stored, nil: return .done
        }
    }

    private var metadata: Logger.Metadata { ["attempt": "\(assignment.attempt)", "model": "\(assignment.model)"] }
}

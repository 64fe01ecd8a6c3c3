// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Kernels
import Layers
public import Networks
public import SweepPlan
public import Vocabulary

/// A training between two of its steps.
///
/// ```swift
/// let session = try TrainingSession(recipe, dataset: images, kernels: kernels, pool: pool)
/// if let state = files.state { try session.restore(state) }
/// while !session.isComplete {
///     let report = try session.advance()       // one step of the optimiser
///     session.spend(.seconds(…))               // time that it took: a session has no clock
///     if session.isValidationDue { try session.validate() }
/// }
/// let release = try session.release()          // what others load
/// ```
///
/// A session restored from a snapshot goes on bit for bit like the one that made it, on any machine and any number of
/// threads. It reads no file, asks no clock, and belongs to one thread.
public final class TrainingSession {
    /// How the model is trained.
    public let recipe: Recipe
    /// Digest of the data set's training split.
    public let dataDigest: Digest
    /// What the released checkpoint says about the network.
    let metadata: CheckpointMetadata
    let trainer: any Trainer
    let kernels: KernelSet
    let pool: WorkPool
    private(set) var images: TrainingImages
    /// The trainings that made the checkpoint that this one starts from, and what this one says of that.
    let former: FormerTraining
    let parameters: AlignedBuffer
    private let gradient: AlignedBuffer
    let optimiser: Optimiser
    let average: WeightAverage?

    private(set) var course = TrainingCourse()
    private var pace = Pace()
    private var divergence = DivergenceCheck()

    /// A training that has not begun.
    ///
    /// - Parameters:
    ///   - recipe: How to train.
    ///   - start: The checkpoint that the recipe starts from, where it does.
    ///   - state: A state that the session goes on from at once; with it `start` is not needed.
    ///   - dataset: The training split of the recipe's data set.
    ///   - kernels: The kernels to compute with.
    ///   - pool: The threads to compute on.
    /// - Throws: ``TrainingError`` when recipe and images do not fit together.
    public convenience init(
        _ recipe: Recipe,
        from start: Checkpoint? = nil,
        continuing state: TrainingState? = nil,
        dataset: ImageDataset,
        kernels: KernelSet,
        pool: WorkPool
    ) throws(TrainingError) {
        let architecture = try recipe.model.architecture()
        let trainer = try architecture.trainer(recipe, kernels: kernels, pool: pool)
        try self.init(
            recipe,
            trainer,
            architecture,
            from: start,
            continuing: state,
            dataset: dataset,
            kernels: kernels,
            pool: pool
        )
    }

    /// A training by a trainer whose parameters are those of `architecture`.
    init(
        _ recipe: Recipe,
        _ trainer: any Trainer,
        _ architecture: CheckpointMetadata.Architecture,
        from start: Checkpoint? = nil,
        continuing state: TrainingState? = nil,
        dataset: ImageDataset,
        kernels: KernelSet,
        pool: WorkPool
    ) throws(TrainingError) {
        self.recipe = recipe
        self.trainer = trainer
        self.kernels = kernels
        self.pool = pool
        dataDigest = dataset.digest
        metadata = CheckpointMetadata(
            architecture: architecture,
            preprocessing: recipe.data.preprocessing,
            provenance: ""
        )
        images = try TrainingImages(recipe, dataset: dataset, kernels: kernels, pool: pool)
        let layout = trainer.layout
        former = try recipe.former(start, state, architecture)
        parameters = layout.vector(try recipe.firstParameters(start, architecture))
        gradient = AlignedBuffer(count: layout.count)
        optimiser = Optimiser(recipe.optimiser.method, count: layout.count, learned: trainer.learned, pool: pool)
        average = recipe.optimiser.polyak.map {
            WeightAverage(decay: $0, count: layout.count, learned: trainer.learned, pool: pool)
        }
        if let state { try restore(state) }
    }

    /// Steps made.
    public var step: Int { course.step }

    /// Time spent on steps, in all processes that had a part in the training.
    public var elapsed: Duration { course.elapsed }

    /// The latest validation; nil before the first.
    public var validation: Validation? { course.validation }

    /// Steps of the whole training; nil where a time decides.
    public var totalSteps: Int? {
        switch recipe.length {
        case .epochs(let count): count * images.stepsPerEpoch
        case .steps(let count): count
        case .time: nil
        }
    }

    /// Whether the training is as long as the recipe says.
    public var isComplete: Bool {
        if case .time(let limit) = recipe.length { return elapsed >= limit }
        return totalSteps.map { step >= $0 } ?? false
    }

    /// Whether a validation belongs after the latest step.
    public var isValidationDue: Bool {
        let interval = recipe.validationInterval ?? images.stepsPerEpoch
        return step > 0 && step % interval == 0 && course.validatedStep < step
    }

    /// Adds the time that was spent on the latest step.
    public func spend(_ time: Duration) {
        course.elapsed += time
        pace.add(time)
    }

    /// How far the training has come.
    public var progress: TrainingProgress {
        TrainingProgress(
            step: step,
            totalSteps: totalSteps,
            epoch: Double(step) / Double(images.stepsPerEpoch),
            batch: images.batch,
            loss: course.recent.latest,
            validation: validation?.loss,
            elapsed: elapsed,
            timeLimit: { if case .time(let limit) = recipe.length { limit } else { nil } }(),
            timePerStep: pace.timePerStep
        )
    }

    /// Makes one step of the optimiser.
    ///
    /// - Returns: What happened in the step.
    /// - Throws: ``TrainingError/diverged(_:)``; the weights are those before the step.
    @discardableResult
    public func advance() throws(TrainingError) -> StepReport {
        if step == 0 { initialise() }
        let batch = images.batch(step: step)
        let outcome = trainer.gradient(gradient, of: batch, at: parameters)
        let learningRate = recipe.optimiser.learningRate(step: step, of: totalSteps)
        let norm = try checked(outcome, batch, learningRate)
        let scale = recipe.optimiser.clipNorm.map { min(1, $0 / norm) } ?? 1
        optimiser.step(step + 1, parameters, along: gradient, scale: Float(scale), learningRate: learningRate)
        trainer.measure(parameters)
        average?.update(step + 1, parameters)
        course.advance(loss: outcome.meanLoss)
        let accuracy = Double(outcome.correct) / Double(outcome.losses.count)
        return StepReport(
            step: step,
            loss: outcome.meanLoss,
            accuracy: recipe.model.family.isClassifier ? accuracy : nil,
            gradientNorm: norm,
            learningRate: learningRate
        )
    }

    /// Goes on from where another session stood; the weights and what belongs to them are the caller's to bring.
    func resume(_ course: TrainingCourse) { self.course = course }

    /// Remembers a validation of the weights as they are.
    func remember(_ found: Validation) { course.take(found) }

    /// The mean loss since the last entry of the log, of which the caller makes one; nil without steps.
    func closeLossWindow() -> Double? { course.recent.close() }

    private func initialise() {
        if recipe.start == nil {
            trainer.initialise(parameters, images.initialBatch(recipe.initialisationImages))
        }
        average?.start(parameters)
    }

    /// The gradient's norm, when that and the loss are numbers to go on with.
    private func checked(
        _ outcome: BatchOutcome,
        _ batch: TrainingBatch,
        _ learningRate: Double
    ) throws(TrainingError) -> Double {
        let norm = GradientNorm.norm(gradient, pool)
        guard let what = divergence.check(loss: outcome.meanLoss, gradientNorm: norm) else { return norm }
        let layer = trainer.firstNonFiniteLayer(batch, at: parameters)
        throw .diverged(.init(what: what, step: step, layer: layer, learningRate: learningRate))
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A model to train, and all it takes.
public struct TrainingAssignment: Hashable, Sendable {
    /// What is trained, and which dispatch of it this is.
    public var attempt: TrainingAttempt
    /// The model's name in the sweep file.
    public var model: String
    /// The text of the recipe's file; `WireLimits.recipeBytes` at most.
    public var recipe: String
    /// The images that the model is trained on.
    public var dataset: DatasetSpec
    /// The last state of the training that is stored; nil to begin at the beginning.
    public var state: ArtifactReference?
    /// What shows that the training was handed to the worker; nil where its coordinator gives no such thing.
    public var mark: [UInt8]?

    /// A training and all it takes.
    public init(
        attempt: TrainingAttempt,
        model: String,
        recipe: String,
        dataset: DatasetSpec,
        state: ArtifactReference? = nil
    ) {
        self.attempt = attempt
        self.model = model
        self.recipe = recipe
        self.dataset = dataset
        self.state = state
    }
}

/// How far a worker's training is.
public struct TrainingReport: Hashable, Sendable {
    /// The attempt.
    public var attempt: TrainingAttempt
    /// Steps that are done.
    public var stepsDone: Int
    /// Steps of the whole training.
    public var steps: Int
    /// The loss of the last step, in the units of the model's family.
    public var loss: Double
    /// Images trained on per second, lately.
    public var imagesPerSecond: Double

    /// How far an attempt is.
    public init(attempt: TrainingAttempt, stepsDone: Int, steps: Int, loss: Double, imagesPerSecond: Double) {
        self.attempt = attempt
        self.stepsDone = stepsDone
        self.steps = steps
        self.loss = loss
        self.imagesPerSecond = imagesPerSecond
    }
}

/// A file of a training that a worker has for its coordinator.
public struct TrainingOffer: Hashable, Sendable {
    /// What the file is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Everything that another worker needs to go on from here.
        case state
        /// The trained model.
        case checkpoint
    }

    /// The attempt that made it.
    public var attempt: TrainingAttempt
    /// What the file is.
    public var kind: Kind
    /// Its digest, and its size: `WireLimits.trainingFileBytes` at most.
    public var file: ArtifactReference
    /// Steps that were done when it was made.
    public var stepsDone: Int

    /// A file of an attempt.
    public init(attempt: TrainingAttempt, kind: Kind, file: ArtifactReference, stepsDone: Int) {
        self.attempt = attempt
        self.kind = kind
        self.file = file
        self.stepsDone = stepsDone
    }
}

/// Why an attempt at a training is over without a model.
public struct TrainingEnd: Hashable, Sendable {
    /// What happened.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Something went wrong here, or something only a later version has a word for.
        case failed
        /// The worker leaves, or was asked for the training; what it had done is stored as far as it was wanted.
        case handedBack
        /// It would fail anywhere: the recipe does not fit its images, or the weights are no numbers any more.
        case hopeless
        /// The state that it was to go on from cannot be used.
        case unusableState
        /// The worker's machine cannot do it: files cannot be had or written, or memory is short.
        case surroundings
    }

    /// The attempt.
    public var attempt: TrainingAttempt
    /// What happened.
    public var reason: Reason
    /// The error in words.
    public var message: String
    /// The worker's last lines of log, oldest first.
    public var log: [String]

    /// The end of `attempt`.
    public init(attempt: TrainingAttempt, reason: Reason, message: String = "", log: [String] = []) {
        self.attempt = attempt
        self.reason = reason
        self.message = message
        self.log = log
    }
}

/// How much of an offered file the coordinator has.
public struct UploadReceipt: Hashable, Sendable {
    /// SHA-256 of the whole file.
    public var digest: Digest
    /// Bytes from the file's beginning that are here; the next part begins there.
    public var bytes: Int
    /// Whether the file is verified and stored for good: the worker may forget it.
    public var isStored: Bool

    /// The first `bytes` bytes are here.
    public init(digest: Digest, bytes: Int, isStored: Bool = false) {
        self.digest = digest
        self.bytes = bytes
        self.isStored = isStored
    }
}

/// How a training of a run stands, for people.
public struct TrainingStatus: Hashable, Sendable {
    /// Where a training is in its life.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It waits for a worker.
        case waiting
        /// A worker has it.
        case running
        /// The model is trained.
        case finished
        /// It was given up.
        case failed
    }

    /// The model's name in the sweep file.
    public var model: String
    /// Where it is in its life.
    public var state: State
    /// Steps that are done; 0 while that is not known.
    public var stepsDone = 0
    /// Steps of the whole training; 0 while that is not known.
    public var steps = 0
    /// The loss of the last step; 0 while that is not known.
    public var loss = 0.0
    /// Images trained on per second, lately.
    public var imagesPerSecond = 0.0
    /// Who has it, such as `host (pid 7)`; empty for nobody.
    public var worker = ""
    /// Seconds until its last step, where that can be said.
    public var remainingSeconds: Double?

    /// A training of which nothing else is known.
    public init(model: String, state: State) {
        self.model = model
        self.state = state
    }
}

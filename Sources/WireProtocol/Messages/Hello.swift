// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The first message of a worker on every connection: who it is, how it computes and what it holds.
public struct Hello: Hashable, Sendable {
    /// The protocol that the worker speaks.
    public var protocolVersion = ProtocolVersion.current
    /// The release or build of the worker, for people.
    public var software: String
    /// The version of the engine's numerics; part of every cell's id.
    public var numericsVersion: UInt32
    /// A digest of known answers, so that two builds of one numerics version can be seen to agree.
    public var numericsFingerprint: String
    /// What the worker calls itself.
    public var worker: WorkerIdentity
    /// The machine's name.
    public var host: String
    /// The operating system's number of the worker's process.
    public var process: UInt32
    /// Threads that compute.
    public var threads: Int
    /// The instruction set that the engine chose, such as `avx512`.
    public var instructionSet: String
    /// Attempts that are computed and whose results no coordinator has acknowledged; the first 4096 are sent.
    public var unacknowledged: [AttemptIdentity]
    /// Attempts that are computed now or wait to be; the first 4096 are sent.
    public var inFlight: [AttemptIdentity]
    /// What shows that those attempts were handed to this worker; the first 8192 are sent.
    public var grants: [Grant] = []
    /// Images per second the worker expects to score, where it knows.
    public var imagesPerSecond: Double?
    /// The training that the worker has.
    public var training: TrainingAttempt?
    /// What shows that the training was handed to this worker.
    public var trainingMark: [UInt8]?
    /// Whether it only wants to know what the answer would be: it is not taken for a worker, and is given no work.
    ///
    /// A coordinator that does not know the field takes it for one until it says goodbye.
    public var onlyAsks = false
    /// The scorers that the worker has; the first 64 are sent.
    public var scorers: [ScorerOffer] = []

    /// A worker that holds nothing and does not know its speed, unless said otherwise.
    public init(
        software: String,
        numericsVersion: UInt32,
        numericsFingerprint: String,
        worker: WorkerIdentity,
        host: String,
        process: UInt32,
        threads: Int,
        instructionSet: String,
        unacknowledged: [AttemptIdentity] = [],
        inFlight: [AttemptIdentity] = [],
        imagesPerSecond: Double? = nil,
        training: TrainingAttempt? = nil
    ) {
        self.software = software
        self.numericsVersion = numericsVersion
        self.numericsFingerprint = numericsFingerprint
        self.worker = worker
        self.host = host
        self.process = process
        self.threads = threads
        self.instructionSet = instructionSet
        self.unacknowledged = unacknowledged
        self.inFlight = inFlight
        self.imagesPerSecond = imagesPerSecond
        self.training = training
    }
}

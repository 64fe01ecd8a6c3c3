// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One life of a worker process, named by the shell when the worker says hello.
///
/// A worker that reconnects keeps its id, so that it finds its leases again; a new process is a new worker.
public struct WorkerID: Hashable, Sendable {
    /// The number behind the id.
    public var rawValue: UInt64

    /// The worker numbered `rawValue`.
    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }
}

extension WorkerID: CustomStringConvertible {
    /// The number in hexadecimal.
    public var description: String { String(rawValue, radix: 16) }
}

/// What a worker says of itself when it joins.
public struct WorkerFacts: Hashable, Sendable {
    /// Name of the machine; lost shards go to another host where there is one.
    public let host: String
    /// Compute threads, from 1 to 65536.
    public let threads: Int
    /// Images a second the worker expects to score, where it knows; sizes its first shard only.
    public let imagesPerSecond: Double?
    /// Whether trainings may be sent to it.
    public let canTrain: Bool
    /// The scorers that it has: what external models it can compute.
    public let scorers: [ScorerOffer]
    /// On whose behalf it speaks; not what it says, but what is known of it.
    public let voice: Voice

    /// Facts of a worker on `host`, which is its address too unless a voice is given; a number of threads outside the
    /// bounds becomes the nearer bound.
    public init(
        host: String,
        threads: Int,
        imagesPerSecond: Double? = nil,
        canTrain: Bool = true,
        scorers: [ScorerOffer] = [],
        voice: Voice? = nil
    ) {
        self.host = host
        self.threads = min(max(threads, 1), 65536)
        self.imagesPerSecond = imagesPerSecond
        self.canTrain = canTrain
        self.scorers = scorers
        self.voice = voice ?? Voice(key: nil, address: host)
    }

    /// Whether it can compute images of a model: any that this program computes (nil), and the external ones that it has a
    /// scorer for.
    public func canCompute(_ external: ExternalModel?) -> Bool {
        guard let external else { return true }
        return scorers.contains { $0.serves(external) }
    }
}

/// How far a worker's engine is, as it says with each sign of life; two that are alike tell that it did not get on.
public struct EngineProgress: Hashable, Sendable {
    /// The attempt that it computes.
    public var running: AttemptIdentity?
    /// Images of that attempt which are done.
    public var images: Int
    /// The training that it has.
    public var training: TrainingAttempt?
    /// Steps of that training which are done.
    public var steps: Int
    /// Grows with everything else that gets it on: parts of batches and steps, parts of files.
    public var activity: UInt64

    /// An engine that has nothing to do, unless said otherwise.
    public init(
        running: AttemptIdentity? = nil,
        images: Int = 0,
        training: TrainingAttempt? = nil,
        steps: Int = 0,
        activity: UInt64 = 0
    ) {
        (self.running, self.images) = (running, images)
        (self.training, self.steps) = (training, steps)
        self.activity = activity
    }

    /// Whether there is nothing that it could get on with.
    var isIdle: Bool { running == nil && training == nil }
}

/// An attempt that a joining worker already holds, and that was shown to have been given to it.
public struct HeldAttempt: Hashable, Sendable {
    /// Which attempt.
    public var attempt: AttemptIdentity
    /// Whether its table is computed and waits for the acknowledgement; the worker sends such tables again by itself.
    public var isComputed: Bool

    /// A held attempt.
    public init(_ attempt: AttemptIdentity, isComputed: Bool) {
        self.attempt = attempt
        self.isComputed = isComputed
    }
}

/// How a worker went away.
public enum Departure: String, Hashable, Sendable, CaseIterable {
    /// It said goodbye; what it still held is requeued without blame.
    case goodbye
    /// Its process or its connection broke.
    case crashed
    /// The system, or somebody, killed its process.
    case killed
    /// It missed its heartbeats.
    case silent
    /// It missed its heartbeats, and was not heard of long enough after it got the attempt to have computed any of it.
    ///
    /// Said of an attempt alone, of which ten such ends count as one loss: whoever takes shards and vanishes says nothing
    /// of them, but a shard that ends every worker at once does not go round for ever.
    case vanished
}

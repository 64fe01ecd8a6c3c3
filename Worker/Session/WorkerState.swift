// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import Vocabulary
import WireProtocol

/// What a worker knows of its coordinator and what it holds: a value, told of messages, of the engine and of the time.
///
/// Times are durations since the worker began. What is to be done because of an event is returned as effects; reports of
/// the engine gather until the socket's thread takes them with `takeReports`.
struct WorkerState {
    /// How the worker stands with its coordinator.
    enum Phase: Equatable {
        /// It says hello until it is welcomed.
        case joining
        /// It was welcomed to a life of the coordinator.
        case joined(epoch: UInt64, heartbeatInterval: Duration)
    }

    /// The attempt that is being computed.
    struct Running {
        let assignment: Assignment
        var begun: Duration
        var imagesDone = 0
        /// Nobody wants its result any more.
        var isCancelled = false

        var attempt: AttemptIdentity { assignment.attempt }
    }

    /// How the worker leaves.
    struct Leaving {
        var reason: String
        /// When it leaves even if something is still computed or not acknowledged; never, if nil.
        var deadline: Duration?
        /// Whether what is not begun is still computed.
        var keepsQueue = false
    }

    /// What is to be done because of an event.
    enum Effect {
        case send(WorkerMessage)
        case log(Logger.Level, Logger.Message)
        /// There may be work for the engine.
        case work
        /// A file is handed over, or will not be: the engine may wait for that.
        case uploadEnded
        /// Something for an engine that waits for a file.
        case fetch(ArtifactFetch.Event)
        case end(WorkerEnding)
    }

    /// Heartbeats of the coordinator that may be missed before the worker says hello again.
    static let missedHeartbeats = 3

    let introduction: Hello
    let walltime: Walltime?

    /// Whether messages can go out.
    var isConnected = false
    var phase = Phase.joining
    var pacing: HelloPacing
    var pace = ShardPace()
    /// Attempts that wait to be computed, oldest first.
    var queue = OrderedTable<AttemptIdentity, Assignment>()
    var running: Running?
    /// Results that no coordinator has acknowledged, oldest first.
    var results = OrderedTable<AttemptIdentity, ShardResult>()
    /// Results that are on their way to the socket's thread.
    var unsent: [AttemptIdentity] = []
    /// Failures that are on their way to the socket's thread.
    var failures: [ShardFailure] = []
    /// Attempts that will not be computed because the worker leaves, on their way back.
    var returned: [AttemptIdentity] = []
    /// The training that is waiting or running, and the one that takes its place when the engine has dropped it.
    var training: HeldTraining?
    var followingTraining: TrainingAssignment?
    /// The file of the training on its way to the coordinator, and how the last one's way ended.
    var upload: Upload?
    var uploadEnd: Upload.End?
    /// Ends of trainings that the coordinator has not heard of.
    var ends: [TrainingEnd] = []
    var leaving: Leaving?
    /// Whether the last coordinator said goodbye and no other has come.
    var isAbandoned = false
    var lastHeard: Duration = .zero
    var lastBeat: Duration = .zero

    /// A worker that `introduction` describes; what it holds is filled in with every hello.
    init(introduction: Hello, walltime: Walltime? = nil) {
        self.introduction = introduction
        self.walltime = walltime
        pacing = HelloPacing(seed: introduction.worker.bytes.reduce(0) { $0 &* 257 &+ UInt64($1) })
    }

    /// Whether everything that was computed is recorded, and nothing more will be; what only goes back needs no waiting.
    var isIdle: Bool {
        queue.isEmpty && running == nil && results.isEmpty && failures.isEmpty && training == nil
    }

    /// Whether the running attempt is worth waiting for a file: nothing is lost yet by giving it back.
    var mayFetch: Bool { running?.isCancelled == false && leaving?.keepsQueue != false }

    /// Attempts that are not computed yet, or that failed without the coordinator's knowledge.
    var inFlight: [AttemptIdentity] {
        let current = running.flatMap { $0.isCancelled ? nil : [$0.attempt] } ?? []
        return current + failures.map(\.attempt) + returned + queue.keys
    }

    var heartbeat: WorkerHeartbeat {
        WorkerHeartbeat(
            queued: queue.count,
            unacknowledged: results.count,
            running: running?.attempt,
            imagesDone: running?.imagesDone ?? 0
        )
    }
}

/// Why a session is over.
enum WorkerEnding: Equatable, Sendable {
    /// The coordinator will not work with this worker, for this reason.
    case refused(String)
    /// The socket broke.
    case broken(String)
    /// The worker left, and nothing that it computed is lost.
    case left
    /// The worker left with something begun and not finished, or finished and not acknowledged, for this reason.
    case cutShort(String)
}

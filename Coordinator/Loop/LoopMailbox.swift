// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import WireProtocol
import ZeroMQ

/// What other threads have to say to the loop.
enum LoopRequest: Sendable {
    /// The user wants the run to stop; the same command continues it.
    case stop
    /// Bytes for a client, made by another thread.
    case answer(to: [UInt8], [UInt8])
    /// An answer for which room was kept, made by another thread.
    case answerInRoom(RoomyAnswer)
    /// A file of a training is verified and stored.
    case uploaded(TrainingOffer, TrainedModels.File, from: [UInt8])
    /// A line for the user.
    case notice(String)
    /// A worker process that the coordinator started has ended.
    case localWorkerEnded(process: UInt32, LocalWorkers.Exit)
    /// No worker process that the coordinator started is left, and none is started again; how the last one ended.
    case localWorkersGone(LocalWorkers.Exit)
}

/// A mailbox that wakes the loop.
final class LoopMailbox: Sendable {
    let wakeup: Wakeup
    private let requests = Mutex<[LoopRequest]>([])

    init() throws {
        wakeup = try Wakeup()
    }

    func post(_ request: LoopRequest) {
        requests.withLock { $0.append(request) }
        wakeup.signal()
    }

    func takeAll() -> [LoopRequest] {
        requests.withLock { requests in
            defer { requests = [] }
            return requests
        }
    }
}

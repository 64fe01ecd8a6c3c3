// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServiceLifecycle
import Synchronization

/// The thread that the loop, its socket and its scheduler live in, as a service that ends when the loop does.
final class LoopThread: Service {
    typealias Outcome = Result<(RunWork, CoordinatorLoop.Ending), any Error>

    private let mailbox: LoopMailbox
    private let body: @Sendable () throws -> (RunWork, CoordinatorLoop.Ending)
    private let settled = Mutex<Outcome?>(nil)

    /// A thread that will run `body`; a graceful shutdown posts a stop to `mailbox`.
    init(mailbox: LoopMailbox, body: @escaping @Sendable () throws -> (RunWork, CoordinatorLoop.Ending)) {
        self.mailbox = mailbox
        self.body = body
    }

    /// Starts the thread and waits for its end.
    func run() async throws {
        await withGracefulShutdownHandler {
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                let thread = Thread { [self] in
                    let outcome = Outcome(catching: body)
                    settled.withLock { $0 = outcome }
                    done.resume()
                }
                thread.name = "coordinator"
                thread.stackSize = 8 << 20
                thread.start()
            }
        } onGracefulShutdown: { [mailbox] in
            mailbox.post(.stop)
        }
    }

    /// What the loop came to; it has ended.
    func outcome() throws -> (RunWork, CoordinatorLoop.Ending) {
        guard let outcome = settled.withLock({ $0 }) else { preconditionFailure("the loop has not ended") }
        return try outcome.get()
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import WireProtocol

/// What the socket's thread tells the engine's thread while that waits for a file.
final class ArtifactInbox: Sendable {
    private struct State {
        var isOpen = false
        var isJoined = false
        var events: [ArtifactFetch.Event] = []
    }

    /// Events that may wait; a coordinator that sends more than it was asked for loses the rest.
    private static let limit = 4 * FetchWindow.parts

    private let state = Mutex(State())
    private let semaphore = DispatchSemaphore(value: 0)

    /// Tells of `event`, from the socket's thread; nobody hears it while no file is awaited.
    func post(_ event: ArtifactFetch.Event) {
        let isHeard = state.withLock { state in
            switch event {
            case .joined: state.isJoined = true
            case .parted: state.isJoined = false
            case .chunk, .refused: guard state.events.count < Self.limit else { return false }
            case .silence, .abandoned: break
            }
            guard state.isOpen else { return false }
            state.events.append(event)
            return true
        }
        if isHeard { semaphore.signal() }
    }

    /// Whether there is a coordinator to ask.
    var isJoined: Bool { state.withLock { $0.isJoined } }

    /// Hears events from now on.
    func open() {
        state.withLock { $0.isOpen = true }
    }

    func close() {
        state.withLock { state in
            state.isOpen = false
            state.events = []
        }
    }

    /// Waits for the next event; `silence` after `timeout`, if there is one.
    func next(timeout: Duration?) -> ArtifactFetch.Event {
        let deadline = timeout.map { DispatchTime.now() + max(0, $0 / .seconds(1)) } ?? .distantFuture
        while semaphore.wait(timeout: deadline) == .success {
            let event = state.withLock { $0.events.isEmpty ? nil : $0.events.removeFirst() }
            // A signal may be left over from before `close`.
            if let event { return event }
        }
        return .silence
    }
}

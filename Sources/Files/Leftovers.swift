// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Files on their way, which go when the process is ended by a signal or by `exit`, where no object is released.
package enum Leftovers {
    /// One more writer at a time would leave its file behind.
    private static let capacity = 64
    private static let signals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]

    /// Addresses of paths, which a signal's handler reads at any instant; it may neither lock nor allocate.
    private static let slots = InlineArray<64, Atomic<Int>> { _ in Atomic(0) }
    /// Every path that ever stood in a slot.
    ///
    /// None is freed, because a handler may be reading it; a file that is written again and again has one name.
    private static let texts = Mutex<[String: Int]>([:])
    private static let isWatched = Atomic(false)

    /// Has SIGTERM and its like end the first process of a container as they would end any other.
    ///
    /// The kernel spares the process with number 1 each signal that it has no handler for: `docker run` could then
    /// neither be stopped with Ctrl-C nor in less time than it waits before it kills.
    package static func watchFirstProcess() {
        if isFirstProcess { watch() }
    }

    private static let isFirstProcess = getpid() == 1

    /// Has the file at `path` removed when the process ends before ``forget(_:)`` is called.
    ///
    /// - Returns: the slot to give back; nil when all are taken.
    static func add(_ path: String) -> Int? {
        watch()
        guard let text = text(of: path) else { return nil }
        return (0..<capacity).first {
            slots[$0].compareExchange(expected: 0, desired: text, ordering: .releasing).exchanged
        }
    }

    static func forget(_ slot: Int) { slots[slot].store(0, ordering: .relaxed) }

    private static func text(of path: String) -> Int? {
        texts.withLock { texts in
            if let known = texts[path] { return known }
            guard let text = strdup(path) else { return nil }
            texts[path] = Int(bitPattern: text)
            return texts[path]
        }
    }

    /// Takes the signals that nobody else has taken, and the process's regular end.
    private static func watch() {
        guard !isWatched.exchange(true, ordering: .relaxed) else { return }
        // Before a handler can come: globals are made when they are first used.
        removeAll()
        _ = isFirstProcess
        atexit { Leftovers.removeAll() }
        for number in signals {
            var now = sigaction()
            guard sigaction(number, nil, &now) == 0, now.__sigaction_handler.sa_handler == nil else { continue }
            // The signal comes again when this returns, and ends the process as it would have.
            signal(number) { number in
                Leftovers.removeAll()
                if Leftovers.isFirstProcess { _exit(128 + number) }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    /// Safe in a signal's handler: loads and `unlink`.
    private static func removeAll() {
        for index in 0..<capacity {
            if let path = UnsafePointer<CChar>(bitPattern: slots[index].load(ordering: .acquiring)) { unlink(path) }
        }
    }
}

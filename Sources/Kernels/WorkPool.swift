// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Threads that share the work of one process.
///
/// Make one pool, of the size wanted, and keep it: its threads sleep between calls. The calling thread takes part, so a
/// pool of one has no thread of its own and runs everything in place.
public final class WorkPool: Sendable {
    /// The most threads that work at once, the caller among them.
    public let threads: Int

    /// Threads that work at once at the moment; fewer than `threads` where processors are shared with others.
    public var activeThreads: Int { team.activeHelpers + 1 }

    /// Calls of ``forEach(_:_:)`` that have returned: grows while whoever computes here gets on.
    public var finishedCalls: Int { finished.load(ordering: .relaxed) }

    private let finished = Atomic<Int>(0)
    private let team = Team()
    /// Held for the length of a call: callers from several threads follow one another.
    private let callLock = Mutex<Void>(())

    /// Starts `threads - 1` threads.
    public init(threads: Int) {
        precondition(threads >= 1, "a pool of \(threads) threads")
        self.threads = threads
        for index in 1..<max(threads, 1) {
            let team = team
            let thread = Thread { team.serve(thread: index) }
            thread.name = "kernels-\(index)"
            thread.start()
        }
        team.setActiveHelpers(threads - 1)
    }

    deinit { team.stop() }

    /// Has `count` threads work at once from the next call on, at least one and at most all; the others sleep.
    ///
    /// No result depends on it.
    public func setActiveThreads(_ count: Int) {
        callLock.withLock { _ in team.setActiveHelpers(min(max(count, 1), threads) - 1) }
    }

    /// Calls `body` once for each index in `0..<count` and returns when all calls have returned.
    ///
    /// Indices are handed out in order, one at a time, to whichever thread is free. `body` receives the index and the
    /// number of the thread it runs on, `0..<threads`, which selects that thread's working memory. A call from inside
    /// `body` to the same pool never returns; calls from several threads take turns.
    public func forEach(_ count: Int, _ body: @Sendable (_ index: Int, _ thread: Int) -> Void) {
        defer { finished.wrappingAdd(1, ordering: .relaxed) }
        guard threads > 1, count > 1 else {
            for index in 0..<max(count, 0) { body(index, 0) }
            return
        }
        callLock.withLock { _ in
            withoutActuallyEscaping(body) { body in team.run(PoolWork(count: count, body: body)) }
        }
    }
}

/// What the threads of a pool are asked to do together.
private struct PoolWork: Sendable {
    let count: Int
    let body: @Sendable (Int, Int) -> Void
}

/// The threads of a pool, and the job they share.
// @unchecked: `job` and `isStopped` are touched only while `condition` is held.
private final class Team: @unchecked Sendable {
    private let condition = NSCondition()
    private let next = Atomic<Int>(0)
    private var job: PoolWork?
    /// Counts jobs, so that a thread takes part in each once; changes while `condition` is held.
    private let number = Atomic<Int>(0)
    /// Threads that have not finished the current job; changes while `condition` is held.
    private let busy = Atomic<Int>(0)
    /// Threads that take part in jobs, those with the lowest numbers; changes between jobs, while `condition` is held.
    private let active = Atomic<Int>(0)
    /// The number of the last job before more threads took part.
    private var lastWithFewer = 0
    private var isStopped = false

    var activeHelpers: Int { active.load(ordering: .relaxed) }

    /// Has `count` threads take part in the jobs that follow.
    func setActiveHelpers(_ count: Int) {
        condition.lock()
        if count > activeHelpers { lastWithFewer = number.load(ordering: .relaxed) }
        active.store(count, ordering: .relaxed)
        condition.broadcast()
        condition.unlock()
    }

    /// Runs `job` on the calling thread and those that take part.
    func run(_ job: PoolWork) {
        condition.lock()
        self.job = job
        busy.store(activeHelpers, ordering: .relaxed)
        next.store(0, ordering: .relaxed)
        number.wrappingAdd(1, ordering: .releasing)
        condition.broadcast()
        condition.unlock()

        perform(job, thread: 0)

        _ = Spinning.until { busy.load(ordering: .acquiring) == 0 }
        condition.lock()
        while busy.load(ordering: .acquiring) > 0 { condition.wait() }
        self.job = nil
        condition.unlock()
    }

    /// Takes part in every job, but while there are to be fewer threads, until stopped.
    func serve(thread: Int) {
        while let last = awaitTurn(of: thread) {
            var done = last
            while let performed = awaitAndPerform(after: done, thread: thread) {
                done = performed
                condition.lock()
                let remaining = busy.wrappingSubtract(1, ordering: .releasing).newValue
                if remaining == 0 { condition.broadcast() }
                condition.unlock()
            }
        }
    }

    /// Sleeps until the thread takes part; returns the number of the last job without it, or nil when stopped.
    private func awaitTurn(of thread: Int) -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while thread > activeHelpers && !isStopped { condition.wait() }
        return isStopped ? nil : lastWithFewer
    }

    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        condition.unlock()
    }

    /// Performs the job that follows number `done`, and returns its number; nil if the team was stopped, or goes on
    /// without the thread.
    ///
    /// A function of its own, so that the job's closure is released before the caller of `run` learns that it is over.
    private func awaitAndPerform(after done: Int, thread: Int) -> Int? {
        // One small job often follows another; waking a sleeping thread takes longer than such a job.
        _ = Spinning.until { number.load(ordering: .acquiring) != done }
        condition.lock()
        while number.load(ordering: .relaxed) == done && thread <= activeHelpers && !isStopped { condition.wait() }
        let (job, performed) = (isStopped || thread > activeHelpers ? nil : job, number.load(ordering: .relaxed))
        condition.unlock()
        guard let job else { return nil }
        perform(job, thread: thread)
        return performed
    }

    private func perform(_ job: PoolWork, thread: Int) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < job.count else { return }
            job.body(index, thread)
        }
    }
}

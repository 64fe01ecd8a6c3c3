// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Answers that are made once a second at most, one at a time and beside everything else, and given to all who ask.
actor SharedRenders {
    private struct Entry {
        var task: Task<WebResponse, Never>
        /// When it was made; nil while it is being made.
        var made: ContinuousClock.Instant?
    }

    private let queue = DispatchQueue(label: "dashboard", qos: .utility)
    private let lifetime: Duration
    private let most: Int
    private var entries: [String: Entry] = [:]

    /// - Parameters:
    ///   - lifetime: How long an answer is good.
    ///   - most: Answers that are kept, or being made.
    init(lifetime: Duration = .seconds(1), most: Int = 64) {
        self.lifetime = lifetime
        self.most = most
    }

    /// The answer called `key`; `make` blocks.
    func response(_ key: String, _ make: @escaping @Sendable () -> WebResponse) async -> WebResponse {
        let now = ContinuousClock.now
        if let entry = entries[key], entry.made.map({ now - $0 < lifetime }) ?? true { return await entry.task.value }
        entries = entries.filter { $0.value.made.map { now - $0 < lifetime } ?? true }
        guard entries.count < most else {
            var busy = WebResponse.text("too much is asked for at once; try again\n", status: 503)
            busy.headers["Retry-After"] = "2"
            return busy
        }
        let task = Task { [queue] in
            await withCheckedContinuation { done in queue.async { done.resume(returning: make()) } }
        }
        entries[key] = Entry(task: task, made: nil)
        let response = await task.value
        entries[key]?.made = .now
        return response
    }
}

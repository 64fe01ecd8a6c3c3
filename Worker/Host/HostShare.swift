// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files
import Foundation
import Kernels
import Logging
import Vocabulary

/// Workers of one machine that compute on the same processors, and how many of these each is to use.
///
/// They agree through files in the folder of fetched files, which all workers of a machine may share: each holds the lock
/// of one while it lives, and says there how many threads it has, or that it takes what is left. Whoever reads another's
/// file whose lock is free removes it. So nobody must be asked, and one that was killed counts no longer than the next
/// look.
final class HostShare: Sendable {
    /// How many threads a worker has.
    enum Wish: Equatable {
        /// As many as it was told.
        case fixed(Int)
        /// Its part of what others leave.
        case rest

        init(text: String) {
            self = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)).map { .fixed($0) } ?? .rest
        }

        var text: String {
            switch self {
            case .fixed(let count): "\(count)\n"
            case .rest: "rest\n"
            }
        }
    }

    /// How often it is looked who is there.
    private static let pause: TimeInterval = 2

    private let folder: String
    /// What the names of all files begin with that count against the same processors.
    private let prefix: String
    private let own: LockedFile
    private let processors: Int
    private let wish: Wish

    /// Takes a place among the workers that keep their files in `folder`; nil where that cannot be written.
    init?(folder: String, processors: ProcessorGroup, wish: Wish) {
        prefix = "processors-\(processors.name)-"
        let path = "\(folder)/\(prefix)\(UUID().uuidString)"
        try? FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        guard let file = try? LockedFile.open(path, .exclusive, creating: true) else { return nil }
        guard (try? file.file.write(contentsOf: Data(wish.text.utf8))) != nil else {
            unlink(path)
            return nil
        }
        (self.folder, self.processors, self.wish, own) = (folder, processors.count, wish, file)
    }

    deinit { unlink(own.path) }

    /// Has the pool use this worker's share of the processors, now and whenever somebody comes or goes.
    func keep(_ pool: WorkPool, _ logger: Logger) {
        guard wish == .rest else { return }
        apply(to: pool, logger)
        let thread = Thread { [weak self] in
            while true {
                Thread.sleep(forTimeInterval: Self.pause)
                guard let self else { return }
                self.apply(to: pool, logger)
            }
        }
        thread.name = "host-share"
        thread.start()
    }

    private func apply(to pool: WorkPool, _ logger: Logger) {
        let others = others()
        let share = Self.share(of: own.path, among: others, processors: processors)
        guard share != pool.activeThreads else { return }
        pool.setActiveThreads(share)
        logger.info(
            """
            computing with \(counted(pool.activeThreads, "thread")) from now on: \
            \(counted(others.count + 1, "worker")) on \(counted(processors, "processor"))
            """
        )
    }

    /// Threads of the worker whose file is `own`: those with a number have it, the others share what is left, and each has
    /// one at least.
    static func share(of own: String, among others: [String: Wish], processors: Int) -> Int {
        let fixed = others.values.reduce(0) { sum, wish in if case .fixed(let count) = wish { sum + count } else { sum }
        }
        let sharing = (others.filter { $0.value == .rest }.map(\.key) + [own]).sorted()
        let left = max(0, processors - fixed)
        let position = sharing.firstIndex(of: own) ?? 0
        return max(1, left / sharing.count + (position < left % sharing.count ? 1 : 0))
    }

    /// The other workers that live, by their files.
    func others() -> [String: Wish] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var found: [String: Wish] = [:]
        for name in names where name.hasPrefix(prefix) {
            let path = "\(folder)/\(name)"
            guard path != own.path else { continue }
            if let abandoned = try? LockedFile.open(path, .exclusive) {
                unlink(abandoned.path)
            } else if let text = try? String(contentsOfFile: path, encoding: .utf8) {
                found[path] = Wish(text: text)
            }
        }
        return found
    }
}

/// The processors that a process may use, and what tells processes apart that may use others.
struct ProcessorGroup {
    /// How many.
    let count: Int
    /// The machine, and what limits the process on it, in a few hexadecimal digits.
    let name: String

    /// Those of this process; nil where its batch job was given a number of its own, which nobody shares.
    static var own: ProcessorGroup? {
        let processors = AvailableProcessors.own
        guard !processors.isOfJob else { return nil }
        func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        let mask = read("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") } ?? ""
        // Containers of one machine all see the same path of their own group; the folder behind it differs.
        var folder = stat()
        let group =
            processors.isOfQuota && stat("/sys/fs/cgroup", &folder) == 0
            ? "\(folder.st_ino) \(read("/proc/self/cgroup"))" : ""
        let limits = [read("/proc/sys/kernel/random/boot_id"), String(mask), group].joined(separator: "\n")
        return ProcessorGroup(count: processors.count, name: String("\(Digest(of: limits.utf8))".prefix(12)))
    }
}

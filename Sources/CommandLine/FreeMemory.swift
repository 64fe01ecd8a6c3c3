// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How much memory this process may still take.
package struct FreeMemory: Sendable {
    /// Where the kernel's files are looked for; `/` but for tests.
    private let root: String

    package init(root: String = "") {
        self.root = root
    }

    /// Bytes that the machine, the groups that the process is limited in, and its own limit have left; nil where none
    /// of them says so.
    package func bytes() -> Int? { ([machine(), ownLimit()] + groups()).compactMap(\.self).min() }

    private func machine() -> Int? { field("MemAvailable:", in: "/proc/meminfo").map { $0 << 10 } }

    /// What `ulimit -v` or a batch system leaves of the address space.
    private func ownLimit() -> Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max,
            let used = field("VmSize:", in: "/proc/self/status")
        else { return nil }
        return max(0, Int(clamping: limit.rlim_cur) - used << 10)
    }

    /// What each group from the process's own up to the outermost leaves, of control groups of both versions.
    private func groups() -> [Int?] {
        let lines = (text("/proc/self/cgroup") ?? "").split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        }
        return lines.flatMap { line -> [Int?] in
            guard line.count == 3 else { return [] }
            if line[1].isEmpty { return folders("/sys/fs/cgroup", line[2]).map(unified) }
            guard line[1].split(separator: ",").contains("memory") else { return [] }
            return folders("/sys/fs/cgroup/memory", line[2]).map(legacy)
        }
    }

    /// The folders of a group and of those around it; in a container the outermost it sees is its own.
    private func folders(_ mount: String, _ group: String) -> [String] {
        var parts = group.split(separator: "/")
        var folders = [mount]
        while !parts.isEmpty {
            folders.append("\(mount)/\(parts.joined(separator: "/"))")
            parts.removeLast()
        }
        return folders
    }

    private func unified(_ folder: String) -> Int? {
        free(
            limit: number("\(folder)/memory.max"),
            used: number("\(folder)/memory.current"),
            files: field("file", in: "\(folder)/memory.stat")
        )
    }

    private func legacy(_ folder: String) -> Int? {
        free(
            limit: number("\(folder)/memory.limit_in_bytes"),
            used: number("\(folder)/memory.usage_in_bytes"),
            files: field("total_cache", in: "\(folder)/memory.stat")
        )
    }

    /// Pages of files that were read count as used; the system gives them back when memory is short.
    private func free(limit: Int?, used: Int?, files: Int?) -> Int? {
        guard let limit, let used else { return nil }
        return max(0, limit - used) + (files ?? 0)
    }

    /// The number behind the name that begins a line.
    private func field(_ name: String, in path: String) -> Int? {
        let lines = (text(path) ?? "").split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }
        return lines.first { $0.count > 1 && $0[0] == name }.flatMap { Int($0[1]) }
    }

    private func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private func text(_ path: String) -> String? {
        // Files of the kernel have no size that could be asked for first.
        (try? FileHandle(forReadingFrom: URL(filePath: root + path)))
            .flatMap { try? $0.read(upToCount: 1 << 16) }.map { String(decoding: $0, as: UTF8.self) }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How much memory this process may still take.
enum FreeMemory {
    /// Bytes that the machine, and the group that the process is limited in, have left; nil where neither says so.
    static func bytes() -> Int? {
        [machine(), group()].compactMap(\.self).min()
    }

    private static func machine() -> Int? {
        let line = text("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// Control groups, version 2, as a container sees its own.
    private static func group() -> Int? {
        guard let limit = number("/sys/fs/cgroup/memory.max"), let used = number("/sys/fs/cgroup/memory.current") else {
            return nil
        }
        // Pages of files that were read count as used; the system gives them back when memory is short.
        let files = text("/sys/fs/cgroup/memory.stat")?.split(separator: "\n").first { $0.hasPrefix("file ") }
        return max(0, limit - used) + (files?.split(separator: " ").last.flatMap { Int($0) } ?? 0)
    }

    private static func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private static func text(_ path: String) -> String? {
        // Files of the kernel have no size that could be asked for first.
        (try? FileHandle(forReadingFrom: URL(filePath: path)))
            .flatMap { try? $0.read(upToCount: 1 << 16) }.map { String(decoding: $0, as: UTF8.self) }
    }
}

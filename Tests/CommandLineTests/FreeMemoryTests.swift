// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import CommandLine

@Suite struct FreeMemoryTests {
    /// The kernel's files of a machine with 8 GiB free and the process in a group of this path.
    private func machine(_ groups: String, _ files: [String: String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n", to: "proc/meminfo")
        try folder.write(groups, to: "proc/self/cgroup")
        for (path, text) in files { try folder.write(text, to: path) }
        return folder
    }

    private func bytes(_ folder: TemporaryFolder) -> Int? { FreeMemory(root: folder.url.path).bytes() }

    @Test("a machine without limits has what is available")
    func machine() throws {
        #expect(try bytes(machine("0::/\n", [:])) == 8 << 30)
    }

    @Test("of the groups around the process the one with the least left counts, pages of files not")
    func nested() throws {
        let folder = try machine(
            "0::/jobs/7\n",
            [
                "sys/fs/cgroup/jobs/memory.max": "2147483648\n",
                "sys/fs/cgroup/jobs/memory.current": "1073741824\n",
                "sys/fs/cgroup/jobs/memory.stat": "anon 5\nfile 536870912\n",
                "sys/fs/cgroup/jobs/7/memory.max": "max\n",
                "sys/fs/cgroup/jobs/7/memory.current": "4096\n",
            ]
        )
        #expect(bytes(folder) == 3 << 29)
    }

    @Test("a container sees its own group as the outermost, whatever it is called outside")
    func container() throws {
        let folder = try machine(
            "0::/docker/abc\n",
            ["sys/fs/cgroup/memory.max": "1048576\n", "sys/fs/cgroup/memory.current": "524288\n"]
        )
        #expect(bytes(folder) == 1 << 19)
    }

    @Test("groups of the first version are read too")
    func legacy() throws {
        let folder = try machine(
            "3:cpu,memory:/job\n0::/\n",
            [
                "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "1048576",
                "sys/fs/cgroup/memory/job/memory.usage_in_bytes": "1048576",
                "sys/fs/cgroup/memory/job/memory.stat": "cache 9\ntotal_cache 4096\n",
            ]
        )
        #expect(bytes(folder) == 4096)
    }
}

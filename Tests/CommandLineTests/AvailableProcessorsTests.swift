// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLine

@Suite("Available processors")
struct AvailableProcessorsTests {
    @Test("the least of machine, mask, quota and job counts, and is named")
    func least() {
        func available(_ affinity: Int?, _ quota: Double?, _ variables: [String: String] = [:]) -> String {
            let found = AvailableProcessors(online: 64, affinity: affinity, quota: quota, environment: variables)
            return "\(found.count) \(found.limit ?? "machine")"
        }
        #expect(available(64, nil) == "64 machine")
        #expect(available(nil, nil) == "64 machine")
        #expect(available(12, nil) == "12 affinity mask")
        #expect(available(12, 1.5) == "2 CPU quota")
        #expect(available(64, 0.1) == "1 CPU quota")
        #expect(available(64, 200) == "64 machine")
        #expect(available(64, 8, ["SLURM_CPUS_PER_TASK": "4", "NSLOTS": "1"]) == "4 SLURM_CPUS_PER_TASK")
        #expect(available(64, 2, ["NSLOTS": "16"]) == "2 CPU quota")
        for name in ["SLURM_CPUS_ON_NODE", "NCPUS", "PBS_NUM_PPN", "LSB_DJOB_NUMPROC", "NSLOTS"] {
            #expect(available(64, nil, [name: "3"]) == "3 \(name)")
        }
        #expect(available(64, nil, ["NSLOTS": "undefined", "NCPUS": "0", "OMP_NUM_THREADS": "1"]) == "64 machine")
    }

    @Test("the mask is read with as many groups of digits as there are")
    func mask() {
        #expect(AvailableProcessors.affinity("Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n") == 2)
        #expect(AvailableProcessors.affinity("Cpus_allowed:\t80000000,00000000,ffffff01\n") == 26)
        #expect(AvailableProcessors.affinity("Cpus_allowed_list:\t0-1\n") == nil)
        #expect(AvailableProcessors.affinity("Cpus_allowed:\t\n") == nil)
    }

    /// A machine with these files.
    private func quota(_ files: [String: String]) -> Double? { CPUQuota(read: { files[$0] }).processors }

    private static let unified = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"

    @Test("the quota of version 2 is the least of the group's and those above it")
    func unified() {
        var files = [
            "/proc/self/mountinfo": "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + Self.unified,
            "/proc/self/cgroup": "0::/system.slice/job.service\n",
            "/sys/fs/cgroup/system.slice/job.service/cpu.max": "max 100000\n",
        ]
        #expect(quota(files) == nil)
        files["/sys/fs/cgroup/system.slice/cpu.max"] = "250000 100000\n"
        #expect(quota(files) == 2.5)
        files["/sys/fs/cgroup/system.slice/job.service/cpu.max"] = "50000 100000\n"
        #expect(quota(files) == 0.5)
    }

    @Test("a container, whose own group is the mount's root, has its quota there")
    func container() {
        let group = ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "100000 100000\n"]
        #expect(quota(group.merging(["/proc/self/mountinfo": Self.unified]) { $1 }) == 1)
        let legacy = [
            "/proc/self/cgroup": "5:cpuset:/\n4:cpu,cpuacct:/docker/ab\n",
            "/proc/self/mountinfo": "9 8 0:3 /docker/ab /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "150000\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        ]
        #expect(quota(legacy) == 1.5)
        #expect(quota(legacy.merging(["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1"]) { $1 }) == nil)
    }

    @Test("files that are missing or say something else are no limit")
    func nonsense() {
        #expect(quota([:]) == nil)
        let files = ["/proc/self/mountinfo": "x\n- - -\n" + Self.unified, "/proc/self/cgroup": "0\n0::/a/b"]
        #expect(quota(files) == nil)
        #expect(quota(files.merging(["/sys/fs/cgroup/a/cpu.max": "1 0"]) { $1 }) == nil)
        #expect(quota(files.merging(["/sys/fs/cgroup/a/cpu.max": "lots"]) { $1 }) == nil)
    }

    @Test("this process has at least one")
    func own() { #expect(AvailableProcessors.own.count >= 1) }
}

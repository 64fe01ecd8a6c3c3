// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The processor time that control groups allow a process, as containers and services are limited: version 2 of the
/// kernel's interface (`cpu.max`) and version 1 (`cpu.cfs_quota_us`).
struct CPUQuota {
    /// Reads a small file; nil where there is none.
    let read: (String) -> String?

    /// Processors' worth of time, the least of the process's group and of those above it; nil without a limit.
    var processors: Double? {
        let mounts = (read("/proc/self/mountinfo") ?? "").split(separator: "\n").compactMap(Mount.init)
        let groups = (read("/proc/self/cgroup") ?? "").split(separator: "\n").compactMap(Group.init)
        return groups.flatMap { group in
            mounts.filter(group.isIn).flatMap { $0.folders(of: group.path) }.compactMap(
                group.isUnified ? unified : legacy
            )
        }.min()
    }

    /// `MAX PERIOD` in microseconds, or `max PERIOD`.
    private func unified(_ folder: String) -> Double? {
        let numbers = (read(folder + "/cpu.max") ?? "").split(whereSeparator: \.isWhitespace).map { Double($0) }
        return numbers.count == 2 ? ratio(numbers[0], numbers[1]) : nil
    }

    private func legacy(_ folder: String) -> Double? {
        ratio(number(folder + "/cpu.cfs_quota_us"), number(folder + "/cpu.cfs_period_us"))
    }

    private func number(_ path: String) -> Double? {
        read(path).flatMap { Double($0.filter { !$0.isWhitespace }) }
    }

    /// A quota of −1 is none.
    private func ratio(_ quota: Double?, _ period: Double?) -> Double? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return quota / period
    }
}

/// A line of /proc/self/cgroup: `ID:CONTROLLERS:PATH`, without controllers in version 2.
private struct Group {
    let path: String
    let isUnified: Bool

    /// Nil for controllers that do not limit processors.
    init?(_ line: Substring) {
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        isUnified = parts[1].isEmpty
        guard isUnified || parts[1].split(separator: ",").contains("cpu") else { return nil }
        path = String(parts[2])
    }

    func isIn(_ mount: Mount) -> Bool {
        isUnified ? mount.type == "cgroup2" : mount.type == "cgroup" && mount.options.contains("cpu")
    }
}

/// A line of /proc/self/mountinfo: fields, among them the root within the file system and the folder where it is
/// mounted, then `-`, the type, the source and the options.
private struct Mount {
    let root: String
    let folder: String
    let type: String
    let options: [String]

    init?(_ line: Substring) {
        let fields = line.split(separator: " ").map(String.init)
        guard fields.count > 6, let dash = fields.dropFirst(6).firstIndex(of: "-"), dash + 3 < fields.count else {
            return nil
        }
        (root, folder, type) = (fields[3], fields[4], fields[dash + 1])
        options = fields[dash + 3].split(separator: ",").map(String.init)
    }

    /// Where the group at `path` and those above it lie, as far as they are mounted.
    func folders(of path: String) -> [String] {
        // A container sees its own group alone, and may know its path from outside.
        let inside = root == "/" ? path : path.hasPrefix(root) ? String(path.dropFirst(root.count)) : "/"
        let names = inside.split(separator: "/")
        return (0...names.count).map { ([folder] + names.prefix($0).map(String.init)).joined(separator: "/") }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files
import Foundation
import Reporting

/// Whether the folder of fetched files, and that of data sets, can be used.
struct CacheCheck {
    /// The cache's folder; nil where nothing says one.
    let directory: String?
    /// What it may hold.
    let limit: Int
    /// Folders in which data sets are looked for, as they were given.
    let dataFolders: [String]

    /// Bytes that are written to see how fast that is.
    var probeBytes = 4 << 20

    /// Bytes that a checkpoint and a data set need.
    private static let room = (least: 64 << 20, usual: 1 << 30)

    var findings: [Finding] { [cache] + dataFolders.compactMap(data) }

    /// What keeps fetched files from being kept, in a line, and what to do; nil where nothing does.
    var problem: String? {
        let finding = cache
        guard finding.verdict == .wrong else { return nil }
        return "cache: \(finding.found)" + (finding.advice.map { "; \($0)" } ?? "")
    }

    private var cache: Finding {
        guard let directory else {
            return Finding(
                "cache",
                .wrong,
                UserFolders.problem("XDG_CACHE_HOME"),
                advice: "give --cache a directory of this machine that can be written to"
            )
        }
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            return room(in: directory, speed: try writeSpeed(in: directory))
        } catch {
            return Finding(
                "cache",
                .wrong,
                "\(directory): \(SystemReason.text(of: error))",
                advice: "give --cache a directory of this machine that can be written to, with locks and space"
            )
        }
    }

    /// Writes, locks and removes a file; bytes a second.
    private func writeSpeed(in directory: String) throws -> Double {
        let path = "\(directory)/doctor-\(ProcessInfo.processInfo.processIdentifier)"
        defer { unlink(path) }
        guard let file = try LockedFile.open(path, .exclusive, creating: true) else { throw POSIXError(.EWOULDBLOCK) }
        let begun = ContinuousClock.now
        try file.file.write(contentsOf: Data(repeating: 0x5A, count: probeBytes))
        try file.file.synchronize()
        return Double(probeBytes) / max(1e-9, begun.duration(to: .now) / .seconds(1))
    }

    private func room(in directory: String, speed: Double) -> Finding {
        var system = statvfs()
        guard statvfs(directory, &system) == 0 else {
            return Finding("cache", .wrong, "\(directory): \(String(cString: strerror(errno)))")
        }
        let free = Int(
            clamping: UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize)).partialValue
        )
        let text =
            "\(directory): \(HumanText.size(free)) free, \(HumanText.size(Int(speed)))/s written; "
            + "at most \(HumanText.size(limit)) are kept"
        if free < Self.room.usual {
            return Finding(
                "cache",
                free < Self.room.least ? .wrong : .warning,
                text,
                advice:
                    "checkpoints and data sets that this machine lacks are kept there: make room, or give --cache another"
            )
        }
        return Finding("cache", text)
    }

    /// Where a folder was asked for and is not there.
    private func data(_ folder: String) -> Finding? {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) && isFolder.boolValue
        if isThere, access(folder, R_OK | X_OK) == 0 { return Finding("data", "\(folder) can be read") }
        return Finding(
            "data",
            .warning,
            "\(folder): \(isThere ? "cannot be read" : "no such folder")",
            advice: "data sets are fetched from the coordinator instead"
        )
    }
}

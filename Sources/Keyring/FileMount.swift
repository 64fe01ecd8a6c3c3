// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// The mount over which a file was opened.
struct FileMount {
    private let descriptor: Int32

    /// The mount of the file that is open as `descriptor`.
    init(of descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Whether nothing can be written over it.
    var isReadOnly: Bool {
        var system = statvfs()
        return fstatvfs(descriptor, &system) == 0 && system.f_flag & UInt(ST_RDONLY) != 0
    }

    /// Whether it is the file itself that was mounted, and not a folder that it lies in.
    var isOfOneFile: Bool {
        let file = "/proc/self/fd/\(descriptor)"
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: file) else { return false }
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        guard let own = Self.number(of: descriptor), let above = Self.number(of: folder) else { return false }
        return own != above
    }

    /// The kernel's number of the mount.
    ///
    /// `statx` would tell it, and whether it is a root, but Glibc's module has none.
    private static func number(of descriptor: Int32) -> Substring? {
        let text = try? String(contentsOfFile: "/proc/self/fdinfo/\(descriptor)", encoding: .utf8)
        return text?.split(separator: "\n").first { $0.hasPrefix("mnt_id:") }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes files so that a reader sees the old content or the whole new one, whoever else is writing.
enum CacheFile {
    /// Replaces `path` by `bytes`: written beside it, flushed to disk, renamed.
    ///
    /// Each writer has a file of its own, so processes that write the same path do not disturb each other; the last
    /// rename wins, and every one of them is whole.
    static func write(_ bytes: [UInt8], to path: String) throws(DatasetError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let (file, partial) = try createPartial(of: path, folder: folder)
        do {
            try file.write(contentsOf: Data(bytes))
            try file.synchronize()
            try file.close()
            guard rename(partial, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        } catch {
            unlink(partial)
            throw .cache(directory: folder, reason: (error as NSError).localizedDescription)
        }
    }

    /// A new file beside `path` that no other process has open.
    ///
    /// The process number alone would not do: containers that share a cache number their processes alike.
    private static func createPartial(of path: String, folder: String) throws(DatasetError) -> (FileHandle, String) {
        for attempt in 0..<1000 {
            let partial = "\(path).\(getpid())-\(attempt).partial"
            let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            if descriptor >= 0 { return (FileHandle(fileDescriptor: descriptor, closeOnDealloc: true), partial) }
            guard errno == EEXIST else { break }
        }
        throw .cache(directory: folder, reason: String(cString: strerror(errno)))
    }
}

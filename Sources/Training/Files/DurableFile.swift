// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files that are there whole or not at all, whenever the plug is pulled.
public enum DurableFile {
    /// Writes a file beside `path`, has the disk confirm it, gives it the name `path`, and has the disk confirm that.
    ///
    /// - Throws: ``TrainingError/file(_:)``; what bore the name before is still there then.
    public static func write(_ bytes: [UInt8], to path: String) throws(TrainingError) {
        let partial = path + ".partial"
        do {
            guard FileManager.default.createFile(atPath: partial, contents: nil) else { throw POSIXError.latest }
            let file = try FileHandle(forWritingTo: URL(filePath: partial))
            try file.write(contentsOf: Data(bytes))
            try file.synchronize()
            try file.close()
            guard rename(partial, path) == 0 else { throw POSIXError.latest }
            try synchronise(URL(filePath: path).deletingLastPathComponent().path)
        } catch {
            // The first error is the one to tell; a file left behind here is overwritten the next time.
            try? FileManager.default.removeItem(atPath: partial)
            throw .file(
                "\(path): cannot be written (\(error.localizedDescription)); check its folder and the space there"
            )
        }
    }

    /// Has the disk confirm the names in `folder`.
    ///
    /// - Throws: `POSIXError` when the folder cannot be opened or the disk refuses.
    public static func synchronise(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError.latest }
        defer { close(descriptor) }
        // Some network file systems cannot; the file itself is safe by then.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw POSIXError.latest }
    }
}

extension POSIXError {
    /// What the system said last.
    static var latest: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}

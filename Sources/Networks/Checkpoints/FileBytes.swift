// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation

/// Whole files in and out, with one-line errors.
enum FileBytes {
    /// Reads a regular file of at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(CheckpointError) -> [UInt8] {
        // The properties of a link are the link's own; those of what it stands for are wanted.
        let url = URL(filePath: path).resolvingSymlinksInPath()
        guard let properties = try? url.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey]) else {
            throw CheckpointError(file: path, "no such file, or it may not be read")
        }
        guard properties.isRegularFile == true, let size = properties.fileSize else {
            throw CheckpointError(file: path, "not a regular file")
        }
        guard size <= limit else { throw CheckpointError(file: path, "\(size) bytes; at most \(limit) are read") }
        guard let data = try? Data(contentsOf: url) else {
            throw CheckpointError(file: path, "cannot be read; check its permissions")
        }
        return [UInt8](data)
    }

    /// Replaces the file at `path` durably: readers see the old file or the whole new one.
    static func write(_ bytes: [UInt8], to path: String) throws(CheckpointError) {
        do {
            try DurableFile.write(bytes, to: path)
        } catch {
            throw CheckpointError(file: error.path, error.problem)
        }
    }
}

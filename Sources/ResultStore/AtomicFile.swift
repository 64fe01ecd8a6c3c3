// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Files that appear complete or not at all.
enum AtomicFile {
    /// Hands `body` a function that appends to a file beside `path`, which then takes the place of `path`.
    static func write<Value>(_ path: String, _ body: (([UInt8]) throws -> Void) throws -> Value) throws -> Value {
        let partial = path + ".partial"
        guard FileManager.default.createFile(atPath: partial, contents: nil),
            let file = FileHandle(forWritingAtPath: partial)
        else { throw ResultStoreError.cannotWrite(path: path, reason: "'\(partial)' cannot be made") }
        do {
            let value = try body { bytes in try named(path) { try file.write(contentsOf: Data(bytes)) } }
            try named(path) {
                try file.synchronize()
                try file.close()
            }
            guard rename(partial, path) == 0 else {
                throw ResultStoreError.cannotWrite(path: path, reason: "'\(partial)' cannot be renamed to it")
            }
            return value
        } catch {
            // The first error is the one to report; what is left behind here is overwritten by the next export.
            try? file.close()
            try? FileManager.default.removeItem(atPath: partial)
            throw error
        }
    }

    private static func named(_ path: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            throw ResultStoreError.cannotWrite(path: path, reason: error.localizedDescription)
        }
    }
}

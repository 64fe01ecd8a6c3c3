// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Files that are there whole or not at all, whenever the plug is pulled: the one way in which BitSweep writes them.
///
/// The bytes are written beside the file, the disk confirms them, the name is given, the disk confirms the name. A
/// symbolic link stays and what it stands for is written. A FIFO, a device or a socket cannot be replaced: bytes go
/// straight into it, and into standard output for `-`. Of two that write one file, the last one's stays, whole.
package enum DurableFile {
    /// Writes `bytes` in the place of whatever file is at `path`.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        _ permissions: FilePermissions = .ordinary,
        calls: SystemCalls = .system
    ) throws(FileError) {
        let output = try Output(path, permissions, calls: calls)
        try output.append(bytes)
        try output.finish()
    }

    /// Writes what `body` gives to the function that it is called with, in the place of whatever file is at `path`.
    ///
    /// - Returns: what `body` returns.
    /// - Throws: ``FileError``, or what `body` throws; the file at `path` is what it was then.
    package static func write<Value>(
        to path: String,
        _ permissions: FilePermissions = .ordinary,
        calls: SystemCalls = .system,
        _ body: (_ append: (_ bytes: [UInt8]) throws(FileError) -> Void) throws -> Value
    ) throws -> Value {
        let output = try Output(path, permissions, calls: calls)
        let value = try body(output.append)
        try output.finish()
        return value
    }

    /// Writes `bytes` to a new file, never in the place of anything.
    ///
    /// - Throws: ``FileError``, with `EEXIST` when something is at `path`, be it a link to nothing.
    package static func create(
        _ bytes: [UInt8],
        at path: String,
        _ permissions: FilePermissions = .ordinary,
        calls: SystemCalls = .system
    ) throws(FileError) {
        let file = try TemporaryFile(beside: path, mode: permissions.mode(replacing: nil), calls: calls)
        try file.append(bytes)
        try file.makeTarget()
    }

    /// Gives a complete file that the caller has open the name `path`, durably.
    ///
    /// This is the rule's second half, for files that grow over more than one life of a process.
    package static func keep(
        _ descriptor: Int32,
        at temporary: String,
        as path: String,
        calls: SystemCalls = .system
    ) throws(FileError) {
        do throws(Descriptor.Failure) {
            let file = Descriptor(borrowing: descriptor)
            try file.synchronise(with: calls)
            guard calls.rename(temporary, path) == 0 else { throw .last }
            try Descriptor.synchroniseFolder(of: path, with: calls)
        } catch {
            throw FileError(path: path, code: error.code)
        }
    }

    /// Whether what is written to `path` appears on standard output, among what else is printed there.
    package static func isStandardOutput(_ path: String) -> Bool {
        (try? Destination(path)) == .stream(.descriptor(STDOUT_FILENO))
    }
}

extension FilePermissions {
    /// The mode of a file that takes the place of one with the mode `replaced`; nil for what the umask leaves.
    fileprivate func mode(replacing replaced: mode_t?) -> mode_t? {
        switch self {
        case .ordinary: replaced
        case .secret: 0o600
        }
    }
}

/// A file on its way, or what lets bytes straight through.
private enum Output {
    case file(TemporaryFile)
    case stream(Descriptor, path: String, SystemCalls)

    init(_ path: String, _ permissions: FilePermissions, calls: SystemCalls) throws(FileError) {
        switch try Destination(path) {
        case .file(let target, let mode):
            let mode = permissions.mode(replacing: mode)
            self = .file(try TemporaryFile(beside: target, mode: mode, calls: calls))
        case .stream(let stream):
            self = .stream(try stream.open(), path: stream.path, calls)
        }
    }

    func append(_ bytes: [UInt8]) throws(FileError) {
        switch self {
        case .file(let file): try file.append(bytes)
        case .stream(let descriptor, let path, let calls):
            do throws(Descriptor.Failure) {
                try descriptor.write(bytes, with: calls)
            } catch {
                throw FileError(path: path, code: error.code)
            }
        }
    }

    func finish() throws(FileError) {
        if case .file(let file) = self { try file.replaceTarget() }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// An open file; `errno` values are thrown bare here, for the caller knows the path to name.
final class Descriptor: Sendable {
    struct Failure: Error {
        let code: Int32

        /// What the last call said.
        static var last: Failure { Failure(code: errno) }
    }

    let number: Int32
    private let isBorrowed: Bool

    /// Takes over an open descriptor, which is closed with the object.
    private init(owning number: Int32) {
        self.number = number
        isBorrowed = false
    }

    /// Uses a descriptor of the process that stays open, such as standard output.
    init(borrowing number: Int32) {
        self.number = number
        isBorrowed = true
    }

    /// Opens a file; one that is made gets the mode `mode`.
    convenience init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(Failure) {
        let number = open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw .last }
        self.init(owning: number)
    }

    /// Connects to a stream socket that listens under the name `path`.
    convenience init(connecting path: String) throws(Failure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isLong = withUnsafeMutableBytes(of: &address.sun_path) { name in
            name.copyBytes(from: path.utf8.prefix(name.count - 1))
            return path.utf8.count >= name.count
        }
        if isLong { throw Failure(code: ENAMETOOLONG) }
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .last }
        self.init(owning: number)
        let result = withUnsafePointer(to: address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw .last }
    }

    deinit {
        if !isBorrowed { close(number) }
    }

    /// Writes all of `bytes`, waiting where the reader is slow.
    func write(_ bytes: [UInt8], with calls: SystemCalls) throws(Failure) {
        let (_, code) = put(bytes, with: calls, patience: nil)
        if code != 0 { throw Failure(code: code) }
    }

    /// Writes as many of `bytes` as can be.
    ///
    /// - Parameters:
    ///   - bytes: What is to be written.
    ///   - calls: The system.
    ///   - patience: Milliseconds to wait for a reader each time; nil for as long as it takes.
    /// - Returns: how many were written, and 0 or why not all were, as `errno`.
    func put(_ bytes: [UInt8], with calls: SystemCalls, patience: Int32?) -> (written: Int, code: Int32) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = calls.write(number, UnsafeRawBufferPointer(rebasing: rest))
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    guard isWritable(within: patience ?? -1) else { return (bytes.count - rest.count, EAGAIN) }
                } else if errno != EINTR {
                    return (bytes.count - rest.count, errno)
                }
            }
            return (bytes.count, 0)
        }
    }

    /// Waits until something can be written, or writing would fail at once; false after so many milliseconds, never
    /// when they are negative.
    func isWritable(within milliseconds: Int32) -> Bool {
        while true {
            var waiting = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
            let count = poll(&waiting, 1, milliseconds)
            if count != 0, count > 0 || errno != EINTR { return true }
            if count == 0 { return false }
        }
    }

    /// Has the disk confirm what was written.
    func synchronise(with calls: SystemCalls) throws(Failure) {
        while calls.fsync(number) != 0 {
            if errno != EINTR { throw .last }
        }
    }

    /// Has the disk confirm the names in the folder of `path`.
    static func synchroniseFolder(of path: String, with calls: SystemCalls) throws(Failure) {
        do throws(Failure) {
            let folder = try Descriptor(opening: Destination.folder(of: path), O_RDONLY | O_DIRECTORY)
            try folder.synchronise(with: calls)
        } catch {
            // A folder that may be written and not read, or a file system that knows no such call: all is done then.
            guard [EACCES, EINVAL, ENOTSUP].contains(error.code) else { throw error }
        }
    }
}

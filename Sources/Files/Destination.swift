// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What stands behind a path that is to be written.
enum Destination: Hashable {
    /// What cannot be replaced by a file: bytes go straight into it.
    case stream(Stream)
    /// A file, or the name of one to come; `mode` are the permissions of the one that is there.
    case file(String, mode: mode_t?)

    /// Something that takes bytes and keeps none.
    enum Stream: Hashable {
        /// An open file of this process: `-` is standard output, as `/dev/stdout` and `/proc/self/fd/1` are.
        case descriptor(Int32)
        /// A FIFO or a device.
        case device(String)
        /// A socket that somebody listens at.
        case socket(String)
    }

    /// What errors call standard output.
    static let standardOutput = "standard output"

    /// As many symbolic links as Linux itself follows.
    private static let longestChain = 40

    /// Follows `path` over symbolic links to what is to be written.
    ///
    /// - Throws: ``FileError`` for a folder, for links in a circle, and for what cannot be looked at.
    init(_ path: String) throws(FileError) {
        if path == "-" {
            self = .stream(.descriptor(STDOUT_FILENO))
            return
        }
        var path = path
        for _ in 0...Self.longestChain {
            var status = stat()
            guard lstat(path, &status) == 0 else {
                guard errno == ENOENT else { throw FileError(path: path, code: errno) }
                self = .file(path, mode: nil)
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFLNK:
                // Such a link's text may name a file that was renamed or removed since, and never tells the position.
                if let descriptor = Self.ownDescriptor(path) {
                    self = .stream(.descriptor(descriptor))
                    return
                }
                path = try Self.target(ofLink: path)
                continue
            case S_IFREG: self = .file(path, mode: status.st_mode & 0o777)
            case S_IFDIR: throw FileError(path: path, code: EISDIR)
            case S_IFSOCK: self = .stream(.socket(path))
            default: self = .stream(.device(path))
            }
            return
        }
        throw FileError(path: path, code: ELOOP)
    }

    private static func target(ofLink path: String) throws(FileError) -> String {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer -> String? in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink(path, start, buffer.count)
            return count < 0 ? nil : String(decoding: UnsafeRawBufferPointer(buffer).prefix(count), as: UTF8.self)
        }
        guard let text else { throw FileError(path: path, code: errno) }
        return text.hasPrefix("/") ? text : folder(of: path) + "/" + text
    }

    /// The number of the descriptor of this process that `path` is a name of.
    private static func ownDescriptor(_ path: String) -> Int32? {
        guard let number = Int32(name(of: path)), number >= 0 else { return nil }
        guard let folder = canonical(folder(of: path)), folder == canonical("/proc/self/fd") else { return nil }
        return number
    }

    private static func canonical(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// The folder that `path` lies in.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What `path` is called in its folder; empty after a slash.
    static func name(of path: String) -> Substring {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path[...] }
        return path[path.utf8.index(after: slash)...]
    }
}

extension Destination.Stream {
    /// What errors call it.
    var path: String {
        switch self {
        case .descriptor(STDOUT_FILENO): Destination.standardOutput
        case .descriptor(let number): "/proc/self/fd/\(number)"
        case .device(let path), .socket(let path): path
        }
    }

    /// Opens it for writing; a FIFO waits for its reader.
    func open() throws(FileError) -> Descriptor {
        do throws(Descriptor.Failure) {
            switch self {
            case .descriptor(let number): return Descriptor(borrowing: number)
            case .device(let path): return try Descriptor(opening: path, O_WRONLY | O_NOCTTY)
            case .socket(let path): return try Descriptor(connecting: path)
            }
        } catch {
            throw FileError(path: path, code: error.code)
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Files

/// What cannot be replaced by a file is written straight through.
@Suite("FIFOs, devices, sockets and open descriptors", .timeLimit(.minutes(1)))
struct StreamTests {
    private let folder: TemporaryFolder
    private let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }

    init() throws { folder = try TemporaryFolder() }

    private func kind(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    /// What `descriptor` gives until its end, read by a thread of its own.
    private func reading(
        _ open: @escaping @Sendable () -> Int32,
        during body: () throws -> Void
    ) async throws -> [UInt8] {
        let reader = Task.detached {
            let file = FileHandle(fileDescriptor: open(), closeOnDealloc: true)
            return [UInt8](try file.readToEnd() ?? Data())
        }
        try body()
        return try await reader.value
    }

    @Test("a FIFO's reader gets the bytes, and the FIFO stays, under its name and under a link's")
    func fifo() async throws {
        let path = folder.path("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "fifo")
        for name in ["fifo", "link"] {
            let read = try await reading {
                open(path, O_RDONLY)
            } during: {
                try DurableFile.write(bytes, to: folder.path(name))
            }
            #expect(read == bytes)
        }
        #expect(kind(path) == S_IFIFO)
        #expect(folder.names() == ["fifo", "link"])
    }

    @Test("a socket's listener gets the bytes; without a listener there is an error")
    func socket() async throws {
        let path = folder.path("s")
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0 && listen(listener, 1) == 0)
        let read = try await reading {
            accept(listener, nil, nil)
        } during: {
            try DurableFile.write(bytes, to: path)
        }
        #expect(read == bytes)
        close(listener)
        #expect(throws: FileError(path: path, code: ECONNREFUSED)) { try DurableFile.write(bytes, to: path) }
        #expect(kind(path) == S_IFSOCK)
    }

    @Test("/dev/null takes everything and stays a device; /dev/full says that it is full")
    func devices() throws {
        try DurableFile.write(bytes, to: "/dev/null")
        #expect(kind("/dev/null") == S_IFCHR)
        let error = #expect(throws: FileError.self) { try DurableFile.write(bytes, to: "/dev/full") }
        #expect(
            error?.description == "/dev/full: cannot be written (No space left on device); "
                + "its directory must exist, be writable and have space"
        )
        #expect(kind("/dev/full") == S_IFCHR)
    }

    @Test("- and the names of standard output are standard output", arguments: ["-", "/dev/fd/1", "/proc/self/fd/1"])
    func standardOutput(path: String) throws {
        #expect(try Destination(path) == .stream(.descriptor(1)))
        #expect(DurableFile.isStandardOutput(path))
        #expect(!DurableFile.isStandardOutput("./-"))
        #expect(try Destination("./-") == .file("./-", mode: nil))
    }

    @Test("an open file is written where it stands, be it a pipe or a file that has a name")
    func openFiles() async throws {
        let pipe = Pipe()
        let writer = pipe.fileHandleForWriting
        let reader = dup(pipe.fileHandleForReading.fileDescriptor)
        let read = try await reading {
            reader
        } during: {
            try DurableFile.write(bytes, to: "/proc/self/fd/\(writer.fileDescriptor)")
            try writer.close()
        }
        #expect(read == bytes)
        let file = try folder.newFile("file")
        try file.write(contentsOf: Data("first ".utf8))
        try DurableFile.write(Array("second ".utf8), to: "/dev/fd/\(file.fileDescriptor)")
        try file.write(contentsOf: Data("third".utf8))
        #expect(folder.bytes("file") == Data("first second third".utf8))
        #expect(folder.names() == ["file"])
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Files

/// The order of the system's calls, and what is left when one of them fails.
@Suite("faults of the disk")
struct FaultTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("file") }

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("before", to: "file")
    }

    @Test("the file is on the disk before it has its name, and its name before the writer goes on")
    func order() throws {
        let record = CallRecord()
        let temporary = folder.path("file.\(getpid())-0.partial")
        try DurableFile.write([1, 2], to: path, calls: record.calls)
        #expect(
            record.take() == [
                "write \(temporary)", "fsync \(temporary)", "rename \(temporary) \(path)", "fsync \(folder.url.path)",
            ]
        )
        let new = folder.path("new")
        let partial = folder.path("new.\(getpid())-0.partial")
        try DurableFile.create([1, 2], at: new, calls: record.calls)
        #expect(
            record.take() == [
                "write \(partial)", "fsync \(partial)", "link \(partial) \(new)", "fsync \(folder.url.path)",
            ]
        )
    }

    @Test(
        "when the disk refuses, the file is what it was, and nothing lies beside it",
        arguments: ["write", "fsync", "rename"],
        [ENOSPC, EIO, EDQUOT]
    )
    func refusal(call: String, code: Int32) throws {
        let record = CallRecord(failing: call, code)
        #expect(throws: FileError(path: path, code: code)) {
            try DurableFile.write([1, 2], to: path, calls: record.calls)
        }
        #expect(folder.bytes("file") == Data("before".utf8))
        #expect(folder.names() == ["file"])
        #expect(throws: FileError(path: path, code: code)) {
            try DurableFile.write(to: path, calls: record.calls) { try $0([1]) }
        }
        #expect(folder.names() == ["file"])
    }

    @Test("when the folder cannot be confirmed the file is whole, and the writer hears of it")
    func folderRefusal() throws {
        let record = CallRecord(failing: "fsync \(folder.url.path)", EIO)
        #expect(throws: FileError(path: path, code: EIO)) { try DurableFile.write([1], to: path, calls: record.calls) }
        #expect(folder.bytes("file") == Data([1]))
        #expect(folder.names() == ["file"])
    }

    @Test("file systems that cannot confirm a folder do for the rest", arguments: [EINVAL, ENOTSUP])
    func unableFolder(code: Int32) throws {
        let record = CallRecord(failing: "fsync \(folder.url.path)", code)
        try DurableFile.write([1], to: path, calls: record.calls)
        #expect(folder.bytes("file") == Data([1]))
    }

    @Test("a new file whose name cannot be given leaves nothing")
    func linkRefusal() throws {
        let record = CallRecord(failing: "link", EIO)
        #expect(throws: FileError.self) { try DurableFile.create([1], at: folder.path("new"), calls: record.calls) }
        #expect(folder.names() == ["file"])
    }

    @Test("interrupted and short writes go on until all is written")
    func shortWrites() throws {
        let turn = Mutex(0)
        var calls = SystemCalls.system
        calls.write = { descriptor, bytes in
            let isInterrupted = turn.withLock { turn in
                turn += 1
                return turn % 3 == 0
            }
            if isInterrupted {
                errno = EINTR
                return -1
            }
            return write(descriptor, bytes.baseAddress, min(7, bytes.count))
        }
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        try DurableFile.write(bytes, to: path, calls: calls)
        #expect(folder.bytes("file") == Data(bytes))
    }
}

/// The real calls, recorded, of which some fail.
private final class CallRecord: Sendable {
    private let lines = Mutex<[String]>([])
    private let failing: String?
    private let code: Int32

    /// Calls fail with `code` whose record is `failing`, or goes on after it.
    init(failing: String? = nil, _ code: Int32 = 0) {
        self.failing = failing
        self.code = code
    }

    /// What was called since the last time this was asked.
    func take() -> [String] {
        lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }

    var calls: SystemCalls {
        SystemCalls(
            write: { [self] in refuses("write \(name($0))") ? -1 : write($0, $1.baseAddress, $1.count) },
            fsync: { [self] in refuses("fsync \(name($0))") ? -1 : fsync($0) },
            rename: { [self] in refuses("rename \($0) \($1)") ? -1 : rename($0, $1) },
            link: { [self] in refuses("link \($0) \($1)") ? -1 : link($0, $1) }
        )
    }

    private func refuses(_ line: String) -> Bool {
        lines.withLock { $0.append(line) }
        guard let failing, line == failing || line.hasPrefix("\(failing) ") else { return false }
        errno = code
        return true
    }

    private func name(_ descriptor: Int32) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")) ?? "?"
    }
}

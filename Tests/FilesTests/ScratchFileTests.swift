// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Files

@Suite("scratch files")
struct ScratchFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("bytes are read back from wherever they were put")
    func bytes() throws {
        let file = try ScratchFile(beside: folder.path("out"), or: "/nowhere")
        for byte in 0..<100 { try file.append([UInt8](repeating: UInt8(byte), count: 1000)) }
        #expect(file.count == 100_000)
        #expect(try file.bytes(at: 41_998, count: 4) == [41, 41, 42, 42])
        #expect(throws: FileError(path: folder.url.path, code: EIO)) { try file.bytes(at: 99_999, count: 2) }
    }

    @Test("nobody sees it, in the folder of the file or in the one for what is no file")
    func place() throws {
        let beside = try ScratchFile(beside: folder.path("out"), or: "/nowhere")
        let elsewhere = try ScratchFile(beside: "-", or: folder.url.path)
        try beside.append([1])
        try elsewhere.append([2])
        #expect(folder.names() == [])
        #expect(throws: FileError(path: "/nowhere", code: ENOENT)) { _ = try ScratchFile(beside: "-", or: "/nowhere") }
        #expect(throws: FileError(path: folder.path("no"), code: ENOENT)) {
            _ = try ScratchFile(beside: folder.path("no/out"), or: "/")
        }
    }

    @Test("a full disk is told, with the folder that has no room")
    func full() throws {
        var calls = SystemCalls.system
        calls.write = { _, _ in
            errno = ENOSPC
            return -1
        }
        let file = try ScratchFile(beside: folder.path("out"), or: "/", calls: calls)
        #expect(throws: FileError(path: folder.url.path, code: ENOSPC)) { try file.append([1]) }
    }
}

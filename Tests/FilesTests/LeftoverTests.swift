// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Files

@Suite("files on their way when the process ends")
struct LeftoverTests {
    @Test("SIGTERM, SIGINT and SIGHUP take the file with them, and end the process as they do")
    func signals() async throws {
        let folder = try TemporaryFolder()
        for number in [SIGTERM, SIGINT, SIGHUP] {
            let path = folder.path("file")
            await #expect(processExitsWith: .signal(number)) { [path = path as String, number = number as Int32] in
                let file = try TemporaryFile(beside: path)
                try file.append([1, 2, 3])
                kill(getpid(), number)
                withExtendedLifetime(file) { _ = sleep(10) }
            }
            #expect(folder.names().isEmpty)
        }
    }

    @Test("a regular end takes it too, and leaves the files that are done")
    func exits() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("file")
        await #expect(processExitsWith: .exitCode(3)) { [path = path as String] in
            try DurableFile.write([1], to: path)
            let file = try TemporaryFile(beside: path)
            withExtendedLifetime(file) { exit(3) }
        }
        #expect(folder.names() == ["file"])
    }

    @Test("a signal that the process ignores stays ignored")
    func ignored() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("file")
        await #expect(processExitsWith: .exitCode(0)) { [path = path as String] in
            signal(SIGHUP, SIG_IGN)
            let file = try TemporaryFile(beside: path)
            kill(getpid(), SIGHUP)
            usleep(20_000)
            try file.replaceTarget()
            exit(0)
        }
        #expect(folder.names() == ["file"])
    }

    @Test("of many writers at once, one's file stays, whole")
    func concurrency() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("file")
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try? DurableFile.write([UInt8](repeating: UInt8(number), count: 10_000), to: path)
                }
            }
        }
        let bytes = folder.bytes("file")
        #expect(bytes.count == 10_000 && Set(bytes).count == 1)
        #expect(folder.names() == ["file"])
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Files

@Suite("durable files")
struct DurableFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("file") }

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions] as? Int
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }

    private func target(of name: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: folder.path(name))
    }

    /// Runs `body` with no more rights to files than anybody has: root may write everywhere.
    private func asNobody<Value>(_ body: () -> Value) throws -> Value {
        guard geteuid() == 0 else { return body() }
        // It counts for this thread alone; Swift's Glibc does not declare it.
        let symbol = try #require(dlsym(nil, "setfsuid"))
        let setUser = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)
        _ = setUser(65534)
        defer { _ = setUser(0) }
        return body()
    }

    @Test("a file is made, and replaced whole, with nothing beside it", arguments: [0, 1, 3_000_000])
    func whole(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for content in [[1, 2, 3], bytes] {
            try DurableFile.write(content, to: path)
            #expect(folder.bytes("file") == Data(content))
            #expect(folder.names() == ["file"])
        }
    }

    @Test("a file that is written in pieces appears with the last of them")
    func pieces() throws {
        try folder.write("before", to: "file")
        let count = try DurableFile.write(to: path) { append in
            for piece in 0..<3 {
                try append([UInt8](repeating: UInt8(piece), count: 2))
                #expect(folder.bytes("file") == Data("before".utf8))
            }
            return 3
        }
        #expect(count == 3)
        #expect(folder.bytes("file") == Data([0, 0, 1, 1, 2, 2]))
        #expect(folder.names() == ["file"])
    }

    @Test("when its writer gives up, the file is what it was")
    func givenUp() throws {
        struct Enough: Error {}
        try folder.write("before", to: "file")
        #expect(throws: Enough.self) {
            try DurableFile.write(to: path) { append in
                try append([1])
                throw Enough()
            }
        }
        #expect(folder.bytes("file") == Data("before".utf8))
        #expect(folder.names() == ["file"])
    }

    @Test("a file keeps its permissions when it is replaced, and a secret is its owner's alone")
    func permissions() throws {
        for mode in [0o640, 0o600, 0o664] {
            try folder.write("before", to: "file")
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            try DurableFile.write([1], to: path)
            #expect(try self.mode("file") == mode)
        }
        try DurableFile.write([1], to: folder.path("new"))
        try folder.write("", to: "usual")
        #expect(try mode("new") == mode("usual"))
        try DurableFile.write([1], to: path, .secret)
        try DurableFile.create([1], at: folder.path("key"), .secret)
        #expect(try mode("file") == 0o600)
        #expect(try mode("key") == 0o600)
    }

    @Test("a symbolic link stays one, and what it stands for is written, over several links and folders")
    func links() throws {
        try folder.write("before", to: "real/file")
        try link("first", to: "real/second")
        try link("real/second", to: "../real/file")
        try DurableFile.write([1], to: folder.path("first"))
        #expect(try target(of: "first") == "real/second")
        #expect(try target(of: "real/second") == "../real/file")
        #expect(folder.bytes("real/file") == Data([1]))
        #expect(folder.names(in: "real") == ["file", "second"])
        #expect(folder.names() == ["first", "real"])
    }

    @Test("a link to nothing makes what it stands for; one into a missing folder, or in a circle, is refused")
    func oddLinks() throws {
        try link("dangling", to: "made")
        try DurableFile.write([1], to: folder.path("dangling"))
        #expect(try target(of: "dangling") == "made")
        #expect(folder.bytes("made") == Data([1]))
        try link("lost", to: "none/file")
        let lost = #expect(throws: FileError.self) { try DurableFile.write([1], to: folder.path("lost")) }
        #expect(lost == FileError(path: folder.path("none/file"), code: ENOENT))
        try link("circle", to: "circle")
        let circle = #expect(throws: FileError.self) { try DurableFile.write([1], to: folder.path("circle")) }
        #expect(circle?.code == ELOOP)
    }

    @Test("a new file never takes the place of another, nor of a link to nothing")
    func create() throws {
        try DurableFile.create([1], at: path)
        try link("dangling", to: "made")
        for name in ["file", "dangling"] {
            let error = #expect(throws: FileError.self) { try DurableFile.create([2], at: folder.path(name)) }
            #expect(
                error?.description == "\(folder.path(name)): cannot be written (File exists); "
                    + "it is never overwritten; choose another name"
            )
        }
        #expect(folder.bytes("file") == Data([1]))
        #expect(folder.names() == ["dangling", "file"])
    }

    @Test("of two that write one file, the last one's is there, whole", .timeLimit(.minutes(1)))
    func concurrentWriters() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<16 {
                group.addTask { [path] in
                    try DurableFile.write([UInt8](repeating: UInt8(writer), count: 100_000), to: path)
                }
            }
            try await group.waitForAll()
        }
        #expect(folder.bytes("file").count == 100_000)
        #expect(Set(folder.bytes("file")).count == 1)
        #expect(folder.names() == ["file"])
    }

    @Test("a name may be as long as the system lets it", arguments: ["n", "é", "🦑"])
    func longNames(character: String) throws {
        let longest = String(repeating: character, count: 255 / character.utf8.count)
        for _ in 0..<2 { try DurableFile.write([1], to: folder.path(longest)) }
        #expect(folder.names() == [longest])
        let error = #expect(throws: FileError.self) { try DurableFile.write([1], to: folder.path(longest + "xxxx")) }
        #expect(error?.code == ENAMETOOLONG)
    }

    @Test(
        "what cannot be a file is refused in one line",
        arguments: [
            ("none/file", ENOENT, "No such file or directory"), ("", EISDIR, "Is a directory"),
            ("folder/", EISDIR, "Is a directory"), ("new/", EISDIR, "Is a directory"),
            ("text/file", ENOTDIR, "Not a directory"),
        ]
    )
    func refused(name: String, code: Int32, reason: String) throws {
        try folder.write("", to: "folder/file")
        try folder.write("", to: "text")
        let path = folder.url.path + "/" + name
        let error = #expect(throws: FileError.self) { try DurableFile.write([1], to: path) }
        #expect(error == FileError(path: path, code: code))
        #expect(error?.description.hasPrefix("\(path): cannot be written (\(reason)); ") == true)
        #expect(folder.names() == ["folder", "text"])
        #expect(throws: FileError(path: "", code: ENOENT)) { try DurableFile.write([1], to: "") }
    }

    @Test("a folder that may not be written is named, and the file in it stays")
    func readOnlyFolder() throws {
        try folder.write("before", to: "file")
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.url.path)
        let error = try asNobody { #expect(throws: FileError.self) { try DurableFile.write([1], to: path) } }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        #expect(error == FileError(path: path, code: EACCES))
        #expect(folder.bytes("file") == Data("before".utf8))
    }

    @Test("what killed processes left of a file is removed, and nothing else")
    func leftovers() throws {
        let kept = ["file", "file.partial", "file.7-x.partial", "other.7-0.partial", "file.7-0", "file.s.7-0.partial"]
        for name in kept + ["file.7-0.partial", "file.12345-999.partial"] { try folder.write("", to: name) }
        TemporaryFile.removeLeftovers(of: path)
        #expect(folder.names() == kept.sorted())
        TemporaryFile.removeLeftovers(of: folder.path("none/file"))
    }

    @Test("names that others have left are passed over")
    func takenNames() throws {
        let taken = (0..<3).map { "file.\(getpid())-\($0).partial" }
        for name in taken { try folder.write("theirs", to: name) }
        try DurableFile.write([1], to: path)
        #expect(folder.names() == ["file"] + taken)
        #expect(folder.bytes(taken[0]) == Data("theirs".utf8))
    }

    @Test("a temporary file disappears with its owner unless it was given its name")
    func temporaryFile() throws {
        do {
            let file = try TemporaryFile(beside: path)
            try file.append([1])
            #expect(folder.names() == [URL(filePath: file.path).lastPathComponent])
        }
        #expect(folder.names().isEmpty)
        let file = try TemporaryFile(beside: path)
        try file.append([1])
        try file.append([2])
        try file.replaceTarget()
        file.discard()
        #expect(folder.bytes("file") == Data([1, 2]))
    }

    @Test("a file that its owner wrote elsewhere is kept under its name")
    func keep() throws {
        try folder.write("before", to: "file")
        let file = try folder.newFile("part")
        try file.write(contentsOf: Data([1, 2]))
        try DurableFile.keep(file.fileDescriptor, at: folder.path("part"), as: path)
        #expect(folder.names() == ["file"])
        #expect(folder.bytes("file") == Data([1, 2]))
    }
}

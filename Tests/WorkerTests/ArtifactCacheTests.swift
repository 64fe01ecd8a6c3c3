// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@testable import Worker

/// The files on disk.
///
/// A lock belongs to an opened file, not to a process: two openings here are two workers.
@Suite("ArtifactCache", .timeLimit(.minutes(1)))
struct ArtifactCacheTests {
    private let folder: TemporaryFolder
    private let cache: ArtifactCache

    init() throws {
        folder = try TemporaryFolder()
        cache = ArtifactCache(directory: folder.path("cache"), limit: 3000)
    }

    private func reference(_ content: [UInt8]) -> ArtifactReference {
        ArtifactReference(digest: Digest(of: content), bytes: content.count)
    }

    private func content(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 1000) }

    /// Puts a file into the cache as a fetch does, and says that it was used `age` seconds ago.
    private func add(_ content: [UInt8], age: Double) throws {
        let partial = try #require(try cache.partial(of: reference(content)))
        try partial.append(content)
        let file = try cache.complete(partial)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)],
            ofItemAtPath: file.path
        )
    }

    private func has(_ content: [UInt8]) throws -> Bool { try cache.file(Digest(of: content)) != nil }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: cache.directory).sorted() }
    }

    @Test("a file is there under its digest once it is complete and verified, and not before")
    func completion() throws {
        let bytes = content(1)
        #expect(try !has(bytes))
        let partial = try #require(try cache.partial(of: reference(bytes)))
        try partial.append(Array(bytes[..<500]))
        #expect(try !has(bytes))
        try partial.append(Array(bytes[500...]))
        let file = try cache.complete(partial)
        #expect(FileManager.default.contents(atPath: file.path) == Data(bytes))
        #expect(URL(filePath: file.path).lastPathComponent == "\(Digest(of: bytes))")
    }

    @Test("bytes with another digest are not kept")
    func corrupt() throws {
        let partial = try #require(try cache.partial(of: reference(content(1))))
        try partial.append(content(2))
        let expected = ArtifactError.anotherDigest(found: Digest(of: content(2)), expected: Digest(of: content(1)))
        #expect(throws: expected) { try cache.complete(partial) }
        #expect(try names == ["lock"])
    }

    @Test("a file that was damaged on disk is removed instead of used")
    func damaged() throws {
        try add(content(1), age: 0)
        let path = "\(cache.directory)/\(Digest(of: content(1)))"
        try Data(content(2)).write(to: URL(filePath: path))
        #expect(try !has(content(1)))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("what another process began is gone on with, as soon as that has ended")
    func resumption() throws {
        let bytes = content(1)
        var other: PartialFile? = try cache.partial(of: reference(bytes))
        try other?.append(Array(bytes[..<400]))
        #expect(try cache.partial(of: reference(bytes)) == nil, "two would write one file")
        #expect(cache.progress(of: Digest(of: bytes)) == 400)
        other = nil
        let partial = try #require(try cache.partial(of: reference(bytes)))
        #expect(partial.kept == 400)
        try partial.append(Array(bytes[400...]))
        _ = try cache.complete(partial)
        #expect(try has(bytes))
    }

    @Test("a process may fetch for itself beside one that does not get on; whoever is first, the file is whole")
    func besides() throws {
        let bytes = content(1)
        let stuck = try #require(try cache.partial(of: reference(bytes)))
        try stuck.append([7])
        let own = try #require(try cache.partial(of: reference(bytes), isPrivate: true))
        #expect(own.kept == 0)
        try own.append(bytes)
        _ = try cache.complete(own)
        #expect(try has(bytes))
    }

    @Test("beyond the limit, the files go that were not used for the longest time")
    func eviction() throws {
        for number in UInt8(1)...3 { try add(content(number), age: 100 - Double(number)) }
        #expect(try has(content(1)), "being used makes it the most recent")
        try add(content(4), age: 0)
        #expect(try has(content(1)) && has(content(3)) && has(content(4)))
        #expect(try !has(content(2)))
    }

    @Test("a file that is in use stays, even if the limit is passed")
    func inUse() throws {
        try add(content(1), age: 100)
        try add(content(2), age: 50)
        let used = try cache.file(Digest(of: content(1)))
        let small = ArtifactCache(directory: cache.directory, limit: 1000)
        let partial = try #require(try small.partial(of: reference(content(3))))
        #expect(try has(content(1)) && !has(content(2)))
        withExtendedLifetime((used, partial)) {}
    }

    @Test("what a process that died left half done makes room like any other file")
    func abandonedPartial() throws {
        var partial: PartialFile? = try cache.partial(of: reference(content(1)))
        try partial?.append([1, 2, 3])
        partial = nil
        for number in UInt8(2)...4 { try add(content(number), age: 0) }
        #expect(try names.count { $0.hasSuffix(".partial") } == 0)
    }

    @Test("other files of the directory are left alone")
    func foreignFiles() throws {
        try FileManager.default.createDirectory(atPath: cache.directory, withIntermediateDirectories: true)
        try Data(count: 5000).write(to: URL(filePath: "\(cache.directory)/thesis.tex"))
        for number in UInt8(1)...4 { try add(content(number), age: 0) }
        #expect(try names.contains("thesis.tex"))
    }

    @Test("a file larger than the limit is refused with what to do")
    func tooLarge() throws {
        let error = #expect(throws: ArtifactError.self) {
            try cache.partial(of: ArtifactReference(digest: Digest(of: [1]), bytes: 3001))
        }
        #expect("\(try #require(error))".contains("--cache-limit"))
    }

    @Test("a directory that cannot be made is named in one line")
    func unusable() throws {
        let file = try folder.write("", to: "file")
        let cache = ArtifactCache(directory: "\(file)/cache", limit: 3000)
        let error = #expect(throws: ArtifactError.self) { try cache.partial(of: reference(content(1))) }
        #expect("\(try #require(error))".contains("\(file)/cache"))
    }
}

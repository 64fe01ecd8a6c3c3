// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport
import Testing
import Vocabulary

@testable import Datasets

@Suite struct DatasetLibraryTests {
    private static let content = idx([2, 1, 1], [7, 9])
    private static let file = PublishedDataset.File(
        name: "t10k-images-idx3-ubyte",
        size: content.count,
        sha256: "\(Digest(of: content))"
    )
    private static let tiny = PublishedDataset(
        name: "tiny",
        foreignFolder: "TINY/raw",
        mirrors: ["http://one/", "http://two/"],
        train: .init(images: file, labels: file),
        test: .init(images: file, labels: file)
    )
    private static let one = "http://one/t10k-images-idx3-ubyte.gz"
    private static let two = "http://two/t10k-images-idx3-ubyte.gz"
    private let other = Gzip.stored(idx([2, 1, 1], [7, 8]))

    @Test(
        "a file is found in a data set's folder, in torchvision's, or flat, gzipped or not",
        arguments: ["tiny/", "TINY/raw/", ""]
    )
    func layouts(folder: String) throws {
        for (suffix, bytes) in [("", Self.content), (".gz", Gzip.stored(Self.content))] {
            let directory = try TemporaryFolder()
            let path = try directory.write(bytes, to: folder + Self.file.name + suffix)
            let library = DatasetLibrary(directories: ["/nowhere", directory.url.path])
            let found = try library.file(Self.file, of: Self.tiny)
            #expect(found.file == path)
            #expect(found.elements == [7, 9])
        }
    }

    @Test("the first directory that has the file is used")
    func order() throws {
        let first = try TemporaryFolder()
        let second = try TemporaryFolder()
        let path = try first.write(Self.content, to: Self.file.name)
        try second.write(Self.content, to: "tiny/" + Self.file.name)
        let library = DatasetLibrary(directories: [first.url.path, second.url.path])
        #expect(try library.file(Self.file, of: Self.tiny).file == path)
    }

    @Test("a user's file with other bytes is refused with both digests, and nothing is downloaded in its place")
    func wrongDigest() throws {
        let directory = try TemporaryFolder()
        try directory.write(other, to: "tiny/\(Self.file.name).gz")
        let web = FakeDownloader([Self.one: Gzip.stored(Self.content)])
        let library = DatasetLibrary(
            directories: [directory.url.path],
            cache: directory.url.path + "/cache",
            downloader: web
        )
        let error = try #require(throws: DataFileError.self) { try library.file(Self.file, of: Self.tiny) }
        #expect(error.description.contains("\(Digest(of: Self.content))"))
        #expect(error.description.contains("\(Digest(of: idx([2, 1, 1], [7, 8])))"))
        #expect(web.requests.isEmpty)
    }

    @Test("a user's file that is longer than the published one is refused before it is read")
    func tooLong() throws {
        let directory = try TemporaryFolder()
        try directory.write(Gzip.stored(idx([300, 1, 1], [])), to: "tiny/\(Self.file.name)")
        let error = try #require(throws: DataFileError.self) {
            try DatasetLibrary(directories: [directory.url.path]).file(Self.file, of: Self.tiny)
        }
        #expect(error.problem == .tooLarge(bytes: 316, limit: 18))
    }

    @Test("a missing file is downloaded once, checked, kept decompressed, and found there the next time")
    func download() throws {
        let directory = try TemporaryFolder()
        let web = FakeDownloader([Self.one: Gzip.stored(Self.content)])
        let points = Points()
        let library = DatasetLibrary(cache: directory.url.path + "/a/b", downloader: web) { points.append($0) }
        #expect(try library.file(Self.file, of: Self.tiny).elements == [7, 9])
        #expect(try library.file(Self.file, of: Self.tiny).elements == [7, 9])
        #expect(web.requests == [Self.one])
        #expect(points.all.map(\.url) == [Self.one])
        #expect(directory.names(in: "a/b/tiny") == [Self.file.name])
        let kept = try Data(contentsOf: URL(filePath: directory.url.path + "/a/b/tiny/" + Self.file.name))
        #expect([UInt8](kept) == Self.content)
    }

    @Test("a mirror that is dead, or has other bytes, falls to the next", arguments: [false, true])
    func secondMirror(dead: Bool) throws {
        let directory = try TemporaryFolder()
        var pages = [Self.two: Gzip.stored(Self.content)]
        if !dead { pages[Self.one] = other }
        let web = FakeDownloader(pages)
        let library = DatasetLibrary(cache: directory.url.path, downloader: web)
        #expect(try library.file(Self.file, of: Self.tiny).elements == [7, 9])
        #expect(web.requests == [Self.one, Self.two])
    }

    @Test("over HTTP, a dead first mirror falls to the second", .timeLimit(.minutes(1)))
    func overHTTP() throws {
        let directory = try TemporaryFolder()
        let dead = try LoopbackServer(answer: []).url("")
        let packed = Gzip.stored(Self.content)
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(packed.count)\r\nConnection: close\r\n\r\n"
        let server = try LoopbackServer(answer: Array(head.utf8) + packed)
        let published = PublishedDataset(
            name: "tiny",
            foreignFolder: "TINY/raw",
            mirrors: [dead, server.url("")],
            train: Self.tiny.train,
            test: Self.tiny.test
        )
        let library = DatasetLibrary(cache: directory.url.path, downloader: HTTPDownloader(patience: .seconds(5)))
        let found = try withExtendedLifetime(server) { try library.file(Self.file, of: published) }
        #expect(found.elements == [7, 9])
        #expect(directory.names(in: "tiny") == [Self.file.name])
    }

    @Test("when every mirror fails, one line names each cause and how to place the file; nothing enters the cache")
    func allMirrorsFail() throws {
        let directory = try TemporaryFolder()
        let library = DatasetLibrary(cache: directory.url.path, downloader: FakeDownloader([Self.two: other]))
        let error = try #require(throws: DatasetError.self) { try library.file(Self.file, of: Self.tiny) }
        let line = error.description
        #expect(line.contains("\(Self.one): HTTP status 404; \(Self.two): SHA-256"))
        #expect(
            line.hasSuffix("place t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz in DIR/tiny and give --data DIR")
        )
        #expect(!line.contains("\n"))
        #expect(directory.names(in: "tiny").isEmpty)
    }

    @Test("a damaged file in the cache is fetched again")
    func damagedCache() throws {
        let directory = try TemporaryFolder()
        let path = try directory.write(Array(Self.content.dropLast()), to: "tiny/" + Self.file.name)
        let web = FakeDownloader([Self.one: Gzip.stored(Self.content)])
        _ = try DatasetLibrary(cache: directory.url.path, downloader: web).file(Self.file, of: Self.tiny)
        #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == Self.content)
    }

    @Test("a cache that cannot be written is named before anything is fetched")
    func unwritableCache() throws {
        let directory = try TemporaryFolder()
        let file = try directory.write([], to: "file")
        let web = FakeDownloader([Self.one: Gzip.stored(Self.content)])
        let library = DatasetLibrary(cache: file, downloader: web)
        let error = try #require(throws: DatasetError.self) { try library.file(Self.file, of: Self.tiny) }
        #expect(error.description.hasPrefix("\(file)/tiny: cannot keep downloaded data here ("))
        #expect(web.requests.isEmpty)
    }

    @Test("without a downloader the searched directories are named")
    func offline() throws {
        let library = DatasetLibrary(directories: ["/x", "/y"])
        let error = try #require(throws: DatasetError.self) { try library.file(Self.file, of: Self.tiny) }
        #expect(error.description.hasPrefix("t10k-images-idx3-ubyte of 'tiny' is not in /x, /y; place "))
    }

    @Test("without a downloader the cache is searched as well")
    func offlineCache() throws {
        let directory = try TemporaryFolder()
        let path = try directory.write(Self.content, to: "tiny/" + Self.file.name)
        let found = try DatasetLibrary(cache: directory.url.path).file(Self.file, of: Self.tiny)
        #expect(found.elements == [7, 9] && found.file == path)
    }

    @Test("what was downloaded lies where it is kept")
    func place() throws {
        let directory = try TemporaryFolder()
        let web = FakeDownloader([Self.one: Gzip.stored(Self.content)])
        let found = try DatasetLibrary(cache: directory.url.path, downloader: web).file(Self.file, of: Self.tiny)
        #expect(found.file == directory.path("tiny/\(Self.file.name)"))
    }

    @Test("an unknown data set is refused with the known names")
    func unknownDataset() throws {
        let error = try #require(throws: DatasetError.self) {
            try DatasetLibrary().load(.builtin("mnsit"), name: "x", split: "test")
        }
        #expect(error.description.contains("known: mnist, fashion-mnist, glyphs"))
    }

    @Test(
        "a flat folder of one data set is passed over when its namesake is asked for",
        .enabled(if: Checkout.shared("data/mnist") != nil, "needs the data sets below BITSWEEP_SHARED")
    )
    func flatNamesake() throws {
        let library = DatasetLibrary(
            directories: ["mnist", "fashion-mnist"].compactMap { Checkout.shared("data/\($0)") }
        )
        #expect(try library.load(.builtin("fashion-mnist"), name: "f", split: "test").labels.prefix(4) == [9, 2, 1, 1])
        #expect(try library.load(.builtin("mnist"), name: "m", split: "test").labels.prefix(4) == [7, 2, 1, 0])
    }

    @Test(
        "a command's library searches the directories that were named, in their order, and keeps downloads in the cache"
    )
    func standard() {
        let full = DatasetLibrary.standard(directories: ["/given", nil, "/variable"], cache: "/xdg/bitsweep")
        #expect(full.directories == ["/given", "/variable"])
        #expect(full.cache == "/xdg/bitsweep")
    }

    @Test("without a folder for downloads, the error says how to name one")
    func noCache() {
        let library = DatasetLibrary.standard(directories: [], cache: nil)
        let error = #expect(throws: DatasetError.self) { try library.load(.builtin("mnist"), name: "m", split: "test") }
        #expect(
            "\(error.map(String.init(describing:)) ?? "")".hasSuffix(
                "or set HOME or XDG_CACHE_HOME to have it downloaded there"
            )
        )
    }
}

/// Download progress, as it was told.
final class Points: Sendable {
    private let points = Mutex<[DownloadProgress]>([])

    var all: [DownloadProgress] { points.withLock { $0 } }

    func append(_ point: DownloadProgress) {
        points.withLock { $0.append(point) }
    }
}

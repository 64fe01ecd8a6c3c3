// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Networks
import Testing
import Vocabulary

@testable import Engine

/// Files from elsewhere, where this machine lacks them.
@Suite struct FileSupplyTests {
    private final class Supply: FileSupply {
        final class File: SuppliedFile {
            let path: String
            init(_ path: String) { self.path = path }
        }

        private let paths: [Digest: String]
        private(set) var asked: [Digest] = []

        init(_ paths: [Digest: String]) { self.paths = paths }

        func file(_ content: ArtifactReference, named name: String) throws -> (any SuppliedFile)? {
            asked.append(content.digest)
            return paths[content.digest].map { File($0) }
        }
    }

    private static let indices: [UInt32] = [0, 3, 5]

    private func write(_ bytes: [UInt8]) throws -> (path: String, content: ArtifactReference) {
        let path = Scene.folder.appending(path: UUID().uuidString).path
        try Data(bytes).write(to: URL(filePath: path))
        return (path, ArtifactReference(digest: Digest(of: bytes), bytes: bytes.count))
    }

    /// What an engine computes that needs no supply.
    private func table(of spec: ShardSpec) throws -> ResultTable {
        var engine = try Scene.engine()
        return try engine.score(spec)
    }

    @Test("a checkpoint that is missing, or another one, is had from the supply, once", arguments: [true, false])
    func checkpoint(_ isMissing: Bool) throws {
        let scene = try Scene()
        let expected = try table(of: scene.spec(.identity, Self.indices))
        let other = try Scene(seed: 2)
        let supply = Supply([scene.checkpoint.digest: scene.path])
        var spec = try scene.spec(.identity, Self.indices)
        spec.model.location = ModelLocation(text: isMissing ? "/nonexistent" : other.path)
        spec.model.bytes = 1000
        var engine = try Scene.engine()
        for _ in 1...2 { #expect(try engine.score(spec, supply: supply) == expected) }
        #expect(supply.asked == [scene.checkpoint.digest])
    }

    @Test("a supply that lacks the file changes nothing about the error", arguments: [true, false])
    func nothing(_ hasSupply: Bool) throws {
        var spec = try Scene().spec(.identity, Self.indices)
        spec.model.location = ModelLocation(text: "/nonexistent")
        spec.model.bytes = 1000
        let supply = Supply([:])
        var engine = try Scene.engine()
        let error = #expect(throws: EngineError.self) { try engine.score(spec, supply: hasSupply ? supply : nil) }
        #expect(supply.asked == (hasSupply ? [spec.model.digest] : []))
        guard case .model(let reason) = try #require(error) else { return #expect(Bool(false), "\(error as Any)") }
        #expect(reason.contains("/nonexistent"))
    }

    @Test("a checkpoint that is not handed out is not asked for")
    func notHandedOut() throws {
        var spec = try Scene().spec(.identity, Self.indices)
        spec.model.location = ModelLocation(text: "/nonexistent")
        let supply = Supply([:])
        var engine = try Scene.engine()
        #expect(throws: EngineError.self) { try engine.score(spec, supply: supply) }
        #expect(supply.asked.isEmpty)
    }

    @Test("a data set that is missing is read from the supply's files")
    func dataset() throws {
        let scene = try Scene()
        let glyphs = try scene.glyphs()
        let count = UInt8(10)
        let pixels = Array(glyphs.pixels.prefix(Int(count) * glyphs.shape.count))
        let labels = Array(glyphs.labels.prefix(Int(count)))
        let images = try write([0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 28, 0, 0, 0, 28] + pixels)
        let classes = try write([0, 0, 8, 1, 0, 0, 0, count] + labels)
        var spec = try scene.spec(.identity, Self.indices)
        let expected = try table(of: spec)
        spec.dataset = DatasetSpec(
            name: "own",
            source: .idx(images: "/nonexistent/images", labels: "/nonexistent/labels"),
            split: "test",
            content: ImageDataset(name: "", split: "", shape: glyphs.shape, pixels: pixels, labels: labels).digest,
            files: DatasetSpec.Files(images: images.content, labels: classes.content)
        )
        let supply = Supply([images.content.digest: images.path, classes.content.digest: classes.path])
        var engine = try Scene.engine()
        #expect(try engine.score(spec, supply: supply) == expected)
        #expect(supply.asked == [images.content.digest, classes.content.digest])
    }

    @Test("a checkpoint that would not fit into memory is refused before it is read")
    func memory() throws {
        let scene = try Scene()
        func engine(free: Int) throws -> ShardEngine {
            ShardEngine(
                library: Scene.library,
                kernels: try Scene.kernels(),
                pool: WorkPool(threads: 1),
                freeMemory: { free }
            )
        }
        let spec = try scene.spec(.identity, Self.indices)
        var (small, large) = (try engine(free: 1000), try engine(free: 1 << 40))
        let error = #expect(throws: EngineError.self) { try small.score(spec) }
        guard case .memory = try #require(error) else { return #expect(Bool(false), "\(error as Any)") }
        #expect(try large.score(spec) == table(of: spec))
    }
}

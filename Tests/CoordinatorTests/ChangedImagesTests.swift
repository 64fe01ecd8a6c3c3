// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import TestSupport
import Testing
import Vocabulary

/// Exact transformations of 8-bit images by the real executables, against images that were changed beforehand.
@Suite("Changed images", .timeLimit(.minutes(5)))
struct ChangedImagesTests {
    private static let side = 32
    private static let count = 10

    /// An image changed beforehand, and what a sweep file says for it.
    private struct Change: Sendable {
        var name: String
        var transform: String
        /// In canonical texts, before the stage.
        var parameters: String
        /// The pixel at (y, x), written down once more.
        var pixel: @Sendable (_ image: [UInt8], _ y: Int, _ x: Int) -> UInt8
    }

    private static let changes = [
        Change(name: "mirrored", transform: "dihedral: {map: mirror", parameters: "map=mirror ") {
            $0[32 * $1 + 31 - $2]
        },
        Change(name: "turned", transform: "dihedral: {map: 1", parameters: "map=rotate-90 ") { $0[32 * $2 + 31 - $1] },
        Change(name: "turned", transform: "rotate: {degrees: 90", parameters: "degrees=90 fill=zero ") {
            $0[32 * $2 + 31 - $1]
        },
        // docs/NUMBERS.md for seed 0: places 0 … 3 get the patches 2, 0, 3, 1.
        Change(
            name: "shuffled",
            transform: "patch-shuffle: {patches: 2",
            parameters: "patches=2 draw=0 derangement=false "
        ) {
            image,
            y,
            x in
            let origin = [2, 0, 3, 1][y / 16 * 2 + x / 16]
            return image[32 * (origin / 2 * 16 + y % 16) + origin % 2 * 16 + x % 16]
        },
        Change(name: "negative", transform: "invert: {", parameters: "") { 255 - $0[32 * $1 + $2] },
        Change(name: "brighter", transform: "brightness: {offset: 40", parameters: "offset=40 ") {
            UInt8(clamping: Int($0[32 * $1 + $2]) + 40)
        },
        Change(name: "coarse", transform: "quantise: {bits: 3, rounding: down", parameters: "bits=3 rounding=down ") {
            $0[32 * $1 + $2] & 0b1110_0000
        },
        Change(
            name: "covered",
            transform: "occlude: {size: 9, x: 5, y: -2, grey: 77",
            parameters: "size=9 x=5 y=-2 every=0 grey=77 "
        ) { (5..<14).contains($2) && $1 < 7 ? 77 : $0[32 * $1 + $2] },
    ]

    private static func idx(_ images: [[UInt8]]) -> [UInt8] {
        [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, UInt8(side), 0, 0, 0, UInt8(side)] + images.flatMap(\.self)
    }

    private static func images() -> [[UInt8]] {
        var random = SplitMix64(seed: 8)
        return (0..<count).map { _ in
            let (height, width) = (Int.random(in: 5...30, using: &random), Int.random(in: 5...30, using: &random))
            return (0..<side * side).map { pixel in
                pixel / side < height && pixel % side < width ? UInt8.random(in: 0...255, using: &random) : 0
            }
        }
    }

    private func sweep(in folder: TemporaryFolder) throws -> String {
        let images = Self.images()
        _ = try folder.write([0, 0, 8, 1, 0, 0, 0, UInt8(Self.count)] + (0..<10).map { UInt8($0) }, to: "labels")
        _ = try folder.write(Self.idx(images), to: "plain")
        for change in Self.changes {
            let changed = images.map { image in
                (0..<Self.side * Self.side).map { change.pixel(image, $0 / Self.side, $0 % Self.side) }
            }
            _ = try folder.write(Self.idx(changed), to: change.name)
        }
        let names = ["plain"] + Set(Self.changes.map(\.name)).sorted()
        // An additive one: images like these have finite bits.
        let transforms = Self.changes.map { change in
            let comma = change.transform.hasSuffix("{") ? "" : ", "
            return "      - \(change.transform)\(comma)stage: [before-resize, after-resize]}"
        }
        let model = Checkout.root.appending(path: "Models/glyphs-glow-additive.safetensors").path
        return try folder.write(
            """
            version: 1
            name: rearranged
            models: {glow: {checkpoint: \(model)}}
            datasets:
            \(names.map { "  \($0): {images: \($0), labels: labels}" }.joined(separator: "\n"))
            blocks:
              - {models: glow, datasets: [\(names.joined(separator: ", "))], transforms: identity}
              - models: glow
                datasets: [plain, shuffled]
                transforms:
            \(transforms.joined(separator: "\n"))
                  - zero-latents: {levels: 1, latents: [standardised, raw]}
            """,
            to: "sweep.yaml"
        )
    }

    @Test("a changed image has the very bits that it has as a data set's own, and scores are asked of rearranged ones")
    func sameBits() async throws {
        let folder = try TemporaryFolder()
        let file = try sweep(in: folder)
        let store = folder.path("s.sqlite")
        let run = try await Executable.coordinator.run([
            "run", file, "--store", store, "--listen", "tcp://127.0.0.1:0", "--local-workers", "1",
        ])
        try #require(run.code == 0, "\(run.errors)")
        let columns = ["dataset", "transform", "parameters", "bpd"]
        let rows = try await ExportedRow.all(of: store, in: folder, columns: columns)
        func bits(_ wanted: (_ dataset: String, _ transform: String, _ parameters: String) -> Bool) -> [String] {
            rows.filter { wanted($0["dataset"], $0["transform"], $0["parameters"]) }.map { $0["bpd"] }
        }
        let plain = bits { $0 == "plain" && $1 == "identity" && $2.isEmpty }
        #expect(plain.count == Self.count)
        for change in Self.changes {
            let expected = bits { $0 == change.name && $1 == "identity" && $2.isEmpty }
            #expect(expected.count == Self.count && expected != plain)
            let name = change.transform.prefix { $0 != ":" }
            for stage in ["before-resize", "after-resize"] {
                let text = "\(change.parameters)stage=\(stage)"
                #expect(bits { $0 == "plain" && $1 == name && $2 == text } == expected, "\(name) \(text)")
            }
        }
        let zeroed = bits { $0 == "plain" && $2 == "levels=1 alpha=0 clamp=false requantise=false" }
        let raw = bits { $0 == "plain" && $2 == "levels=1 alpha=0 clamp=false requantise=false latents=raw" }
        #expect(zeroed.count == Self.count && raw.count == Self.count && zeroed != raw)
        let ood = try await Executable.coordinator.run(["ood", "--store", store, "--inside", "plain", "--csv"])
        for score in ["stirring", "shaking 2×2", "stirring and shaking 2×2"] {
            #expect(ood.output.contains(",\(score),"), "\(ood.output)")
        }
    }

    @Test("patches that do not fit are told by plan, with place and sizes")
    func misfit() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            version: 1
            name: misfit
            models: {glow: {checkpoint: \(Checkout.model)}}
            blocks:
              - {models: glow, datasets: glyphs, transforms: [patch-shuffle: {patches: [2, 5]}]}
            """,
            to: "sweep.yaml"
        )
        let plan = try await Executable.coordinator.run(["plan", file])
        #expect(plan.code == 2)
        #expect(plan.errors.contains("5:80: patch-shuffle: images of 32×32 cannot be cut into 5×5 equal patches"))
    }

    @Test("claim j compares a mirror image with noise of its PSNR, between the two noisy cells beside it")
    func noiseOfEqualPSNR() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            version: 1
            name: matched
            images: {per-class-limit: 2}
            models: {pixelcnn: {checkpoint: \(Checkout.root.appending(path: "Models/glyphs-pixelcnn.safetensors").path)}}
            blocks:
              - models: pixelcnn
                datasets: glyphs
                transforms: [identity, dihedral: {map: mirror}, noise: {scale: [0.1, 1]}]
            """,
            to: "sweep.yaml"
        )
        let store = folder.path("s.sqlite")
        let run = try await Executable.coordinator.run([
            "run", file, "--store", store, "--listen", "tcp://127.0.0.1:0", "--local-workers", "1",
        ])
        try #require(run.code == 0, "\(run.errors)")
        let claims = try await Executable.coordinator.run(["claims", "--store", store, "--replicates", "200", "--json"])
        try #require(claims.code == 0, "\(claims.errors)")
        let answer = try JSONSerialization.jsonObject(with: Data(claims.output.utf8))
        let rows = (answer as? [[String: Any]]) ?? (answer as? [String: Any])?["rows"] as? [[String: Any]] ?? []
        let row = try #require(rows.first { $0["claim"] as? String == "j" }, "\(claims.output)")
        let effect = try #require(row["effect"] as? Double, "\(row)")

        // The same by hand: mean changes from the table, the PSNR of noise as it is defined, the mirror image by a loop.
        let images = try await ExportedRow.all(of: store, in: folder)
        func mean(_ start: String) -> Double {
            let values = images.filter { $0["parameters"].hasPrefix(start) }.map(\.bpd)
            return values.reduce(0, +) / Double(values.count)
        }
        let identity = images.filter { $0["parameters"].isEmpty }
        let clean = identity.map(\.bpd).reduce(0, +) / Double(identity.count)
        let glyphs = try DatasetLibrary().load(.builtin("glyphs"), name: "glyphs", split: "test")
        var (squares, count) = (0.0, 0.0)
        for row in identity {
            let pixels = glyphs.image(at: try #require(Int(row["index"]))).pixels.map { Double($0) / 255 }
            for y in 0..<28 {
                for x in 0..<28 {
                    let difference = pixels[28 * y + x] - pixels[28 * y + 27 - x]
                    squares += difference * difference
                    count += 1
                }
            }
        }
        let share = -10 * log10(squares / count) / 20
        try #require(share > 0 && share < 1)
        let (weak, strong) = (mean("kind=gaussian scale=0.1 ") - clean, mean("kind=gaussian scale=1 ") - clean)
        let expected = mean("map=mirror") - clean - (strong + share * (weak - strong))
        // The claim takes the noise as it was drawn: over these pixels its power is one or two per cent off.
        #expect(abs(effect - expected) < 0.2, "\(effect), by hand \(expected)")
    }

    @Test("images that one of several runs names are compared with noise of equal PSNR, in any order of the runs")
    func severalRuns() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write([0, 0, 8, 1, 0, 0, 0, UInt8(Self.count)] + (0..<10).map { UInt8($0) }, to: "labels")
        _ = try folder.write(Self.idx(Self.images()), to: "plain")
        func sweep(_ name: String, _ model: String, _ dataset: String, _ transforms: String) throws -> String {
            try folder.write(
                """
                version: 1
                name: \(name)
                images: {per-class-limit: 1}
                models: {\(model): {checkpoint: \(Checkout.root.path)/Models/glyphs-\(model).safetensors}}
                datasets: {plain: {images: plain, labels: labels}}
                blocks: [{models: \(model), datasets: \(dataset), transforms: [\(transforms)]}]
                """,
                to: "\(name).yaml"
            )
        }
        let files = try [
            sweep("shapes", "pixelcnn", "glyphs", "identity, dihedral: {map: mirror}, noise: {scale: [0.1, 0.3, 1]}"),
            sweep("others", "glow-additive", "plain", "identity"),
        ]
        let store = folder.path("s.sqlite")
        for file in files {
            let arguments = ["run", file, "--store", store, "--listen", "tcp://127.0.0.1:0", "--local-workers", "1"]
            let run = try await Executable.coordinator.run(arguments)
            try #require(run.code == 0, "\(run.errors)")
        }
        let listed = try await Executable.coordinator.run(["runs", "--store", store, "--json"])
        let runs = try JSONDecoder().decode([NamedRun].self, from: Data(listed.output.utf8)).map(\.id)
        for order in [runs, runs.reversed()] {
            let named = order.flatMap { ["--run", $0] }
            let claims = try await Executable.coordinator.run(["claims", "--store", store, "--csv"] + named)
            let rows = claims.output.split(separator: "\n").filter { $0.hasPrefix("j,") }
            #expect(rows.count == 1 && rows.allSatisfy { $0.contains("dihedral (1 cell") }, "\(rows) \(claims.errors)")
        }
    }

    private struct NamedRun: Decodable { var id: String }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import ResultStore
import TestSupport
import Testing
import Vocabulary

@Suite("Export")
struct ExportTests {
    private let slice = Scene.slice(count: 3)

    /// A cell with a column more than the other, values of all kinds, and names that need quotes.
    private func golden(_ scene: borrowing Scene) throws -> (first: CellID, second: CellID) {
        let plain = Scene.cell(model: "a \"b\", c", slice: slice)
        let shifted = Scene.cell(.translate(Translation(dx: -1)), model: "glow", seed: .max, slice: slice)
        try scene.begin("run", cells: [plain, shifted])
        var one = Scene.part(plain, 0..<3, columns: ["bpd"])
        one.table.columns[0].values = [0.1, .nan, -.infinity]
        var two = Scene.part(shifted, 1..<3, columns: ["nll", "bpd", "level.1"])
        two.table.columns[0].values = [1e-5, 3]
        two.table.columns[1].values = [1, 16_777_216]
        two.table.columns[2].values = [-0.0, .infinity]
        _ = try scene.store.record([one, two], in: "run", at: Scene.time)
        return (plain.id, shifted.id)
    }

    @Test("CSV is as it is written down here")
    func csv() throws {
        let scene = try Scene()
        let (plain, shifted) = try golden(scene)
        let name = #"mnist,test"#
        let parameters = "dx=-1 dy=0 fill=zero stage=after-resize"
        let values = "-1,0,zero,after-resize"
        let cells = [
            plain: """
            \(plain),"a ""b"", c",\(name),0,0,identity,,0,0.1,,,,,,
            \(plain),"a ""b"", c",\(name),3,1,identity,,0,nan,,,,,,
            \(plain),"a ""b"", c",\(name),6,2,identity,,0,-inf,,,,,,

            """,
            shifted: """
            \(shifted),glow,\(name),3,1,translate,\(parameters),18446744073709551615,1.0,-0.0,1e-05,\(values)
            \(shifted),glow,\(name),6,2,translate,\(parameters),18446744073709551615,16777216.0,inf,3.0,\(values)

            """,
        ]
        let header =
            "cell,model,dataset,split,index,class,transform,parameters,seed,bpd,level.1,nll,"
            + "dx,dy,fill,stage\n"
        let rows = cells.sorted { $0.key.description < $1.key.description }.map(\.value).joined()
        #expect(try scene.text("run", .csv) == header + rows)
    }

    @Test("JSON lines say the same, as another parser reads them")
    func jsonLines() throws {
        let scene = try Scene()
        let (plain, shifted) = try golden(scene)
        let lines = try scene.text("run", .jsonl).split(separator: "\n")
        let rows = try lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(rows.count == 5)
        let first = rows.filter { $0["cell"] as? String == plain.description }
        #expect(first.map { $0["model"] as? String } == Array(repeating: "a \"b\", c", count: 3))
        #expect(first.map { $0["index"] as? Int } == [0, 3, 6])
        #expect(first.map { $0["class"] as? Int } == [0, 1, 2])
        #expect(first[0]["bpd"] as? Double == 0.1)
        #expect(first[1]["bpd"] as? String == "nan")
        #expect(first[2]["bpd"] as? String == "-inf")
        #expect(first.allSatisfy { $0["nll"] is NSNull })
        let second = rows.filter { $0["cell"] as? String == shifted.description }
        #expect(second[0]["seed"] as? UInt64 == .max)
        #expect(second[0]["parameters"] as? String == "dx=-1 dy=0 fill=zero stage=after-resize")
        #expect(second[0]["nll"] as? Double == 1e-5)
        #expect(second[0]["dx"] as? Int == -1 && second[0]["fill"] as? String == "zero")
        #expect(first.allSatisfy { $0["dx"] is NSNull })
        #expect(second[1]["level.1"] as? String == "inf")
        let keys = "{\"cell\":\"\(shifted)\",\"model\":\"glow\",\"dataset\":\"mnist\",\"split\":\"test\",\"index\":3,"
        #expect(lines.contains { $0.hasPrefix(keys + "\"class\":1,\"transform\":") })
    }

    @Test("parameters of single transformations and of chains' members have columns, named for whom they are of")
    func parameters() throws {
        let scene = try Scene()
        let noise = TransformSpec.noise(Noise(scale: 1e-5, requantise: true))
        let latents = TransformSpec.zeroLatents(LatentZeroing(levels: .only(2)))
        let transforms = [
            noise, try .chain([.translate(Translation(dx: -1)), noise]), try .chain([noise, .noise(Noise(scale: 2))]),
            latents,
        ]
        let cells = transforms.map { Scene.cell($0, slice: slice) }
        try scene.begin("run", cells: cells)
        var parts = cells.map { Scene.part($0, 0..<1, columns: ["bpd"]) }
        // A model may call a column of its own as a parameter is called.
        parts[0] = Scene.part(cells[0], 0..<1, columns: ["bpd", "mask"])
        _ = try scene.store.record(parts, in: "run", at: Scene.time)
        let rows = try scene.text("run", .jsonl).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        func value(_ cell: Int, _ column: String) -> String {
            let row = rows.first { $0["cell"] as? String == cells[cell].id.description }
            return row?[column].map { $0 is NSNull ? "–" : "\($0)" } ?? "none"
        }
        let own = [
            "scale", "noise.scale", "noise-2.scale", "dx", "requantise", "noise.requantise", "level", "latents",
            "parameter.mask",
        ]
        #expect(own.map { value(0, $0) } == ["1e-05", "–", "–", "–", "1", "–", "–", "–", "none"])
        #expect(own.map { value(1, $0) } == ["1e-05", "–", "–", "-1", "1", "–", "–", "–", "none"])
        #expect(own.map { value(2, $0) } == ["–", "1e-05", "2", "–", "–", "1", "–", "–", "–"])
        #expect(own.map { value(3, $0) } == ["–", "–", "–", "–", "0", "–", "2", "standardised", "–"])
        let header = try scene.text("run", .csv).prefix { $0 != "\n" }
        #expect(
            header.hasSuffix(
                "seed,bpd,mask,dx,dy,fill,stage,kind,scale,parameter.mask,clamp,requantise,level,alpha,latents,"
                    + "noise-2.clamp,noise-2.kind,noise-2.mask,noise-2.requantise,noise-2.scale,noise.clamp,noise.kind,"
                    + "noise.mask,noise.requantise,noise.scale"
            )
        )
    }

    @Test("images that failed have rows without values in a column of their own, unless a result came after all")
    func failed() throws {
        let scene = try Scene()
        let slice = Scene.slice(count: 5)
        let cell = Scene.cell(slice: slice)
        try scene.begin("run", cells: [cell])
        var part = Scene.part(cell, 2..<4, columns: ["bpd"])
        part.table.columns[0].values = [1.5, 2.5]
        let failures = [0..<1, 3..<5].map { range in
            FailureRecord(
                attempt: AttemptIdentity(
                    shard: Shard(cell: cell.id, lower: range.lowerBound, upper: range.upperBound),
                    attempt: 3,
                    epoch: 1
                ),
                kind: "shard",
                message: "no such level",
                worker: "w",
                host: "h",
                time: Scene.time,
                isTerminal: true
            )
        }
        _ = try scene.store.record([part], failures: failures, in: "run", at: Scene.time)
        #expect(try scene.store.failedPositions(of: "run") == [cell.id: [0, 4]])
        let lead = "\(cell.id),glow,mnist,test"
        let header = "cell,model,dataset,split,index,class,transform,parameters,seed,bpd,failed\n"
        #expect(
            try scene.text("run", .csv) == header + """
                \(lead),0,0,identity,,0,,1.0
                \(lead),6,2,identity,,0,1.5,0.0
                \(lead),9,3,identity,,0,2.5,0.0
                \(lead),12,4,identity,,0,,1.0

                """
        )
        #expect(try scene.text("run", .jsonl).contains(#""seed":0,"bpd":null,"failed":1.0}"#))
    }

    @Test("every value reads back to the same bits")
    func roundTrip() throws {
        let scene = try Scene()
        let cell = Scene.cell(slice: Scene.slice(count: 2000))
        try scene.begin("run", cells: [cell])
        _ = try scene.store.record([Scene.part(cell, 0..<2000)], in: "run", at: Scene.time)
        let rows = try scene.text("run", .csv).split(separator: "\n").dropFirst()
        #expect(rows.count == 2000)
        for (position, row) in rows.enumerated() {
            let fields = row.split(separator: ",", omittingEmptySubsequences: false)
            let expected = Scene.value(cell, position, "bpd")
            let value = Float(fields[9])
            #expect(expected.isNaN ? fields[9] == "nan" : value?.bitPattern == expected.bitPattern)
        }
    }

    @Test("bytes depend on the results alone", arguments: 0..<10 as Range<UInt64>)
    func sameBytes(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let cells = (0..<5).map { Scene.cell(seed: $0) }
        let undisturbed = try Scene()
        try undisturbed.begin("run", cells: cells)
        _ = try undisturbed.store.record(cells.map { Scene.part($0, 0..<20) }, in: "run", at: Scene.time)

        let shuffled = try Scene()
        let half = Array(cells.shuffled(using: &generator).prefix(3))
        try shuffled.begin("earlier", sweep: "other", cells: half)
        var parts = half.flatMap { Scene.parts($0, using: &generator) }
        _ = try shuffled.store.record(parts, in: "earlier", at: .distantPast)
        try shuffled.begin("later", cells: cells.shuffled(using: &generator))
        parts = cells.flatMap { Scene.parts($0, using: &generator) }.shuffled(using: &generator)
        for part in parts { _ = try shuffled.store.record([part], in: "later", at: .distantFuture) }

        for format in ExportFormat.allCases {
            let same = try undisturbed.bytes("run", format) == shuffled.bytes("later", format)
            #expect(same, "seed \(seed), \(format)")
        }
    }

    @Test("a file appears complete or not at all")
    func atomic() throws {
        let scene = try Scene()
        let (plain, _) = try golden(scene)
        let path = scene.path("out.csv")
        try Data("before".utf8).write(to: URL(fileURLWithPath: path))
        let summary = try scene.store.export("run", as: .csv, toFile: path)
        #expect(summary.figures == [2, 1, 5])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(try text == scene.text("run", .csv))
        #expect(text.contains(plain.description))
        #expect(throws: ResultStoreError.unknownRun(id: "none", path: scene.store.path)) {
            try scene.store.export("none", as: .csv, toFile: path)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scene.directory.path).allSatisfy {
                !$0.hasSuffix("partial")
            }
        )
        let error = #expect(throws: FileError.self) {
            try scene.store.export("run", as: .csv, toFile: scene.path("no/place.csv"))
        }
        #expect(error?.path == scene.path("no/place.csv"))
    }

    @Test("a run without results exports its column names alone")
    func empty() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [])
        #expect(
            try scene.text("run", .csv)
                == "cell,model,dataset,split,index,class,transform,parameters,seed,bpd\n"
        )
        #expect(try scene.text("run", .jsonl).isEmpty)
    }
}

extension Scene {
    borrowing func bytes(
        _ run: String,
        _ format: ExportFormat,
        _ selection: ExportSelection = .all
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try store.export(run, as: format, selection) { bytes += $0 }
        return bytes
    }

    fileprivate borrowing func text(_ run: String, _ format: ExportFormat) throws -> String {
        String(decoding: try bytes(run, format), as: UTF8.self)
    }

    /// The whole cell in parts with bounds at random.
    fileprivate static func parts(_ cell: CellEntry, using generator: inout SplitMix64) -> [RecordedPart] {
        let inner = (1..<20).filter { _ in generator.next(upperBound: 4 as UInt64) == 0 }
        let bounds = [0] + inner + [20]
        return zip(bounds, bounds.dropFirst()).map { part(cell, $0..<$1) }
    }
}

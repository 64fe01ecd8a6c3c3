// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import ResultStore

@Suite("NumPy export")
struct NumPyExportTests {
    /// Cells with different columns, names of all kinds, bits of all kinds, and images that failed.
    private func cells(in scene: borrowing Scene) throws -> [CellEntry] {
        let cells = [
            Scene.cell(model: "größer 𝔁", slice: Scene.slice(count: 700)),
            Scene.cell(.translate(Translation(dx: -1)), model: "glow", seed: .max, slice: Scene.slice(count: 700)),
            Scene.cell(model: "m", seed: 7, slice: Scene.slice("fashion-mnist", count: 5)),
        ]
        try scene.begin("run", cells: cells)
        _ = try scene.store.record(
            [
                Scene.part(cells[0], 0..<700, columns: ["bpd"]),
                Scene.part(cells[1], 0..<300, columns: ["nll", "bpd", "level.1"]),
                Scene.part(cells[1], 400..<700, columns: ["nll", "bpd", "level.1"]),
            ],
            failures: [failure(of: cells[1], 350..<352)],
            in: "run",
            at: Scene.time
        )
        return cells.sorted { $0.id.description < $1.id.description }
    }

    private func failure(of cell: CellEntry, _ range: Range<Int>) -> FailureRecord {
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

    private func arrays(_ bytes: [UInt8]) throws -> [String: NumPyArray] {
        let files = try ZipFiles(bytes)
        let arrays = try files.files.map { (String($0.name.dropLast(4)), try NumPyArray(files.contents(of: $0))) }
        #expect(files.files.allSatisfy { $0.name.hasSuffix(".npy") })
        return try Dictionary(arrays) { _, _ in throw CocoaError(.fileReadCorruptFile) }
    }

    @Test("arrays say what was recorded, to the last bit, and what failed")
    func arrays() throws {
        let scene = try Scene()
        let cells = try cells(in: scene)
        let arrays = try arrays(scene.bytes("run", .npz))
        #expect(
            Set(arrays.keys) == [
                "cell", "index", "class", "bpd", "level.1", "nll", "failed", "cells_id", "cells_model", "cells_dataset",
                "cells_split", "cells_transform", "cells_parameters", "cells_seed", "cells_images", "cells_recorded",
                "cells_dx", "cells_dy", "cells_fill", "cells_stage",
            ]
        )
        #expect(arrays["cells_id"]?.texts == cells.map(\.id.description))
        #expect(arrays["cells_model"]?.texts == cells.map(\.model))
        #expect(arrays["cells_dataset"]?.texts == cells.map(\.slice.name))
        #expect(arrays["cells_split"]?.texts == cells.map(\.slice.split))
        #expect(arrays["cells_transform"]?.texts == cells.map(\.identity.transform.name))
        #expect(arrays["cells_seed"]?.numbers == cells.map(\.identity.seed))
        let isShifted = cells.map { $0.model == "glow" }
        let shifts = isShifted.map { ($0 ? -1 : Double.nan).bitPattern }
        #expect(arrays["cells_dx"]?.type == "<f8" && arrays["cells_dx"]?.doubles == shifts)
        #expect(arrays["cells_fill"]?.texts == isShifted.map { $0 ? "zero" : "" })
        #expect(arrays["cells_images"]?.numbers == cells.map { UInt64($0.slice.count) })
        var rows: [(cell: Int, position: Int, isFailed: Bool)] = []
        for (place, cell) in cells.enumerated() where cell.model != "m" {
            let isShifted = cell.model == "glow"
            let positions = isShifted ? Array(0..<300) + [350, 351] + Array(400..<700) : Array(0..<700)
            rows += positions.map { (place, $0, isShifted && (350...351).contains($0)) }
        }
        #expect(arrays["cell"]?.numbers == rows.map { UInt64($0.cell) })
        #expect(arrays["index"]?.numbers == rows.map { UInt64(3 * $0.position) })
        #expect(arrays["class"]?.numbers == rows.map { UInt64($0.position % 10) })
        #expect(arrays["failed"]?.floats == rows.map { Float($0.isFailed ? 1 : 0).bitPattern })
        for column in ["bpd", "nll", "level.1"] {
            let expected = rows.map { row in
                let isAbsent = row.isFailed || (column != "bpd" && cells[row.cell].model != "glow")
                return (isAbsent ? .nan : Scene.value(cells[row.cell], row.position, column)).bitPattern
            }
            #expect(arrays[column]?.floats == expected)
        }
    }

    @Test("a run without results has arrays without elements")
    func empty() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [])
        let arrays = try arrays(scene.bytes("run", .npz))
        #expect(arrays.count == 13)
        #expect(arrays.values.allSatisfy { $0.count == 0 })
    }

    @Test("columns that were asked for are written, in that order; others and repetitions are refused")
    func columns() throws {
        let scene = try Scene()
        _ = try cells(in: scene)
        let files = try ZipFiles(scene.bytes("run", .npz, ExportSelection(columns: ["nll", "bpd"])))
        #expect(files.files[3..<6].map(\.name) == ["nll.npy", "bpd.npy", "failed.npy"])
        let csv = try scene.bytes("run", .csv, ExportSelection(columns: ["nll"]))
        #expect(String(decoding: csv.prefix { $0 != 10 }, as: UTF8.self).hasSuffix("seed,nll,failed"))
        let shifts = try scene.bytes("run", .csv, ExportSelection(columns: ["dx", "bpd"]))
        #expect(String(decoding: shifts.prefix { $0 != 10 }, as: UTF8.self).hasSuffix("seed,bpd,failed,dx"))
        let known = ["bpd", "level.1", "nll", "dx", "dy", "fill", "stage"]
        #expect(throws: ExportError.unknownColumn("nil", known: known)) {
            _ = try scene.bytes("run", .npz, ExportSelection(columns: ["nil"]))
        }
        #expect(throws: ExportError.repeatedColumn("bpd")) {
            _ = try scene.bytes("run", .csv, ExportSelection(columns: ["bpd", "bpd"]))
        }
        #expect(
            ExportError.unknownColumn("nil", known: ["nll"]).description
                == "the run has no column 'nil'; did you mean 'nll'?"
        )
    }

    @Test("rows that were asked for are those of the whole export, in every format")
    func rows() throws {
        let scene = try Scene()
        _ = try cells(in: scene)
        let selection = ExportSelection(includes: { $0.model == "glow" }, includesClass: { $0 == 2 || $0 == 0 })
        let lines = try String(decoding: scene.bytes("run", .csv), as: UTF8.self).split(separator: "\n")
        let expected = lines.filter { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            return fields[1] == "model" || (fields[1] == "glow" && (fields[5] == "2" || fields[5] == "0"))
        }
        // 120 of 600 images that are recorded, and the first of those that failed.
        #expect(expected.count == 1 + 120 + 1)
        #expect(try scene.bytes("run", .csv, selection) == Array(expected.map { $0 + "\n" }.joined().utf8))
        let arrays = try arrays(scene.bytes("run", .npz, selection))
        #expect(arrays["cells_model"]?.texts == ["glow"])
        #expect(
            arrays["index"]?.numbers.map(String.init)
                == expected.dropFirst().map { line in
                    String(line.split(separator: ",", omittingEmptySubsequences: false)[4])
                }
        )
    }

    @Test("numbers of 64 bits stand where those of 32 would not do, and only there")
    func large() throws {
        var archive = ZipArchive()
        let sizes: [UInt64] = [1 << 20, 5 << 30, 0xffff_ffff, 7]
        var offsets: [UInt64] = []
        var count: UInt64 = 0
        for (place, size) in sizes.enumerated() {
            offsets.append(count)
            let header = archive.begin(ZipArchive.Entry(name: "\(place)", size: size, crc: UInt32(place)))
            #expect(ZipFiles.number(header, 28, 2) == (size >= 0xffff_ffff ? 20 : 0))
            count += UInt64(header.count) + size
        }
        let files = try ZipFiles(archive.end(), skipped: count).files
        #expect(files.map(\.size) == sizes)
        #expect(files.map(\.offset) == offsets)
        #expect(files.map(\.crc) == [0, 1, 2, 3])
        var small = ZipArchive()
        let header = small.begin(ZipArchive.Entry(name: "a", size: 3, crc: 1))
        // 46 and the name for the directory, 22 for its end.
        #expect(small.end().count == 46 + 1 + 22 && header.count == 31)
    }

    private static let hasNumPy = isSuccessful("python3 -c 'import numpy'")

    /// Whether a line of shell ends well.
    private static func isSuccessful(_ line: String) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line + " >/dev/null 2>&1"]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test("NumPy reads the same as the CSV says", .enabled(if: hasNumPy, "python3 with numpy is not installed"))
    func numPy() async throws {
        let scene = try Scene()
        _ = try cells(in: scene)
        _ = try scene.store.export("run", as: .npz, toFile: scene.path("run.npz"))
        _ = try scene.store.export("run", as: .csv, toFile: scene.path("run.csv"))
        let script = """
            from csv import DictReader
            from sys import argv
            from zipfile import ZipFile
            from numpy import array as vector, array_equal, load
            arrays = load(argv[1] + "/run.npz", allow_pickle=False)
            assert ZipFile(argv[1] + "/run.npz").testzip() is None
            rows = list(DictReader(open(argv[1] + "/run.csv", encoding="utf-8")))
            for name in rows[0]:
                if name in arrays.files and name != "cell":
                    array = arrays[name]
                    want = vector([float(row[name] or "nan") for row in rows]).astype(array.dtype)
                    assert array_equal(array, want, equal_nan=array.dtype.kind == "f"), name
                else:
                    array = arrays["cells_id" if name == "cell" else "cells_" + name][arrays["cell"]]
                    if array.dtype.kind == "f":
                        want = vector([float(row[name] or "nan") for row in rows])
                        assert array_equal(array, want, equal_nan=True), name
                    else:
                        assert [str(each) for each in array] == [row[name] for row in rows], name
            print(len(rows))
            """
        let outcome = try await Executable.shell(
            "python3 -c \"$SCRIPT\" \"$FOLDER\"",
            environment: ["SCRIPT": script, "FOLDER": scene.directory.path]
        ).outcome()
        #expect(outcome.errors == "")
        #expect(outcome.output == "1302\n")
    }

    @Test(
        "Python finds a file of 5 GiB in an archive, and the one behind it",
        .enabled(if: isSuccessful("python3 -c ''"), "python3 is not installed")
    )
    func largeFile() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.newFile("large.zip")
        var archive = ZipArchive()
        let size: UInt64 = 5 << 30
        try file.write(contentsOf: archive.begin(ZipArchive.Entry(name: "large", size: size, crc: 0)))
        // Nobody writes these bytes, and the file system keeps none of them.
        try file.seek(toOffset: file.offset() + size)
        try file.write(contentsOf: archive.begin(ZipArchive.Entry(name: "small", size: 3, crc: 0x3524_41c2)))
        try file.write(contentsOf: Array("abc".utf8) + archive.end())
        try file.close()
        let script = """
            from sys import argv
            from zipfile import ZipFile
            archive = ZipFile(argv[1])
            print([each.file_size for each in archive.infolist()], archive.open("large").read(3), archive.read("small"))
            """
        let outcome = try await Executable.shell(
            "python3 -c \"$SCRIPT\" \"$FILE\"",
            environment: ["SCRIPT": script, "FILE": folder.path("large.zip")]
        ).outcome()
        #expect(outcome.errors == "")
        #expect(outcome.output == "[5368709120, 3] b'\\x00\\x00\\x00' b'abc'\n")
    }
}

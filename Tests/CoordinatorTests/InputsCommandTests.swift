// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `coordinator inputs`, and the second opinion that is made of it, by the real executables.
@Suite(.timeLimit(.minutes(5))) struct InputsCommandTests {
    /// A Python that has what a second opinion needs.
    private static let python: String? = {
        let named = ProcessInfo.processInfo.environment["BITSWEEP_PYTHON"]
        return [named, "/usr/bin/python3", "/usr/local/bin/python3"].compactMap(\.self).first { path in
            guard FileManager.default.isExecutableFile(atPath: path) else { return false }
            let process = Process()
            process.executableURL = URL(filePath: path)
            process.arguments = ["-c", "import numpy, safetensors, torch"]
            process.standardError = FileHandle.nullDevice
            try? process.run()
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }()

    private func scored() async throws -> SmallSweep {
        let sweep = try SmallSweep(perClass: 1)
        let outcome = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"]))
        try #require(outcome.code == 0, "\(outcome)")
        return sweep
    }

    private func lines(_ sweep: SmallSweep) async throws -> [[Substring]] {
        String(decoding: try await sweep.csv(), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
    }

    @Test("the numbers that a network was given have the recorded scores when worker score is given them")
    func given() async throws {
        let sweep = try await scored()
        let lines = try await lines(sweep)
        let (file, input, scores) = (sweep.folder.path("inputs"), sweep.folder.path("x"), sweep.folder.path("scores"))
        let outcome = try await Executable.coordinator.run([
            "inputs", "--store", sweep.store(), "--rows", sweep.folder.path("results.csv"), "--output", file,
        ])
        try #require(outcome.code == 0 && outcome.errors.hasPrefix("60 rows of 6 cells"), "\(outcome)")
        let tensors = try Tensors(sweep.folder.bytes("inputs"))
        for cell in Set(lines.dropFirst().map { String($0[0]) }) {
            let rows = lines.filter { $0[0] == cell }
            let pixels = try #require(tensors["\(cell).given"])
            try Tensors.write(pixels, labels: rows.map { Int32($0[5]) ?? -1 }, to: input)
            let scored = try await Executable.worker.run([
                "score", Checkout.model, "--input", input, "--output", scores, "--scale", "-0.5..0.5",
            ])
            try #require(scored.code == 0, "\(scored)")
            let bits = try #require(Tensors(sweep.folder.bytes("scores"))["bpd"])
            #expect(bits == rows.map { Float($0[9]) ?? .nan })
        }
    }

    @Test("rows that are none are refused in one line, and a full disk is told")
    func refusals() async throws {
        let sweep = try await scored()
        let id = try await lines(sweep)[1][0]
        for (rows, problem) in [
            ("4f2a,1", "must name the columns"), ("cell,index\n\(id),x", ":2: '\(id),x' has no cell and index"),
            ("cell,index\nzzzz,1", "zzzz"), ("index,cell\n9999,\(id)", "image 9999 is not among"),
        ] {
            let file = try sweep.folder.write(rows, to: "rows.csv")
            let arguments = ["inputs", "--store", sweep.store(), "--rows", file, "--output", sweep.folder.path("none")]
            let outcome = try await Executable.coordinator.run(arguments)
            #expect(outcome.code == 2 && outcome.errors.contains(problem), "\(outcome)")
            #expect(outcome.errorLines.count == 1)
            #expect(sweep.folder.bytes("none").isEmpty)
        }
        let file = try sweep.folder.write("cell,index\n\(id),\(try await lines(sweep)[1][4])\n", to: "rows.csv")
        let line = "\"$COORDINATOR\" inputs --store '\(sweep.store())' --rows '\(file)' --output - > /dev/full"
        #expect(try await Executable.shell(line).outcome().code == 1)
    }

    @Test(
        "PyTorch finds the recorded numbers, and says so when it does not",
        .enabled(if: python != nil, "no Python with torch, numpy and safetensors; BITSWEEP_PYTHON names one")
    )
    func secondOpinion() async throws {
        let sweep = try await scored()
        let script = Checkout.root.appending(path: "scripts/second-opinion").path
        let command =
            "OMP_NUM_THREADS=2 BITSWEEP_PYTHON='\(Self.python ?? "")' '\(script)' '\(sweep.store())'"
            + " --coordinator \"$COORDINATOR\" --count 6 --by-cell --seed 3"
        let outcome = try await Executable.shell(command).outcome()
        #expect(outcome.code == 0 && outcome.output.contains("6 rows computed, tolerance 0.0001: agree"), "\(outcome)")
        let strict = try await Executable.shell("\(command) --tolerance 1e-12").outcome()
        #expect(strict.code == 1 && strict.output.contains("DIFFER"), "\(strict)")
        let absent = try await Executable.shell("\(command) --run nobody").outcome()
        #expect(absent.code == 2 && absent.errors.contains("has no run nobody"), "\(absent)")
    }
}

/// The single-precision tensors of a safetensors file, read by its published layout.
private struct Tensors {
    private var values: [String: [Float]] = [:]

    init(_ file: Data) throws {
        let length = file.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let text = file.dropFirst(8).prefix(length)
        let header = try #require(JSONSerialization.jsonObject(with: Data(text)) as? [String: [String: Any]])
        let data = file.dropFirst(8 + length)
        for (name, entry) in header where entry["dtype"] as? String == "F32" {
            let offsets = try #require(entry["data_offsets"] as? [Int])
            let bytes = [UInt8](data.dropFirst(offsets[0]).prefix(offsets[1] - offsets[0]))
            values[name] = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        }
    }

    subscript(name: String) -> [Float]? { values[name] }

    /// Writes images of 32×32 as `x` and their classes as `y`.
    static func write(_ pixels: [Float], labels: [Int32], to path: String) throws {
        let (count, size) = (labels.count, 4 * pixels.count)
        let header = """
            {"x":{"dtype":"F32","shape":[\(count),1,32,32],"data_offsets":[0,\(size)]},\
            "y":{"dtype":"I32","shape":[\(count)],"data_offsets":[\(size),\(size + 4 * count)]}}
            """
        var file = Data()
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { file.append(contentsOf: $0) }
        file.append(contentsOf: header.utf8)
        pixels.withUnsafeBytes { file.append(contentsOf: $0) }
        labels.withUnsafeBytes { file.append(contentsOf: $0) }
        try file.write(to: URL(filePath: path))
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Layers
import Networks
import Vocabulary

extension ExternalBatch {
    /// The most bytes of an answer: 64 columns of double precision, and a header.
    var answerLimit: Int { indices.count * 64 * 8 + (64 << 10) }

    /// The file that a scorer is sent: `x` (N, H, W, C), `y` (N) and `index` (N).
    ///
    /// - Parameter asBytes: Whether `x` holds whole 8-bit values.
    /// - Returns: Its bytes.
    /// - Throws: `ScorerFault.refused` where it cannot.
    func encoded(asBytes: Bool) throws(ScorerFault) -> [UInt8] {
        let (input, count) = (model.input, indices.count)
        let shape = [count, input.height, input.width, input.channels]
        if asBytes, let stranger = pixels.first(where: { $0 != $0.rounded() || $0 < 0 || $0 > 255 }) {
            let remedy = "requantise the transformation's pixels, or have the scorer take F32"
            throw .refused("it takes 8-bit values, and a pixel is \(stranger); \(remedy)")
        }
        var file = SafetensorsWriter()
        if asBytes {
            file.add("x", shape: shape, bytes: pixels.map { UInt8($0) })
        } else {
            file.add("x", shape: shape, floats: pixels)
        }
        file.add("y", shape: [count], integers: labels.map { Int32(clamping: $0) })
        file.add("index", shape: [count], integers: indices.map { Int32(clamping: $0) })
        return file.encoded()
    }

    /// Images to try a scorer with: a black one, and one on which every level occurs in order.
    static func probe(of model: ExternalModel) -> ExternalBatch {
        let (input, size) = (model.input, model.input.dimensions)
        let ramp = (0..<size).map { place in
            let level = Double(place * 255 / max(size - 1, 1))
            return Float(input.black + level * (input.white - input.black) / 255)
        }
        let black = [Float](repeating: Float(input.black), count: size)
        return ExternalBatch(model: model, pixels: black + ramp, labels: [0, 0], indices: [0, 1])
    }
}

/// What a scorer answered to a batch.
struct ScorerAnswer {
    /// Columns besides `bpd` and `nll` that a scorer may give.
    static let mostColumns = 60

    /// `bpd` and `nll`, then the scorer's own in the order of their names.
    let columns: [ResultTable.Column]

    /// Reads the answer to `batch`.
    ///
    /// - Throws: `ScorerFault` with what is wrong.
    init(_ bytes: [UInt8], to batch: ExternalBatch) throws(ScorerFault) {
        let file: SafetensorsFile
        do {
            file = try SafetensorsFile(bytes: bytes, name: "its answer")
        } catch {
            throw .malformed("gave no safetensors file (\(error.description))")
        }
        if let reason = file.metadata["error"] { throw .refused(Excerpt.short(reason)) }
        let count = batch.indices.count
        for (name, entry) in file.entries.sorted(by: { $0.key < $1.key }) {
            guard ColumnName.isValid(name), !["x", "y", "clamped"].contains(name) else {
                throw .malformed("gave a column '\(Excerpt.short(name))', which no column may be called")
            }
            guard entry.shape == [count] else {
                let images = counted(count, "image")
                throw .malformed("gave '\(name)' of shape \(entry.shape) for \(images); [\(count)] is right")
            }
        }
        let values = try Self.values(file, of: batch)
        let dimensions = Double(batch.model.input.dimensions)
        guard let first = values["bpd"] ?? values["nll"] else {
            throw .malformed("gave neither 'bpd' nor 'nll'")
        }
        let scale = Double(log(2.0)) * dimensions
        let bpd = values["bpd"] ?? first.map { Float(Double($0) / scale) }
        let nll = values["nll"] ?? first.map { Float(Double($0) * scale) }
        let others = values.filter { $0.key != "bpd" && $0.key != "nll" }.sorted { $0.key < $1.key }
        guard others.count <= Self.mostColumns else {
            let found = "gave \(others.count) columns beside the likelihood"
            throw .malformed("\(found); at most \(Self.mostColumns) are taken")
        }
        columns =
            ExternalModel.likelihood(bpd: bpd, nll: nll)
            + others.map { ResultTable.Column(name: $0.key, values: $0.value) }
    }

    private static func values(
        _ file: SafetensorsFile,
        of batch: ExternalBatch
    ) throws(ScorerFault) -> [String: [Float]] {
        var values: [String: [Float]] = [:]
        do {
            for name in file.entries.keys where name != "index" { values[name] = try file.tensor(name).values }
            guard file.entries["index"] != nil else { return values }
            guard try file.integers("index") == batch.indices.map(Int.init) else {
                throw ScorerFault.malformed("gave the images in another order than it got them")
            }
        } catch let fault as ScorerFault {
            throw fault
        } catch {
            throw .malformed("gave what cannot be read (\(error))")
        }
        return values
    }
}

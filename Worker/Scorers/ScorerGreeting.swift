// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks
import Vocabulary

/// What a scorer says of itself before anything else: the metadata of a safetensors file without tensors.
struct ScorerGreeting: Hashable, Sendable {
    /// The version of the protocol that this worker speaks.
    static let protocolVersion = "1"
    /// Images of a batch where the scorer names no number.
    static let standardBatch = 64
    /// Numbers that a scorer may name.
    static let batches = 1...4096
    /// The most bytes of a greeting.
    static let limit = 64 << 10

    /// The scorer, its version and its digest.
    let offer: ScorerOffer
    /// The most images of a batch.
    let batch: Int
    /// Whether it takes pixels as whole 8-bit values, not as single-precision numbers.
    let takesBytes: Bool
    /// What it takes for images, by the keys of a sweep file's `input`; what it does not name it takes as it comes.
    let input: [String: String]

    /// Reads the greeting of the scorer that the worker calls `name`.
    ///
    /// - Throws: `ScorerFault` with what is wrong.
    init(_ bytes: [UInt8], name: String) throws(ScorerFault) {
        let file: SafetensorsFile
        do {
            file = try SafetensorsFile(bytes: bytes, name: "its greeting")
        } catch {
            throw .malformed("began with something else than a greeting (\(error.description))")
        }
        let texts = file.metadata
        guard texts["protocol"] == Self.protocolVersion else {
            let found = texts["protocol"].map { "protocol '\(Excerpt.short($0))'" } ?? "no 'protocol'"
            throw .malformed("greets with \(found); this worker speaks protocol \(Self.protocolVersion)")
        }
        let own = texts["name"] ?? name
        guard own == name else { throw .malformed("says that it is '\(Excerpt.short(own))', not '\(name)'") }
        guard let version = texts["version"], ExternalModel.isUsable(version) else {
            throw .malformed("says no version of 1 to \(ColumnName.longest) visible characters without spaces")
        }
        let digest = texts["digest"].flatMap { Digest(hexadecimal: $0) }
        if texts["digest"] != nil, digest == nil { throw .malformed("says a digest that is not 64 hexadecimal digits") }
        guard let batch = Int(texts["batch"] ?? "\(Self.standardBatch)"), Self.batches.contains(batch) else {
            let range = "\(Self.batches.lowerBound)…\(Self.batches.upperBound)"
            throw .malformed("says a batch that is no number within \(range)")
        }
        let type = texts["x"] ?? "F32"
        guard ["F32", "U8"].contains(type) else {
            throw .malformed("wants x as '\(Excerpt.short(type))': F32 or U8 is given")
        }
        offer = ScorerOffer(name: name, version: version, digest: digest)
        self.batch = batch
        takesBytes = type == "U8"
        input = texts.filter { ["height", "width", "channels", "black", "white"].contains($0.key) }
    }

    /// Why images of `model` are not what the scorer takes; nil where they are.
    func misfit(_ model: ExternalModel) -> String? {
        guard offer.serves(model) else { return "is \(offer.caption), and \(model.caption) was asked for" }
        let given: [(String, Double)] = [
            ("height", Double(model.input.height)), ("width", Double(model.input.width)),
            ("channels", Double(model.input.channels)), ("black", model.input.black), ("white", model.input.white),
        ]
        for (key, value) in given {
            guard let wanted = input[key], Double(wanted) != value else { continue }
            return "takes images of \(key) \(Excerpt.short(wanted)); the sweep's input has \(key) \(value)"
        }
        if takesBytes, model.input.black != 0 || model.input.white != 255 {
            return "takes 8-bit values; the sweep's input has the range [\(model.input.black), \(model.input.white)]"
        }
        return nil
    }

    /// A model that the scorer takes, to try it with: 28×28 8-bit values where it names no others.
    var model: ExternalModel {
        func number(_ key: String, _ standard: Double) -> Double { input[key].flatMap(Double.init) ?? standard }
        let black = number("black", 0)
        return ExternalModel(
            scorer: offer.name,
            version: offer.version,
            declared: offer.digest,
            input: ExternalModel.Input(
                height: Self.side(number("height", 28)),
                width: Self.side(number("width", 28)),
                channels: number("channels", 1) == 3 ? 3 : 1,
                black: black,
                white: max(number("white", 255), black + 1e-3)
            )
        )
    }

    private static func side(_ number: Double) -> Int {
        Int(min(max(number, 1), Double(ExternalModel.Input.sides.upperBound)))
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Vocabulary

/// One way to read what the paper leaves open about a transformation: the settings that are not the likeliest ones.
struct Reading: Hashable, Sendable {
    /// The transformation; nil for the likeliest reading of all of them.
    let transform: String?
    /// The settings that differ, as canonical texts have them.
    let settings: [String: String]

    /// What sweep files mean where they say nothing.
    static let likeliest = Reading(transform: nil, settings: [:])

    /// What the paper leaves open: what fills a vacated column, and whether images are shifted before they are resized;
    /// which noise, and whether pixels are clamped or rounded; which form of latents is zeroed.
    private static let open = [
        "translate": ["fill", "stage"], "noise": ["kind", "clamp", "requantise"],
        "zero-latents": ["clamp", "requantise", "latents"],
    ]

    /// The reading that a cell is of; nil for one of the likeliest, or of a transformation that leaves nothing open.
    init?(_ cell: RunCell) {
        guard let spec = cell.transformSpec, let open = Self.open[spec.name] else { return nil }
        let given = Dictionary(
            zip(spec.kind.parameters, spec.codes).filter { $0.standard != $1 }.map { $0.spelling($1) },
            uniquingKeysWith: { first, _ in first }
        )
        var settings = given.filter { open.contains($0.key) }
        // ε·[−1/256, 0] of the paper: with its ε of 0.001 nothing could notice it, so that any other is a reading, too.
        if settings["kind"] == Noise.Kind.negativeUniform.rawValue { settings["scale"] = given["scale"] }
        guard !settings.isEmpty else { return nil }
        (transform, self.settings) = (spec.name, settings)
    }

    private init(transform: String?, settings: [String: String]) {
        (self.transform, self.settings) = (transform, settings)
    }

    /// The parameters of `spec` under this reading; nil where it is a reading of another transformation.
    func parameters(of spec: TransformSpec) -> String? {
        guard let transform else { return spec.parameters }
        guard transform == spec.name else { return nil }
        let codes = zip(spec.kind.parameters, spec.codes).map { parameter, code in
            settings[parameter.keys[0]].flatMap { try? parameter.code($0, spelling: 0) } ?? code
        }
        return TransformSpec(spec.kind, codes: codes).parameters
    }

    /// The settings, as sweep files have them.
    var words: [String] { settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }
}

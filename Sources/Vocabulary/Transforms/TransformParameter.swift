// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One parameter of a transformation: how sweep files and canonical texts spell it, and what it may be.
package struct TransformParameter: Sendable {
    /// The parameter's spellings.
    ///
    /// Only `levels` has two: the code's upper half tells which (0: `levels`, 1: `level`).
    package let keys: [String]
    /// What each of `keys` means, in a sentence, for who writes a sweep file.
    private let summaries: [String]
    /// The values it may take.
    package let domain: ParameterDomain
    /// The code a sweep file may leave out; nil where it must say.
    package let standard: UInt64?
    /// Whether it decides which images the transformation can be done to.
    package var decidesFit = false
    /// Whether canonical texts leave it out at its standard value: it was added when there were cells already, whose ids
    /// are made of texts without it.
    package var isSilent = false

    init(_ key: String, _ domain: ParameterDomain, standard: UInt64?, _ summary: String = "") {
        self.init(spellings: [(key, summary)], domain, standard: standard)
    }

    init(spellings: [(key: String, summary: String)], _ domain: ParameterDomain, standard: UInt64?) {
        keys = spellings.map(\.key)
        summaries = spellings.map(\.summary)
        self.domain = domain
        self.standard = standard
    }

    /// Whether pixels that were changed are clamped.
    static let clamp = TransformParameter(
        "clamp",
        .flag,
        standard: 0,
        "Whether changed pixels are clamped to the range that a model's pixels have."
    )
    /// Whether pixels that were changed are rounded.
    static let requantise = TransformParameter(
        "requantise",
        .flag,
        standard: 0,
        "Whether changed pixels are rounded to the 256 levels."
    )

    /// A parameter that decides which images the transformation can be done to.
    static func deciding(
        _ key: String,
        _ domain: ParameterDomain,
        standard: UInt64?,
        _ summary: String = ""
    ) -> TransformParameter {
        var parameter = TransformParameter(key, domain, standard: standard, summary)
        parameter.decidesFit = true
        return parameter
    }

    /// A parameter that canonical texts leave out at its standard value.
    static func silent(
        _ key: String,
        _ domain: ParameterDomain,
        standard: UInt64,
        _ summary: String = ""
    ) -> TransformParameter {
        var parameter = TransformParameter(key, domain, standard: standard, summary)
        parameter.isSilent = true
        return parameter
    }

    /// What one of `keys` means.
    package func summary(of key: String) -> String { keys.firstIndex(of: key).map { summaries[$0] } ?? "" }

    /// Whether a canonical text says that the parameter has this value.
    func isWritten(_ code: UInt64) -> Bool { !isSilent || code != standard }

    /// What a code has set besides its value under one of the spellings, a position in `keys`.
    package static func bits(ofSpelling spelling: Int) -> UInt64 { UInt64(spelling) << 32 }

    /// The spelling and the value of a code of a parameter that has several spellings.
    static func parts(_ code: UInt64) -> (spelling: Int, value: UInt64) { (Int(code >> 32), code & UInt64(UInt32.max)) }

    /// The spelling that belongs to `code`, and the canonical text of its value.
    package func spelling(_ code: UInt64) -> (key: String, value: String) {
        guard keys.count > 1 else { return (keys[0], domain.text(code)) }
        let (spelling, value) = Self.parts(code)
        return (keys[spelling], domain.text(value))
    }

    /// Reads a value of the parameter under one of its spellings, a position in `keys`.
    package func code(_ value: String, spelling: Int) throws(ParameterValueError) -> UInt64 {
        try domain.code(value) | Self.bits(ofSpelling: spelling)
    }
}

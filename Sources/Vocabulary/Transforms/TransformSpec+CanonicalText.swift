// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension TransformSpec {
    /// What stands between the members of a chain.
    private static let link = " then "
    /// Most bytes of the parameters of one transformation.
    private static let textLimit = 256

    /// The transformation's name, such as `translate`; of all chains `chain`.
    public var name: String { kind.rawValue }

    /// Every parameter as `key=value`, in a fixed order, one space between them; empty for `identity`.
    ///
    /// Such as `dx=-1 dy=0 fill=zero stage=after-resize`. A parameter that a transformation got later is left out at its
    /// standard value, so that the ids of the cells before it stay. Real numbers are the shortest decimals that read back to the
    /// same bits. Of a chain, the texts of its members with their names, `then` between them:
    /// `translate dx=-1 dy=0 fill=zero stage=after-resize then dihedral map=mirror stage=after-resize`.
    /// The text holds no comma, quote or line break.
    public var parameters: String {
        if isChain { return members.map(\.description).joined(separator: Self.link) }
        return zip(kind.parameters, codes).filter { $0.isWritten($1) }.map { parameter, code in
            let (key, value) = parameter.spelling(code)
            return "\(key)=\(value)"
        }.joined(separator: " ")
    }

    /// Reads back a canonical text.
    ///
    /// Only canonical texts are read: what this accepts is exactly what `name` and `parameters` write for a
    /// transformation whose values are in range, so equal transformations never differ in their texts.
    ///
    /// - Parameters:
    ///   - name: The transformation's name.
    ///   - parameters: Its parameters.
    /// - Throws: `TransformTextError`, naming the first thing that is wrong.
    public init(name: String, parameters: String) throws(TransformTextError) {
        if name == TransformKind.chainName {
            self = try Self.chain(parameters)
            return
        }
        guard let kind = TransformKind(rawValue: name) else { throw .unknownName(name) }
        try Self.checkLength(parameters, limit: Self.textLimit)
        let pairs = parameters.isEmpty ? [] : parameters.split(separator: " ", omittingEmptySubsequences: false)
        let silent = kind.parameters.count(where: \.isSilent)
        guard (kind.parameters.count - silent...kind.parameters.count).contains(pairs.count) else {
            throw .wrongCount(found: pairs.count, expected: kind.parameters.map(\.keys[0]))
        }
        var codes: [UInt64] = []
        var rest = pairs[...]
        for parameter in kind.parameters {
            if parameter.isSilent, let standard = parameter.standard, !Self.begins(rest.first, with: parameter) {
                codes.append(standard)
            } else {
                codes.append(try Self.code(rest.popFirst().map(String.init) ?? "", of: parameter))
            }
        }
        if let extra = rest.first { throw .unknownParameter(String(extra), name: name) }
        self.init(kind, codes: codes)
        guard self.parameters == parameters else { throw .notCanonical(parameters, expected: self.parameters) }
    }

    /// Reads the members of a chain.
    private static func chain(_ text: String) throws(TransformTextError) -> TransformSpec {
        try checkLength(text, limit: textLimit * chainLengths.upperBound)
        let texts = text.split(separator: link, omittingEmptySubsequences: false)
        guard chainLengths.contains(texts.count) else { throw .noChain(.wrongCount(texts.count)) }
        var members: [TransformSpec] = []
        for member in texts {
            let words = member.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard words[0] != TransformKind.chainName else { throw .noChain(.noMember(words[0])) }
            members.append(try TransformSpec(name: words[0], parameters: words.count > 1 ? words[1] : ""))
        }
        let chain: TransformSpec
        do throws(ChainError) { chain = try TransformSpec.chain(members) } catch { throw .noChain(error) }
        guard chain.parameters == text else { throw .notCanonical(text, expected: chain.parameters) }
        return chain
    }

    private static func checkLength(_ text: String, limit: Int) throws(TransformTextError) {
        guard text.utf8.count <= limit else { throw .tooLong(text.utf8.count, limit: limit) }
    }

    private static func begins(_ pair: Substring?, with parameter: TransformParameter) -> Bool {
        pair.map { pair in parameter.keys.contains { pair.hasPrefix("\($0)=") } } ?? false
    }

    private static func code(_ pair: String, of parameter: TransformParameter) throws(TransformTextError) -> UInt64 {
        let key = pair.prefix { $0 != "=" }
        guard key.endIndex != pair.endIndex, let spelling = parameter.keys.firstIndex(of: String(key)) else {
            throw .unexpected(pair, expected: parameter.keys[0])
        }
        let value = String(pair[key.endIndex...].dropFirst())
        do {
            return try parameter.code(value, spelling: spelling)
        } catch {
            throw .badValue(pair, reason: error.message(value))
        }
    }
}

extension TransformSpec: CustomStringConvertible {
    /// The name and, where there are any, the parameters: `translate dx=-1 dy=0 fill=zero stage=after-resize`.
    public var description: String {
        parameters.isEmpty ? name : "\(name) \(parameters)"
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    /// The values of an axis: one value, a list of values, or one of the spacings.
    mutating func values(_ node: SourceNode, of axis: String, in domain: ParameterDomain) -> AxisValues? {
        switch node.content {
        case .scalar:
            return code(node, of: axis, in: domain).map { AxisValues(codes: [$0], positions: [node.position]) }
        case .sequence(let elements):
            if elements.isEmpty { report("\(axis) must not be empty", at: node.position) }
            let read = elements.map { element in code(element, of: axis, in: domain).map { ($0, element.position) } }
            let codes = read.compactMap { $0?.0 }
            // A list with one bad value is left out whole, so that no later check works on a part of it.
            guard !codes.isEmpty, codes.count == elements.count else { return nil }
            return AxisValues(codes: codes, positions: read.compactMap { $0?.1 })
        case .mapping:
            return spacedCodes(node, of: axis, in: domain).map { AxisValues(codes: $0, positions: [node.position]) }
        }
    }

    /// One value.
    mutating func code(_ node: SourceNode, of axis: String, in domain: ParameterDomain) -> UInt64? {
        guard case .scalar(let text, let isPlain) = node.content, !node.isNull, isPlain || domain.isWord else {
            report("\(axis) must be \(domain.expectation), not \(node.kind)", at: node.position)
            return nil
        }
        // Nothing to choose from: why that is so has been reported.
        if case .choice(let words) = domain, words.isEmpty { return nil }
        do {
            return try domain.code(text)
        } catch {
            report(message(error, text: Excerpt.short(text), axis: axis), at: node.position)
            return nil
        }
    }

    private func message(_ error: ParameterValueError, text: String, axis: String) -> String {
        switch error {
        case .wrongType(let expected): "\(axis) must be \(expected), not '\(text)'"
        case .notAmong(let words): "unknown \(axis) '\(text)'\(Suggestion.phrase(for: text, among: words))"
        case .outside(let range): "\(axis) must be within \(range), not \(text)"
        }
    }

    private mutating func spacedCodes(_ node: SourceNode, of axis: String, in domain: ParameterDomain) -> [UInt64]? {
        let names = Spacing.allCases.map(\.rawValue)
        guard let fields = fields(node, of: axis, known: names) else { return nil }
        guard case .mapping(let written) = node.content, written.count == 1 else {
            report("\(axis) must be one of \(names.joined(separator: ", "))", at: node.position)
            return nil
        }
        guard let entry = fields.values.first, let spacing = Spacing(rawValue: entry.key) else { return nil }
        guard let numbers = threeNumbers(entry, in: domain, spacing: spacing) else { return nil }
        do throws(Spacing.Failure) {
            return try inside(domain, spacing.codes(numbers, in: domain))
        } catch {
            report("\(spacing.rawValue) of \(axis): \(error.message)", at: entry.value.position)
            return nil
        }
    }

    /// The texts of the three numbers of a spacing, whose types suit the axis.
    private mutating func threeNumbers(
        _ entry: SourceNode.Entry,
        in domain: ParameterDomain,
        spacing: Spacing
    ) -> [String]? {
        if domain.isWord {
            report("\(spacing.rawValue) is for numbers; this axis takes \(domain.expectation)", at: entry.position)
            return nil
        }
        if case .integer = domain, spacing != .range {
            report("\(spacing.rawValue) is for real numbers; this axis takes whole ones: use range", at: entry.position)
            return nil
        }
        let third = spacing == .range ? "step" : "count"
        guard case .sequence(let elements) = entry.value.content, elements.count == 3 else {
            report("\(spacing.rawValue) must be [from, to, \(third)]", at: entry.value.position)
            return nil
        }
        let expected: ParameterDomain =
            if case .integer = domain { .integer(.min ... .max) } else {
                .real(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
            }
        let texts = elements.compactMap { element -> String? in
            guard code(element, of: "a number of \(spacing.rawValue)", in: expected) != nil,
                case .scalar(let text, _) = element.content
            else { return nil }
            return text
        }
        return texts.count == 3 ? texts : nil
    }

    /// The codes, if the first and the last are values of `domain`; those between then are too.
    private func inside(_ domain: ParameterDomain, _ codes: [UInt64]) throws(Spacing.Failure) -> [UInt64] {
        for code in [codes.first, codes.last].compactMap(\.self) {
            let text = domain.text(code)
            do throws(ParameterValueError) { _ = try domain.code(text) } catch {
                throw Spacing.Failure(error.message(text))
            }
        }
        return codes
    }
}

extension Spacing {
    /// The codes of the values between three numbers that are of the type of `domain`.
    fileprivate func codes(_ numbers: [String], in domain: ParameterDomain) throws(Failure) -> [UInt64] {
        if case .integer = domain {
            let numbers = numbers.compactMap(DecimalText.integer)
            return try Self.integers(from: numbers[0], to: numbers[1], step: numbers[2]).map(ParameterDomain.code)
        }
        let numbers = numbers.compactMap(DecimalText.real)
        return try reals(from: numbers[0], to: numbers[1], third: numbers[2]).map(ParameterDomain.code)
    }
}

extension ParameterDomain {
    /// Whether values are words, which may stand in quotes, and not numbers or flags.
    fileprivate var isWord: Bool {
        if case .choice = self { true } else { false }
    }
}

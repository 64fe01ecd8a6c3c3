// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads the values of one axis: one value, a list of values, or three numbers that stand for many.
struct ValueListReader {
    let document: DocumentReader
    /// What messages call the axis.
    let axis: String
    /// The values that the axis may take.
    let domain: ParameterDomain
    /// What a message says of a word that is unknown, besides what was probably meant.
    var remedy: ((String) -> String)?

    func read(_ node: SourceNode) -> ValueList? {
        switch node.content {
        case .scalar:
            return code(node).map { ValueList([$0], from: node.position) }
        case .sequence(let elements):
            if elements.isEmpty { document.report("\(axis) must not be empty", at: node.position) }
            let codes = elements.compactMap(code)
            // A list with one bad value is left out whole, so that no later check works on a part of it.
            guard !codes.isEmpty, codes.count == elements.count else { return nil }
            return ValueList(listed: codes, at: elements.map(\.position))
        case .mapping(let entries):
            return spacedCodes(node, entries).map { ValueList($0, from: node.position) }
        }
    }

    private func code(_ node: SourceNode) -> UInt64? { document.code(node, of: axis, in: domain, remedy: remedy) }

    private func spacedCodes(_ node: SourceNode, _ entries: [SourceNode.Entry]) -> [UInt64]? {
        let names = Spacing.allCases.map(\.rawValue)
        guard document.fields(node, of: axis, known: names) != nil else { return nil }
        guard entries.count == 1 else {
            document.report("\(axis) must be one of \(names.joined(separator: ", "))", at: node.position)
            return nil
        }
        guard let entry = entries.first, let spacing = Spacing(rawValue: entry.key),
            let numbers = threeNumbers(entry, of: spacing)
        else { return nil }
        do throws(Spacing.Failure) {
            return try codes(numbers, of: spacing)
        } catch {
            document.report("\(spacing.rawValue) of \(axis): \(error.message)", at: entry.value.position)
            return nil
        }
    }

    /// The texts of the three numbers of a spacing, whose types suit the axis.
    private func threeNumbers(_ entry: SourceNode.Entry, of spacing: Spacing) -> [String]? {
        let name = spacing.rawValue
        guard domain.isNumber else {
            document.report("\(name) is for numbers; this axis takes \(domain.expectation)", at: entry.position)
            return nil
        }
        if domain.isInteger, spacing != .range {
            document.report("\(name) is for real numbers; this axis takes whole ones: use range", at: entry.position)
            return nil
        }
        let third = spacing == .range ? "step" : "count"
        guard case .sequence(let elements) = entry.value.content, elements.count == 3 else {
            document.report("\(name) must be [from, to, \(third)]", at: entry.value.position)
            return nil
        }
        let anyNumber: ParameterDomain =
            domain.isInteger
            ? .integer(.min ... .max) : .real(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
        let texts = elements.compactMap { element -> String? in
            guard document.code(element, of: "a number of \(name)", in: anyNumber) != nil,
                case .scalar(let text, _) = element.content
            else { return nil }
            return text
        }
        return texts.count == 3 ? texts : nil
    }

    /// The codes of the values between three numbers that are of the axis's type.
    ///
    /// The first and the last are checked to be values of the axis; those between them are then, too.
    private func codes(_ texts: [String], of spacing: Spacing) throws(Spacing.Failure) -> [UInt64] {
        if domain.isInteger {
            let ends = texts.compactMap(DecimalText.integer)
            let numbers = try Spacing.integers(from: ends[0], to: ends[1], step: ends[2])
            let first = try code(numbers.first.map(String.init) ?? "")
            _ = try code(numbers.last.map(String.init) ?? "")
            // A word's code is not its number, and differs from it by the same for all.
            return numbers.map { first &+ ParameterDomain.code($0 - numbers[0]) }
        }
        let ends = texts.compactMap(DecimalText.real)
        let codes = try spacing.reals(from: ends[0], to: ends[1], third: ends[2]).map(ParameterDomain.code)
        for end in [codes.first, codes.last].compactMap(\.self) { _ = try code(domain.text(end)) }
        return codes
    }

    private func code(_ text: String) throws(Spacing.Failure) -> UInt64 {
        do throws(ParameterValueError) { return try domain.code(text) } catch {
            throw Spacing.Failure(error.message(text))
        }
    }
}

extension ParameterDomain {
    /// Whether a spacing of numbers means something.
    fileprivate var isNumber: Bool {
        if case .real = self { true } else { isInteger }
    }

    /// Whether a `range` of whole numbers means something.
    var isInteger: Bool {
        switch self {
        case .integer, .numbered: true
        case .real, .choice, .flag: false
        }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which semantic-invariant transformation a cell applies, or which chain of them, with every parameter spelled out.
///
/// `name` and `parameters` are its canonical text: equal transformations have equal texts, and
/// `init(name:parameters:)` reads the text back. Cell ids, the wire, the store and exports all use that text.
public struct TransformSpec: Hashable, Sendable {
    /// Which transformation it is.
    package let kind: TransformKind
    /// The codes of the parameters, in the order of `kind.parameters`.
    package let codes: [UInt64]

    /// The transformation with the given parameters, which are codes made by `kind.parameters`.
    package init(_ kind: TransformKind, codes: [UInt64]) {
        self.kind = kind
        self.codes = codes
    }

    /// A transformation with its parameters.
    package init(_ value: some ParameterisedTransform) {
        self.init(TransformKind.of(type(of: value)), codes: value.codes)
    }

    /// The transformation itself; nil of a chain, whose members each have a value.
    ///
    /// Made of the codes when asked for: a stored existential would make all that holds a specification, down to the rows
    /// of a grid, a type of unknown size.
    package var value: (any ParameterisedTransform)? { kind.type?.init(codes: codes) }

    /// The transformation's own parameters, where it is one of this type, alone: `spec.as(Translation.self)?.dx`.
    ///
    /// A chain is of no such type, whatever its members are.
    public func `as`<Transformation>(_ type: Transformation.Type) -> Transformation? { value as? Transformation }
}

extension TransformSpec {
    /// Whether it is several transformations, done one after the other.
    public var isChain: Bool { kind.isChain }

    /// What is done, one after the other: the members of a chain, or the transformation itself.
    public var members: [TransformSpec] {
        guard isChain else { return [self] }
        return zip(kind.members, kind.memberParameters).map { TransformSpec($0, codes: Array(codes[$1])) }
    }

    /// The canonical text of the value of the parameter of that name; nil where it has none, or where several members of
    /// a chain have one and the name does not say whose.
    package func parameter(_ name: String) -> String? {
        guard let (position, spelling) = kind.parameter(name) else { return nil }
        let parameter = kind.parameters[position]
        let (key, value) = parameter.spelling(codes[position])
        return key == parameter.keys[spelling] ? value : nil
    }

    /// The members' values.
    private var values: [any ParameterisedTransform] { members.compactMap(\.value) }

    /// Whether pixels may be clamped, which the results count.
    package var mayClamp: Bool { values.contains { $0.mayClamp } }

    /// Why it cannot be done to images of a data set on their way into a model; nil where it can.
    package func misfit(_ dataset: DatasetFacts, _ model: ModelFacts) -> String? {
        values.lazy.compactMap { $0.misfit(dataset, model) }.first
    }

    /// Whether all pixels are on the 256 levels of 8-bit images afterwards.
    package var leavesLevels: Bool { values.reduce(true) { $1.leavesLevels($0) } }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which semantic-invariant transformation a cell applies, with every parameter spelled out.
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
        self.init(TransformKind(type(of: value)), codes: value.codes)
    }

    /// The transformation itself.
    ///
    /// Made of the codes when asked for: a stored existential would make all that holds a specification, down to the rows
    /// of a grid, a type of unknown size.
    package var value: any ParameterisedTransform { kind.type.init(codes: codes) }

    /// The transformation's own parameters, where it is one of this type: `spec.as(Translation.self)?.dx`.
    public func `as`<Transformation>(_ type: Transformation.Type) -> Transformation? { value as? Transformation }
}

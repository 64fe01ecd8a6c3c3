// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One parameter a layer is made of: what it is called within the layer, and its shape.
public struct ParameterSpec: Hashable, Sendable {
    /// Dotted name.
    public var name: String
    /// Extent of every dimension.
    public var shape: [Int]

    /// A named shape.
    public init(_ name: String, _ shape: [Int]) {
        self.name = name
        self.shape = shape
    }

    /// The same parameter of the layer called `scope`.
    public func scoped(_ scope: String) -> ParameterSpec {
        ParameterSpec("\(scope).\(name)", shape)
    }
}

/// The parameters of a network by their dotted names, or of one layer of it.
///
/// A layer is handed the scope that is its own and reads `scope["weight"]`. Whoever fills the set has checked it
/// against the layers' ``ParameterSpec``s, so a missing name is a bug and traps.
public struct ParameterSet: Sendable {
    /// Every parameter of the whole network.
    public let tensors: [String: Tensor]
    private let prefix: String

    /// The parameters of a whole network.
    public init(_ tensors: [String: Tensor]) {
        self.init(tensors: tensors, prefix: "")
    }

    private init(tensors: [String: Tensor], prefix: String) {
        self.tensors = tensors
        self.prefix = prefix
    }

    /// The parameters of the layer called `name` within this scope.
    public func scope(_ name: String) -> ParameterSet {
        ParameterSet(tensors: tensors, prefix: "\(prefix)\(name).")
    }

    /// The parameter called `name` within this scope.
    public subscript(name: String) -> Tensor {
        guard let tensor = tensors[prefix + name] else { preconditionFailure("no parameter '\(prefix)\(name)'") }
        return tensor
    }
}

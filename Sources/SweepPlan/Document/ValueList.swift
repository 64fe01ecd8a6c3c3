// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One or more values as a file gives them: in its order, repetitions included.
struct ValueList {
    /// The values, by the codes of their `ParameterDomain`.
    private(set) var codes: [UInt64]
    /// The place of each value; a single one where all come from one spacing or default.
    private let positions: [Diagnostic.Position]

    /// Values that stand in the file one by one, each at its place.
    init(listed codes: [UInt64], at positions: [Diagnostic.Position]) {
        precondition(codes.count == positions.count && !codes.isEmpty, "a value without a place, or no value")
        self.codes = codes
        self.positions = positions
    }

    /// Values that one text stands for.
    init(_ codes: [UInt64], from position: Diagnostic.Position) {
        self.codes = codes
        positions = [position]
    }

    /// The values of several lists: the first as it is, and of the others those that are new.
    init(joining lists: [ValueList]) {
        var seen: Set<UInt64> = []
        var (codes, positions): ([UInt64], [Diagnostic.Position]) = ([], [])
        for (number, list) in lists.enumerated() {
            for index in list.codes.indices where seen.insert(list.codes[index]).inserted || number == 0 {
                codes.append(list.codes[index])
                positions.append(list.position(index))
            }
        }
        self.init(listed: codes, at: positions)
    }

    /// Number of values, repetitions included.
    var count: Int { codes.count }

    /// Whether each value stands in the file by itself.
    var isListed: Bool { positions.count == codes.count }

    /// The place of a value.
    func position(_ index: Int) -> Diagnostic.Position { isListed ? positions[index] : positions[0] }

    /// The list with `bits` set in every code.
    func setting(_ bits: UInt64) -> ValueList {
        var list = self
        if bits > 0 { list.codes = codes.map { $0 | bits } }
        return list
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Reads the values that a block or a condition gives an axis.
struct AxisReader {
    let document: DocumentReader
    let declarations: Declarations

    func values(_ node: SourceNode, of axis: AxisName) -> ValueList? {
        let domain = declarations.domain(of: axis)
        let remedy = axis == .dataset ? Self.ownDataset : nil
        return document.values(node, of: axis.text, in: domain, remedy: remedy)?.setting(axis.spelling)
    }

    private static let ownDataset: @Sendable (String) -> String = { name in
        "Files of your own are declared as datasets: {\(name): {images: PATH, labels: PATH}}"
    }
}

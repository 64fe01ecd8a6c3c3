// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Reads the values that a block or a condition gives an axis.
struct AxisReader {
    let document: DocumentReader
    let declarations: Declarations

    func values(_ node: SourceNode, of axis: AxisName) -> ValueList? {
        document.values(node, of: axis.text, in: declarations.domain(of: axis))?.setting(axis.spelling)
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The classes that a filter lets pass: `1,7`, `0-4`, `all` for the images of all classes together.
struct ClassSelection: Hashable, Sendable {
    private var labels: Set<Int> = []
    private var includesAll = false

    init(_ text: String) throws(CellFilterError) {
        for value in text.split(separator: ",").map(String.init) {
            if value == "all" {
                includesAll = true
                continue
            }
            let bounds = value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            // A label is a byte.
            guard let low = bounds.first.flatMap(\.self), let high = bounds.last.flatMap(\.self), bounds.count <= 2,
                0 <= low, low <= high, high <= 255
            else { throw .badClass(value) }
            labels.formUnion(low...high)
        }
    }

    func contains(_ label: Int?) -> Bool { label.map(labels.contains) ?? includesAll }
}

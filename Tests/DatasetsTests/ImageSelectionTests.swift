// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Testing
import Vocabulary

@Suite struct ImageSelectionTests {
    private let dataset = ImageDataset(
        name: "letters",
        split: "test",
        shape: ImageShape(height: 1, width: 1),
        pixels: [1, 2, 3, 4, 5, 6],
        labels: [0, 1, 0, 0, 1, 2]
    )

    @Test("a per-class limit takes the first images of each class, in the data set's order")
    func perClass() throws {
        #expect(try dataset.indices(selectedBy: .perClass(limit: 2)) == [0, 1, 2, 4, 5])
        #expect(try dataset.indices(selectedBy: .perClass(limit: 0)).isEmpty)
        #expect(try dataset.indices(selectedBy: .all) == [0, 1, 2, 3, 4, 5])
    }

    @Test("an index beyond the data set is refused with the range", arguments: [6, -1])
    func beyond(index: Int) throws {
        let error = #expect(throws: DatasetError.self) { try dataset.indices(selectedBy: .indices([0, index])) }
        #expect(error?.description == "data set 'letters' has no image \(index) in split 'test'; expected 0…5")
    }

    @Test("equal selections have equal digests, however they were spelled; others do not")
    func slices() throws {
        let slice = try dataset.slice(selectedBy: .perClass(limit: 2))
        #expect(slice == (try dataset.slice(selectedBy: .indices([0, 1, 2, 4, 5]))))
        #expect(slice.count == 5)
        #expect(slice.digest != (try dataset.slice(selectedBy: .all)).digest)
    }
}

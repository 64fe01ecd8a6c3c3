// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Testing

@Suite("Buffers and views")
struct BufferTests {
    @Test("a buffer begins as zeros on a 64-byte boundary", arguments: [0, 1, 15, 16, 17, 1000])
    func isAlignedAndZero(count: Int) {
        let buffer = AlignedBuffer(count: count)
        #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
        #expect(buffer.elements == [Float](repeating: 0, count: count))
    }

    @Test("views cut rows and channels out of a tensor")
    func cutsRowsAndChannels() {
        let tensor = view((0..<24).map(Float.init), channels: 4)
        #expect(tensor.rows == 6)
        #expect(tensor.rows(1..<3).elements == [4, 5, 6, 7, 8, 9, 10, 11])
        #expect(tensor.channels(2..<4).rows(4..<6).elements == [18, 19, 22, 23])
        #expect(tensor.rows(6..<6).elements.isEmpty)
    }

    @Test("a view that leaves its buffer is a bug of the caller")
    func refusesToLeaveTheBuffer() async {
        await #expect(processExitsWith: .failure) {
            _ = RowView(AlignedBuffer(count: 11), rows: 3, channels: 4)
        }
        await #expect(processExitsWith: .failure) {
            _ = RowView(AlignedBuffer(count: 12), rows: 3, channels: 4).rows(2..<4)
        }
        await #expect(processExitsWith: .failure) { AlignedBuffer(count: 3)[3] = 1 }
    }
}

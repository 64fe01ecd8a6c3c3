// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// Writes zero to every element with probability `probability256`/256, and leaves the others as they are.
    ///
    /// Element i of the view, row after row, is decided by byte i of `stream`, so that a gradient can be masked as the
    /// activations were. Packed rows are fast; where there are gaps, it takes many times as long.
    public func mask(_ x: RowView, probability256: Int, _ stream: RandomStream) {
        precondition(0..<256 ~= probability256, "a probability of \(probability256)/256")
        let count = x.rows * x.channels
        let whole = x.isPacked ? count & ~127 : 0
        let call = stream.maskCall(x.pointer, stretches: whole / 128, least: UInt32(probability256))
        withUnsafePointer(to: call) { entries.mask($0) }
        for element in whole..<count {
            let byte = stream.word(element / 4) >> UInt32(8 * (element % 4)) & 255
            let (row, channel) = element.quotientAndRemainder(dividingBy: x.channels)
            if byte < probability256 { x.pointer[row * x.stride + channel] = 0 }
        }
        withExtendedLifetime(x) {}
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A place in a view, moving through its elements row after row.
struct RowCursor {
    private let view: RowView
    private var row: UnsafeMutablePointer<Float>
    private var channel = 0

    init(_ view: RowView) {
        self.view = view
        row = view.pointer
    }

    /// Copies the next `count` elements to `target`.
    mutating func read(_ count: Int, into target: UnsafeMutablePointer<Float>) {
        switch shortRow(count) {
        case 2: readRows(count, into: target, of: SIMD2<Float>.self)
        case 4: readRows(count, into: target, of: SIMD4<Float>.self)
        case 8: readRows(count, into: target, of: SIMD8<Float>.self)
        default:
            advance(count) { source, place, length in
                for index in 0..<length { target[place + index] = source[index] }
            }
        }
    }

    /// Overwrites the next `count` elements by those of `source`.
    mutating func write(_ count: Int, from source: UnsafePointer<Float>) {
        switch shortRow(count) {
        case 2: writeRows(count, from: source, of: SIMD2<Float>.self)
        case 4: writeRows(count, from: source, of: SIMD4<Float>.self)
        case 8: writeRows(count, from: source, of: SIMD8<Float>.self)
        default:
            advance(count) { target, place, length in
                for index in 0..<length { target[index] = source[place + index] }
            }
        }
    }

    /// Length of the next rows if `count` elements are whole rows of one length that is copied in one move; else 0.
    private func shortRow(_ count: Int) -> Int { channel == 0 && count % view.channels == 0 ? view.channels : 0 }

    @inline(__always)
    private mutating func readRows<Row: SIMD>(_ count: Int, into target: UnsafeMutablePointer<Float>, of type: Row.Type)
    where Row.Scalar == Float {
        let target = UnsafeMutableRawPointer(target)
        for index in 0..<count / Row.scalarCount {
            let value = UnsafeRawPointer(row).loadUnaligned(as: type)
            target.storeBytes(of: value, toByteOffset: index * MemoryLayout<Row>.stride, as: type)
            row += view.stride
        }
    }

    @inline(__always)
    private mutating func writeRows<Row: SIMD>(_ count: Int, from source: UnsafePointer<Float>, of type: Row.Type)
    where Row.Scalar == Float {
        let source = UnsafeRawPointer(source)
        for index in 0..<count / Row.scalarCount {
            let value = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Row>.stride, as: type)
            UnsafeMutableRawPointer(row).storeBytes(of: value, as: type)
            row += view.stride
        }
    }

    /// Passes the next `count` elements, as runs of neighbouring floats, to `body`: where, how many before, how many.
    @inline(__always)
    private mutating func advance(_ count: Int, _ body: (UnsafeMutablePointer<Float>, Int, Int) -> Void) {
        var done = 0
        while done < count {
            let length = min(view.channels - channel, count - done)
            body(row + channel, done, length)
            done += length
            channel += length
            if channel == view.channels {
                channel = 0
                row += view.stride
            }
        }
    }
}

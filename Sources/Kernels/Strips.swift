// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How element-wise kernels see views of any stride: a few whole vectors at a time, in packed buffers on the stack.
enum Strips {
    /// Elements of a strip: four buffers of them are as much as is certain to be allocated on the stack.
    static let capacity = 64

    typealias Buffer = UnsafeMutablePointer<Float>

    /// Lends four buffers of `capacity` floats, zeros at first.
    static func withBuffers<Result>(_ body: (Buffer, Buffer, Buffer, Buffer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * capacity) { memory in
            memory.initialize(repeating: 0)
            guard let first = memory.baseAddress else { preconditionFailure("a temporary allocation has an address") }
            return body(first, first + capacity, first + 2 * capacity, first + 3 * capacity)
        }
    }

    /// Splits the elements of `view` into strips: how many elements, in how many vectors.
    static func forEach(_ view: RowView, _ body: (_ count: Int, _ vectors: Int) -> Void) {
        forEach(view.rows * view.channels, body)
    }

    /// Splits `total` elements into strips: how many elements, in how many vectors.
    @inline(__always)
    static func forEach(_ total: Int, _ body: (_ count: Int, _ vectors: Int) -> Void) {
        for start in stride(from: 0, to: total, by: capacity) {
            let count = min(capacity, total - start)
            body(count, (count + 15) / 16)
        }
    }
}

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

/// A sum in Double whose order is fixed: element i goes to partial sum i mod 16, and these are added as a tree.
struct FixedOrderSum {
    private var partials = SIMD16<Double>(repeating: 0)

    /// Adds `count` terms, each a float mapped by `term`; all calls but the last bring a multiple of sixteen.
    @inline(__always)
    mutating func add(_ count: Int, of terms: UnsafePointer<Float>, _ term: (Double) -> Double = { $0 }) {
        withUnsafeMutableBytes(of: &partials) { bytes in
            let partials = bytes.assumingMemoryBound(to: Double.self)
            for start in stride(from: 0, to: count & ~15, by: 16) {
                for lane in 0..<16 { partials[lane] += term(Double(terms[start + lane])) }
            }
            for index in count & ~15..<count { partials[index & 15] += term(Double(terms[index])) }
        }
    }

    var total: Double {
        let eight = partials.lowHalf + partials.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

// @unchecked: the pointer and the count never change. Threads that share a buffer write disjoint rows of it; that is
// the contract of `WorkPool.forEach`, whose indices are handed out once each.

/// Zero-initialised floats on a 64-byte boundary, freed with their owner.
///
/// The allocation ends with sixteen floats of slack: kernels may read (never write) one vector past the last element.
public final class AlignedBuffer: @unchecked Sendable {
    /// Number of floats that may be used.
    public let count: Int
    /// The first float.
    public let pointer: UnsafeMutablePointer<Float>

    /// Allocates `count` zeros.
    public init(count: Int) {
        precondition(count >= 0, "an AlignedBuffer cannot hold \(count) floats")
        let capacity = count + Self.slack
        let raw = UnsafeMutableRawPointer.allocate(byteCount: capacity * MemoryLayout<Float>.stride, alignment: 64)
        self.pointer = raw.bindMemory(to: Float.self, capacity: capacity)
        self.pointer.initialize(repeating: 0, count: capacity)
        self.count = count
    }

    /// Allocates a copy of `elements`.
    public convenience init(_ elements: [Float]) {
        self.init(count: elements.count)
        copy(elements)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    /// Floats kept readable behind the last element.
    static let slack = 16

    /// The element at `index`.
    public subscript(index: Int) -> Float {
        get {
            precondition(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
            return pointer[index]
        }
        set {
            precondition(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
            pointer[index] = newValue
        }
    }

    /// Writes `elements` beginning at `offset`.
    public func copy(_ elements: [Float], at offset: Int = 0) {
        let fits = offset >= 0 && offset + elements.count <= count
        precondition(fits, "\(elements.count) floats do not fit at \(offset)")
        for (index, element) in elements.enumerated() { pointer[offset + index] = element }
    }

    /// All elements, copied.
    public var elements: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

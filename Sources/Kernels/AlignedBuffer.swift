// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

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
        pointer = Self.allocate(count + Self.slack)
        self.count = count
    }

    /// Allocates a copy of `elements`.
    public convenience init(_ elements: [Float]) {
        self.init(count: elements.count)
        copy(elements)
    }

    deinit { Self.deallocate(pointer, count + Self.slack) }

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

    /// Fewest bytes that are taken from the system itself, which gives zeros and gets the memory back at once.
    ///
    /// The C library would raise its own such limit with every large buffer that is freed, and then keep holes between
    /// those that are not: a tenth of what training a PixelCNN++ takes.
    private static let leastMapped = 1 << 20

    /// Zeros.
    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = count * MemoryLayout<Float>.stride
        guard bytes >= leastMapped else {
            let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            let pointer = raw.bindMemory(to: Float.self, capacity: count)
            pointer.initialize(repeating: 0, count: count)
            return pointer
        }
        let raw = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let raw, raw != MAP_FAILED else { fatalError("no memory for \(count) floats") }
        // Pages of two megabytes where there are any: a step of a PixelCNN++ takes 3 % less time. Nothing hangs on it.
        madvise(raw, bytes, MADV_HUGEPAGE)
        return raw.bindMemory(to: Float.self, capacity: count)
    }

    private static func deallocate(_ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
        let bytes = count * MemoryLayout<Float>.stride
        if bytes >= leastMapped { munmap(pointer, bytes) } else { UnsafeMutableRawPointer(pointer).deallocate() }
    }
}

// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One output row of a register tile.
@usableFromInline
protocol RegisterRow {
    /// Columns, at most those of the panels it covers.
    static var columns: Int { get }
    /// Zeros.
    static var zero: Self { get }
    /// Reads panels that lie `panelStride` floats apart.
    init(at address: UnsafePointer<Float>, panelStride: Int)
    /// Writes the row as neighbouring floats.
    func store(at address: UnsafeMutablePointer<Float>)
    /// Adds `a` times `weights`.
    mutating func addProduct(_ a: Float, _ weights: Self)
    /// Adds another row.
    mutating func add(_ other: Self)
    /// Replaces negative lanes by zero.
    mutating func rectify()
}

/// A row of four columns, the first of a panel.
@usableFromInline
struct QuarterPanel: RegisterRow {
    @usableFromInline var lanes: SIMD4<Float>

    @inlinable @_transparent
    static var columns: Int { 4 }

    @inlinable @_transparent
    static var zero: QuarterPanel { QuarterPanel(lanes: .zero) }

    @inlinable @_transparent
    init(lanes: SIMD4<Float>) { self.lanes = lanes }

    @inlinable @_transparent
    init(at address: UnsafePointer<Float>, panelStride: Int) {
        lanes = UnsafeRawPointer(address).loadUnaligned(as: SIMD4<Float>.self)
    }

    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: lanes, as: SIMD4<Float>.self)
    }

    @inlinable @_transparent
    mutating func addProduct(_ a: Float, _ weights: QuarterPanel) {
        lanes.addProduct(SIMD4(repeating: a), weights.lanes)
    }

    @inlinable @_transparent
    mutating func add(_ other: QuarterPanel) { lanes += other.lanes }

    @inlinable @_transparent
    mutating func rectify() { lanes = lanes.replacing(with: 0, where: lanes .< 0) }
}

/// A row of eight columns, the first of a panel.
@usableFromInline
struct HalfPanel: RegisterRow {
    @usableFromInline var lanes: SIMD8<Float>

    @inlinable @_transparent
    static var columns: Int { 8 }

    @inlinable @_transparent
    static var zero: HalfPanel { HalfPanel(lanes: .zero) }

    @inlinable @_transparent
    init(lanes: SIMD8<Float>) { self.lanes = lanes }

    @inlinable @_transparent
    init(at address: UnsafePointer<Float>, panelStride: Int) {
        lanes = UnsafeRawPointer(address).loadUnaligned(as: SIMD8<Float>.self)
    }

    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: lanes, as: SIMD8<Float>.self)
    }

    @inlinable @_transparent
    mutating func addProduct(_ a: Float, _ weights: HalfPanel) {
        lanes.addProduct(SIMD8(repeating: a), weights.lanes)
    }

    @inlinable @_transparent
    mutating func add(_ other: HalfPanel) { lanes += other.lanes }

    @inlinable @_transparent
    mutating func rectify() { lanes = lanes.replacing(with: 0, where: lanes .< 0) }
}

/// A row of sixteen columns.
@usableFromInline
struct OnePanel: RegisterRow {
    @usableFromInline var lanes: SIMD16<Float>

    @inlinable @_transparent
    static var columns: Int { 16 }

    @inlinable @_transparent
    static var zero: OnePanel { OnePanel(lanes: .zero) }

    @inlinable @_transparent
    init(lanes: SIMD16<Float>) { self.lanes = lanes }

    @inlinable @_transparent
    init(at address: UnsafePointer<Float>, panelStride: Int) {
        lanes = UnsafeRawPointer(address).loadUnaligned(as: SIMD16<Float>.self)
    }

    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: lanes, as: SIMD16<Float>.self)
    }

    @inlinable @_transparent
    mutating func addProduct(_ a: Float, _ weights: OnePanel) {
        lanes.addProduct(SIMD16(repeating: a), weights.lanes)
    }

    @inlinable @_transparent
    mutating func add(_ other: OnePanel) { lanes += other.lanes }

    @inlinable @_transparent
    mutating func rectify() { lanes = lanes.replacing(with: 0, where: lanes .< 0) }
}

/// A row of thirty-two columns.
@usableFromInline
struct TwoPanels: RegisterRow {
    @usableFromInline var first: Lanes
    @usableFromInline var second: Lanes

    @inlinable @_transparent
    static var columns: Int { 32 }

    @inlinable @_transparent
    static var zero: TwoPanels { TwoPanels(first: .zero, second: .zero) }

    @inlinable @_transparent
    init(first: Lanes, second: Lanes) {
        self.first = first
        self.second = second
    }

    @inlinable @_transparent
    init(at address: UnsafePointer<Float>, panelStride: Int) {
        first = Lanes(at: address)
        second = Lanes(at: address + panelStride)
    }

    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Float>) {
        first.store(at: address)
        second.store(at: address + 16)
    }

    @inlinable @_transparent
    mutating func addProduct(_ a: Float, _ weights: TwoPanels) {
        let a = Lanes(repeating: a)
        first.addProduct(a, weights.first)
        second.addProduct(a, weights.second)
    }

    @inlinable @_transparent
    mutating func add(_ other: TwoPanels) {
        first += other.first
        second += other.second
    }

    @inlinable @_transparent
    mutating func rectify() {
        first = first.rectified
        second = second.rectified
    }
}

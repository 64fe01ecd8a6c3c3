// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A block of output rows × panels whose running sums stay in registers.
///
/// A tile's shape decides only how many sums advance together. Each sum takes its products one by one in the order of
/// the weights' rows, so tiles of every shape give the same bits.
@usableFromInline
protocol RegisterTile {
    /// One row's part of the tile.
    associatedtype Row: RegisterRow
    /// Output rows.
    static var height: Int { get }
    /// Begins every row with `start`.
    init(start: Row)
    /// Reads rows that lie `stride` floats apart.
    init(at address: UnsafePointer<Float>, stride: Int)
    /// Writes rows `stride` floats apart.
    func store(at address: UnsafeMutablePointer<Float>, stride: Int)
    /// Adds to each row its float `a[row · GatheredInput.stride]` times `weights`.
    mutating func addProducts(_ a: UnsafePointer<Float>, _ weights: Row)
    /// Adds to each row its float `a[row]` times `weights`.
    mutating func addOuterProduct(_ a: UnsafePointer<Float>, _ weights: Row)
    /// Adds `row` to every row.
    mutating func add(_ row: Row)
    /// Replaces negative sums by zero.
    mutating func rectify()
}

/// How the rows of a tile's input lie in the working memory.
@usableFromInline
enum GatheredInput {
    /// Longest part of a chain that is computed before moving to the next columns; keeps a panel's part in L1.
    @inlinable @_transparent
    static var depth: Int { 256 }
    /// Floats from one row to the next: a constant, so that every address of a tile is one register plus a constant;
    /// not a power of two, so that the rows do not share cache sets.
    @inlinable @_transparent
    static var stride: Int { depth + 32 }
}

/// A tile of one row.
@usableFromInline
struct Single<Row: RegisterRow>: RegisterTile {
    @usableFromInline var row: Row

    @inlinable @_transparent
    static var height: Int { 1 }

    @inlinable @_transparent
    init(start: Row) { row = start }

    @inlinable @_transparent
    init(at address: UnsafePointer<Float>, stride: Int) { row = Row(at: address, panelStride: 16) }

    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Float>, stride: Int) { row.store(at: address) }

    @inlinable @_transparent
    mutating func addProducts(_ a: UnsafePointer<Float>, _ weights: Row) { row.addProduct(a.pointee, weights) }

    @inlinable @_transparent
    mutating func addOuterProduct(_ a: UnsafePointer<Float>, _ weights: Row) { row.addProduct(a.pointee, weights) }

    @inlinable @_transparent
    mutating func add(_ other: Row) { row.add(other) }

    @inlinable @_transparent
    mutating func rectify() { row.rectify() }
}

/// A tile of one tile's rows above another's.
@usableFromInline
struct Stack<Upper: RegisterTile, Lower: RegisterTile>: RegisterTile where Upper.Row == Lower.Row {
    @usableFromInline var upper: Upper
    @usableFromInline var lower: Lower

    @inlinable @_transparent
    static var height: Int { Upper.height + Lower.height }

    @inlinable @_transparent
    init(start: Upper.Row) {
        upper = Upper(start: start)
        lower = Lower(start: start)
    }

    @inlinable @_transparent
    init(at address: UnsafePointer<Float>, stride: Int) {
        upper = Upper(at: address, stride: stride)
        lower = Lower(at: address + Upper.height * stride, stride: stride)
    }

    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Float>, stride: Int) {
        upper.store(at: address, stride: stride)
        lower.store(at: address + Upper.height * stride, stride: stride)
    }

    @inlinable @_transparent
    mutating func addProducts(_ a: UnsafePointer<Float>, _ weights: Upper.Row) {
        upper.addProducts(a, weights)
        lower.addProducts(a + Upper.height * GatheredInput.stride, weights)
    }

    @inlinable @_transparent
    mutating func addOuterProduct(_ a: UnsafePointer<Float>, _ weights: Upper.Row) {
        upper.addOuterProduct(a, weights)
        lower.addOuterProduct(a + Upper.height, weights)
    }

    @inlinable @_transparent
    mutating func add(_ row: Upper.Row) {
        upper.add(row)
        lower.add(row)
    }

    @inlinable @_transparent
    mutating func rectify() {
        upper.rectify()
        lower.rectify()
    }
}

/// Two rows of a tile.
@usableFromInline
typealias Rows2<Row: RegisterRow> = Stack<Single<Row>, Single<Row>>
/// Four rows of a tile.
@usableFromInline
typealias Rows4<Row: RegisterRow> = Stack<Rows2<Row>, Rows2<Row>>
/// Six rows of a tile.
@usableFromInline
typealias Rows6<Row: RegisterRow> = Stack<Rows4<Row>, Rows2<Row>>
/// Twelve rows of a tile.
@usableFromInline
typealias Rows12<Row: RegisterRow> = Stack<Rows6<Row>, Rows6<Row>>

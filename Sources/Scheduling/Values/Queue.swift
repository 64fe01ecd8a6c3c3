// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// First in, first out, in amortised constant time.
struct Queue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { head == elements.count }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard let element = first else { return nil }
        head += 1
        // Half of the storage is behind the head: moving the rest is paid for by the pops that freed it.
        if head >= 4, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// The element `offset` places behind the first.
    subscript(offset: Int) -> Element {
        get { elements[head + offset] }
        _modify { yield &elements[head + offset] }
    }

    /// How far behind the first the first element is of which the statement is true; nil when there is none.
    func offset(where isWanted: (Element) -> Bool) -> Int? {
        var place = head
        while place < elements.count {
            if isWanted(elements[place]) { return place - head }
            place += 1
        }
        return nil
    }

    /// Removes the element `offset` places behind the first; costs `offset` moves.
    mutating func remove(at offset: Int) {
        for place in stride(from: head + offset, to: head, by: -1) {
            elements[place] = elements[place - 1]
        }
        _ = popFirst()
    }
}

extension Queue: Sequence {
    func makeIterator() -> IndexingIterator<ArraySlice<Element>> {
        elements[head...].makeIterator()
    }
}

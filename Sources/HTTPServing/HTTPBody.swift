import Synchronization

/// The bytes of a request's body, held in one piece of memory that counts against the budget.
package final class HTTPBody: @unchecked Sendable {
  // Safe because the memory is written before this object exists and never afterwards.
  private let memory: UnsafeMutableRawBufferPointer
  private let budget: ByteBudget?
  private let charged: Int
  /// The number of bytes.
  package let count: Int

  /// Copies bytes that no server received, for handlers called without a socket.
  package init(_ bytes: [UInt8] = []) {
    memory = .allocate(byteCount: bytes.count, alignment: 16)
    memory.copyBytes(from: bytes)
    count = bytes.count
    budget = nil
    charged = 0
  }

  fileprivate init(
    memory: UnsafeMutableRawBufferPointer, count: Int, budget: ByteBudget, charged: Int
  ) {
    self.memory = memory
    self.count = count
    self.budget = budget
    self.charged = charged
  }

  deinit {
    memory.deallocate()
    budget?.release(charged)
  }

  /// Calls with the bytes, which are valid during the call only.
  package func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<count]))
  }

  /// A copy of the bytes.
  package var bytes: [UInt8] { withBytes { Array($0) } }
}

/// The bytes that all bodies of one server may take together.
final class ByteBudget: Sendable {
  private let limit: Int
  private let used = Atomic<Int>(0)

  init(limit: Int) { self.limit = limit }

  /// The bytes taken at this moment.
  var inUse: Int { used.load(ordering: .relaxed) }

  /// Says whether that many bytes are free at this moment, without taking them.
  func hasRoom(for count: Int) -> Bool { count <= limit - inUse }

  /// Takes bytes, or takes nothing and returns false.
  func take(_ count: Int) -> Bool {
    let (_, after) = used.add(count, ordering: .relaxed)
    if after <= limit { return true }
    used.subtract(count, ordering: .relaxed)
    return false
  }

  func release(_ count: Int) { used.subtract(count, ordering: .relaxed) }
}

/// A body while it is being received; used by the receiving thread alone.
struct BodyBuffer: ~Copyable {
  private var memory: UnsafeMutableRawBufferPointer
  private(set) var count = 0
  private let budget: ByteBudget
  private var charged = 0

  init(budget: ByteBudget) {
    self.budget = budget
    memory = .allocate(byteCount: 0, alignment: 16)
  }

  deinit {
    memory.deallocate()
    budget.release(charged)
  }

  /// Appends bytes, or returns false where the budget is used up; `expected` is the whole length.
  mutating func append(_ bytes: UnsafeRawBufferPointer, expected: Int?) -> Bool {
    let needed = count + bytes.count
    if needed > memory.count {
      var capacity = max(needed, memory.count * 2, 4096)
      if let expected, expected >= needed { capacity = min(capacity, expected) }
      if !budget.take(capacity - charged) {
        capacity = needed
        guard budget.take(capacity - charged) else { return false }
      }
      charged = capacity
      let grown = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
      grown.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<count]))
      memory.deallocate()
      memory = grown
    }
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
    count = needed
    return true
  }

  /// Gives the memory and its charge to a body, and starts again from nothing.
  mutating func takeBody() -> HTTPBody {
    let body = HTTPBody(memory: memory, count: count, budget: budget, charged: charged)
    clear()
    return body
  }

  /// Frees what was received.
  mutating func discard() {
    memory.deallocate()
    budget.release(charged)
    clear()
  }

  private mutating func clear() {
    memory = .allocate(byteCount: 0, alignment: 16)
    count = 0
    charged = 0
  }
}

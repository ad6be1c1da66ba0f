import SyncModel
import Testing

/// Paths as database keys; what is stored stays readable.
@Suite struct OrderKeyTests {
  private let sorted = ["a", "a/b", "a/b/c", "a/é", "a b", "a-b", "a0", "b"].map {
    SyncPath(trusted: $0)
  }

  @Test func `keys are ordered by their bytes as paths are`() {
    #expect(sorted == sorted.sorted())
    let keys = sorted.map { OrderKey.bytes(of: $0) }
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
  }

  @Test func `a key is read back as its path`() {
    for path in sorted {
      #expect(OrderKey.bytes(of: path).withUnsafeBytes { OrderKey.path(of: $0) } == path)
    }
    #expect(OrderKey.bytes(of: SyncPath(trusted: "a/é")) == [0x61, 1, 0xC3, 0xA9])
  }

  @Test func `what lies below a folder lies between its two bounds`() {
    let folder = SyncPath(trusted: "a")
    let (start, end) = (OrderKey.start(below: folder), OrderKey.end(below: folder))
    let between = sorted.filter { path in
      let key = OrderKey.bytes(of: path)
      return !key.lexicographicallyPrecedes(start) && key.lexicographicallyPrecedes(end)
    }
    #expect(between == sorted.filter { $0.isBelow(folder) })
    #expect(between.count == 3)
  }
}

import Testing

@testable import Platform

/// Ids, and the bytes that they are made of.
struct RandomnessTests {
  @Test func `run ids sort by the time that they were given at`() {
    let random = Randomness.system
    let times: [Int64] = [
      0, 999_999, 1_000_000, 1_700_000_000_000_000_000, 1_900_000_000_000_000_000,
    ]
    let ids = times.map { random.runID(at: $0) }
    #expect(ids.dropFirst() == ids.dropFirst().sorted()[...])
    for id in ids {
      #expect(id.count == 26)
      #expect(id.utf8.allSatisfy { Base32.value(of: $0) != nil })
    }
    #expect(random.runID(at: 5) != random.runID(at: 5))
  }

  @Test func `a digit is read back as it was written, and sorts like its value`() {
    let digits = (0..<32).map { Base32.digit($0) }
    #expect(digits == digits.sorted())
    #expect(digits.map { Base32.value(of: $0) } == (0..<32).map { $0 })
    for other in "ilouA /".utf8 { #expect(Base32.value(of: other) == nil) }
  }

  @Test func `a seeded source repeats itself`() {
    #expect(Randomness.seeded(7).bytes(64) == Randomness.seeded(7).bytes(64))
    #expect(Randomness.seeded(7).bytes(64) != Randomness.seeded(8).bytes(64))
  }
}

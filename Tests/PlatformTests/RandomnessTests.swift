import Platform
import Testing

/// Ids and secrets.
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
      #expect(id.allSatisfy { "0123456789abcdefghjkmnpqrstvwxyz".contains($0) })
    }
    #expect(random.runID(at: 5) != random.runID(at: 5))
  }

  @Test func `a token holds 256 bits and is never the same`() {
    let tokens = (0..<100).map { _ in Randomness.system.token() }
    #expect(Set(tokens).count == 100)
    #expect(tokens.allSatisfy { $0.count == 52 })
    // Every bit of the source counts.
    let ones = Randomness { buffer in for index in buffer.indices { buffer[index] = 0xFF } }
    #expect(ones.token() == String(repeating: "z", count: 51) + "g")
  }

  @Test func `a seeded source repeats itself`() {
    #expect(Randomness.seeded(7).bytes(64) == Randomness.seeded(7).bytes(64))
    #expect(Randomness.seeded(7).bytes(64) != Randomness.seeded(8).bytes(64))
  }
}

import Platform
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Somebody who writes without a pause, while somebody else pulls without one.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence), .mageServer, .serialized,
  .timeLimit(.minutes(15)))
struct MageHammerTests {
  /// How many reads are made while the files are written.
  private static let reads = 1000
  private static let writers = 2
  /// How often a writer saves one file before it goes on to the next.
  private static let burst = 8
  private static let files = (0..<20).map { "utils/hammered_\($0).py" }

  @Test func `no empty or torn file ever reaches the folder in a thousand reads`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    let server = mage.server
    for name in Self.files { try server.save(name, Self.text(0)) }
    let isOver = Locked(false)
    let trouble = Locked<(any Error)?>(nil)
    let writing = Monitor(Self.writers)
    for writer in 0..<Self.writers {
      try NativeThread.start {
        do {
          var round = 1
          while !isOver.withLock({ $0 }) {
            for index in stride(from: writer, to: Self.files.count, by: Self.writers) {
              // One after the other, so that whoever reads meanwhile meets a file that is empty.
              for _ in 0..<Self.burst {
                try server.save(Self.files[index], Self.text(round))
                round += 1
              }
            }
          }
        } catch {
          trouble.withLock { $0 = error }
        }
        writing.update { $0 -= 1 }
      }
    }
    defer {
      isOver.withLock { $0 = true }
      _ = writing.wait { $0 == 0 ? true : nil }
    }
    var arrived = 0
    var empty = 0
    // Every file was written within the last seconds: each pull reads each at least once.
    for _ in 0..<(Self.reads / Self.files.count) {
      let pull = try clone.json("pull").require(0, 4)
      arrived += try pull.paths("pulled").count
      for name in Self.files {
        guard let bytes = clone.bytes(name) else { continue }
        #expect(Self.isWhole(String(decoding: bytes, as: UTF8.self)), "\(name) is torn or empty")
      }
      // The control: what one read shows that is believed at once.
      for name in Self.files where try server.glance(name).isEmpty { empty += 1 }
    }
    #expect(empty > 0, "the server showed no file empty, so that nothing was proved")
    #expect(trouble.withLock { $0 } == nil)
    #expect(arrived >= Self.reads / 20, "hardly anything arrived: \(arrived)")
  }

  /// A text of some kilobytes that shows whether it is whole, of another length every time.
  private static func text(_ round: Int) -> String {
    let lines = 300 + round % 400
    return "# \(lines)\n" + String(repeating: "row = \(round)\n", count: lines) + "# end\n"
  }

  private static func isWhole(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let count = lines.first.flatMap({ Int($0.dropFirst(2)) }), lines.count == count + 3
    else { return false }
    return lines[lines.count - 2] == "# end" && Set(lines[1...count]).count == 1
  }
}

import Git
import Testing

struct MergeCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let base: String
  let local: String
  let remote: String
  let isClean: Bool
}

private let cases: [MergeCase] = [
  MergeCase(testDescription: "all equal", base: "a\n", local: "a\n", remote: "a\n", isClean: true),
  MergeCase(testDescription: "all empty", base: "", local: "", remote: "", isClean: true),
  MergeCase(
    testDescription: "one side changed", base: "a\nb\n", local: "a\nB\n", remote: "a\nb\n",
    isClean: true),
  MergeCase(
    testDescription: "both the same", base: "a\n", local: "b\n", remote: "b\n", isClean: true),
  MergeCase(
    testDescription: "far apart", base: "1\n2\n3\n4\n5\n6\n7\n", local: "one\n2\n3\n4\n5\n6\n7\n",
    remote: "1\n2\n3\n4\n5\n6\nseven\n", isClean: true),
  MergeCase(
    testDescription: "the same line", base: "a\nb\nc\n", local: "a\nL\nc\n", remote: "a\nR\nc\n",
    isClean: false),
  MergeCase(
    testDescription: "both added to nothing", base: "", local: "l\n", remote: "r\n",
    isClean: false),
  MergeCase(
    testDescription: "no line feed at the end", base: "a", local: "b", remote: "c", isClean: false),
  MergeCase(
    testDescription: "one lost its line feed", base: "a\nb\n", local: "A\nb\n", remote: "a\nb",
    isClean: false),
  MergeCase(
    testDescription: "carriage returns", base: "a\r\nb\r\n", local: "a\r\nL\r\n",
    remote: "a\r\nR\r\n", isClean: false),
  MergeCase(
    testDescription: "deleted and changed", base: "a\nb\n", local: "", remote: "a\nB\n",
    isClean: false),
]

@Suite struct GitMergeTests {
  private let labels = Merge.Labels(base: "old", local: "mine", remote: "yours")

  /// What `git merge-file` makes of the same texts.
  private func reference(
    _ folder: GitFolder, _ base: [UInt8], _ local: [UInt8], _ remote: [UInt8], diff3: Bool = true
  ) throws -> MergeOutcome {
    try folder.write("base", base)
    try folder.write("local", local)
    try folder.write("remote", remote)
    let style = diff3 ? ["--diff3"] : []
    let (output, code) = try folder.run(
      ["merge-file", "-p"] + style
        + ["-L", "mine", "-L", "old", "-L", "yours", "local", "base", "remote"])
    try #require(code < 128)
    return MergeOutcome(isClean: code == 0, bytes: output)
  }

  @Test(arguments: cases)
  func `a merge is the one that git makes`(_ test: MergeCase) throws {
    let (base, local, remote) = (
      Array(test.base.utf8), Array(test.local.utf8), Array(test.remote.utf8)
    )
    let folder = try GitFolder()
    let outcome = try Merge.threeWay(base: base, local: local, remote: remote, labels: labels)
    #expect(outcome == (try reference(folder, base, local, remote)))
    #expect(outcome.isClean == test.isClean)
  }

  @Test func `random merges are those that git makes`() throws {
    let folder = try GitFolder()
    var random = SeededGenerator(seed: 20_261_120)
    for round in 0..<60 {
      let base = randomText(&random)
      let local = perturb(base, &random)
      let remote = perturb(base, &random)
      let outcome = try Merge.threeWay(
        base: text(base), local: text(local), remote: text(remote), labels: labels)
      let wanted = try reference(folder, text(base), text(local), text(remote))
      #expect(outcome == wanted, "round \(round)")
    }
  }

  @Test func `a marker may be made longer, and a label cannot leave its line`() throws {
    let outcome = try Merge.threeWay(
      base: Array("a\n".utf8), local: Array("b\n".utf8), remote: Array("c\n".utf8),
      labels: Merge.Labels(base: "o", local: "x\ny", remote: "r"), style: .merge, markerSize: 9)
    #expect(
      String(decoding: outcome.bytes, as: UTF8.self)
        == "<<<<<<<<< x y\nb\n=========\nc\n>>>>>>>>> r\n")
  }

  @Test func `a side that is not text is never merged`() {
    let late = [UInt8](repeating: 0x61, count: 9000) + [0]
    for bytes in [[0], late] {
      #expect { try Merge.threeWay(base: [], local: bytes, remote: [0x61]) } throws: {
        ($0 as? GitError)?.code == .binary
      }
    }
    #expect(Git.isBinary([0x61, 0]))
    #expect(!Git.isBinary(late))
    #expect(!Git.isBinary([]))
  }
}

/// A generator whose numbers depend on its seed alone.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

/// A few dozen lines out of few words, so that equal lines are common.
func randomText(_ random: inout SeededGenerator) -> [String] {
  (0..<Int.random(in: 0...40, using: &random)).map { _ in
    "line \(Int.random(in: 0..<12, using: &random))"
  }
}

/// Some lines changed, added and taken away.
func perturb(_ lines: [String], _ random: inout SeededGenerator) -> [String] {
  var lines = lines
  for _ in 0..<Int.random(in: 0...4, using: &random) {
    let place = Int.random(in: 0...lines.count, using: &random)
    switch Int.random(in: 0..<3, using: &random) {
    case 0: lines.insert("new \(Int.random(in: 0..<5, using: &random))", at: place)
    case 1 where place < lines.count: lines.remove(at: place)
    default: if place < lines.count { lines[place] += "!" }
    }
  }
  return lines
}

func text(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

import Engine
import SyncModel
import TestSupport
import Testing

/// Our merges beside `git merge-file --diff3 -p`, on random texts.
@Suite struct TextMergeAgreementTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What git makes of three texts, and whether it found no conflict.
  private func git(_ base: [UInt8], _ local: [UInt8], _ remote: [UInt8]) throws -> (
    bytes: [UInt8], isClean: Bool
  ) {
    try folder.write(base, to: "base")
    try folder.write(local, to: "local")
    try folder.write(remote, to: "remote")
    let outcome = try ChildProcess.run(
      "/usr/bin/env",
      [
        "git", "merge-file", "-p", "--diff3", "-L", "local", "-L", "base", "-L", "remote", "local",
        "base", "remote",
      ],
      environment: [
        "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin", "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
      ], directory: folder.path)
    try #require((0..<128).contains(outcome.exitCode), "\(outcome.errorText)")
    return (outcome.output, outcome.exitCode == 0)
  }

  @Test(arguments: [20_261_126, 7] as [UInt64])
  func `a merge is clean where git's is, and has its bytes`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var (clean, conflicting) = (0, 0)
    for round in 0..<150 {
      let texts = MergeTexts(&random)
      let wanted = try git(texts.base, texts.local, texts.remote)
      let told = "seed \(seed), round \(round): \(texts)"
      switch try merge(texts) {
      case .clean(let bytes):
        clean += 1
        #expect(wanted.isClean, "\(told)")
        #expect(bytes == wanted.bytes, "\(told)")
      case .conflicting(let marked):
        conflicting += 1
        #expect(!wanted.isClean, "\(told)")
        #expect(marked == wanted.bytes, "\(told)")
      case .notText, .wouldNotParse: Issue.record("\(told)")
      }
    }
    #expect(clean > 30 && conflicting > 30, "the texts must be worth comparing")
  }

  /// On purpose: git takes `a\r\n` for another line than `a\n`, and a missing last line feed for a
  /// change; we compare lines, and keep the local side's line ends and end.
  @Test(arguments: [20_261_126, 8] as [UInt64])
  func `line ends and the end of the text are the local side's, the rest is git's`(seed: UInt64)
    throws
  {
    var random = SeededGenerator(seed: seed)
    for round in 0..<150 {
      let texts = MergeTexts(&random)
      var styled = texts
      styled.base = MergeTexts.styled(texts.base, crlf: random.oneIn(2))
      let usesCRLF = random.oneIn(2)
      styled.local = MergeTexts.styled(texts.local, crlf: usesCRLF)
      styled.remote = MergeTexts.styled(texts.remote, crlf: random.oneIn(2))
      let told = "seed \(seed), round \(round): \(styled)"
      let wanted = try git(texts.base, texts.local, texts.remote)
      // A local side without any line has no line ends of its own.
      guard !texts.local.isEmpty else { continue }
      switch try merge(styled) {
      case .clean(let bytes):
        #expect(wanted.isClean, "\(told)")
        #expect(bytes == MergeTexts.styled(wanted.bytes, crlf: usesCRLF), "\(told)")
      case .conflicting(let marked):
        #expect(!wanted.isClean, "\(told)")
        #expect(marked == MergeTexts.styled(wanted.bytes, crlf: usesCRLF), "\(told)")
      case .notText, .wouldNotParse: Issue.record("\(told)")
      }
    }
  }

  private func merge(_ texts: MergeTexts) throws -> TextMerge.Outcome {
    try TextMerge.merge(
      path: SyncPath(trusted: "a.txt"), base: texts.base, local: texts.local, remote: texts.remote)
  }
}

/// Three versions of a text of few different lines, each of which ends with a line feed.
private struct MergeTexts: CustomStringConvertible {
  var base: [UInt8]
  var local: [UInt8]
  var remote: [UInt8]

  init(_ random: inout SeededGenerator) {
    let lines = (0..<random.next() % 30).map { _ in "line \(random.next() % 10)" }
    base = MergeTexts.text(lines)
    local = MergeTexts.text(MergeTexts.edited(lines, &random))
    remote = MergeTexts.text(MergeTexts.edited(lines, &random))
  }

  var description: String {
    [base, local, remote].map { String(decoding: $0, as: UTF8.self).debugDescription }
      .joined(separator: " ")
  }

  private static func edited(_ lines: [String], _ random: inout SeededGenerator) -> [String] {
    var lines = lines
    for _ in 0..<random.next() % 5 {
      let place = Int(random.next() % UInt64(lines.count + 1))
      switch random.next() % 3 {
      case 0: lines.insert("new \(random.next() % 4)", at: place)
      case 1 where place < lines.count: lines.remove(at: place)
      default: if place < lines.count { lines[place] += random.oneIn(3) ? "" : "!" }
      }
    }
    return lines
  }

  private static func text(_ lines: [String]) -> [UInt8] {
    Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// The text with these line ends.
  static func styled(_ text: [UInt8], crlf: Bool) -> [UInt8] {
    crlf ? text.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] } : text
  }
}

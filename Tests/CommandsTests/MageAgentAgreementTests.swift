import SyncModel
import Testing

@testable import Commands

/// What is taken as agreed on a path after the shipped program has worked in the folder.
@Suite struct MageAgentAgreementTests {
  /// A content, by a letter; `0` is the empty one.
  private static func node(_ name: Character?) -> Node? {
    name.map { name in
      let text = name == "0" ? "" : String(name)
      return .file(
        Node.File(
          digest: ContentDigest.of(text), size: UInt64(text.utf8.count), isExecutable: nil))
    }
  }

  /// What comes of it: another base, one that equals nothing, or the same one as before.
  enum Outcome: Equatable {
    case base(Character)
    case unknown
    case stays
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var base: Character?
    var local: Character?
    var remote: Character?
    var lineEnds = MageAgentAgreement.LineEnds.unlike
    var outcome: Outcome
    var testDescription: String { what }
  }

  private static let cases = [
    // Nothing is known but the state file.
    Case(what: "equal contents are adopted", local: "a", remote: "a", outcome: .base("a")),
    Case(what: "what differs is undecided", local: "a", remote: "b", outcome: .unknown),
    Case(what: "only here: deleted there, or new", local: "a", outcome: .unknown),
    Case(what: "only there: deleted here, or new", remote: "a", outcome: .unknown),
    Case(
      what: "it wrote LF here: the remote text comes", local: "a", remote: "b",
      lineEnds: .localLost, outcome: .base("a")),
    Case(
      what: "LF there may be a teammate's", local: "a", remote: "b", lineEnds: .remoteLost,
      outcome: .unknown),
    // It ran in between, and what was agreed on before is known.
    Case(what: "an edit here stays one", base: "a", local: "b", remote: "a", outcome: .stays),
    Case(what: "an edit there stays one", base: "a", local: "a", remote: "b", outcome: .stays),
    Case(what: "edits on both sides", base: "a", local: "b", remote: "c", outcome: .stays),
    Case(what: "both made equal", base: "a", local: "b", remote: "b", outcome: .base("b")),
    Case(what: "gone here may be its doing", base: "a", remote: "a", outcome: .unknown),
    Case(what: "gone there may be its doing", base: "a", local: "a", outcome: .unknown),
    Case(
      what: "emptied here may be its doing", base: "a", local: "0", remote: "a", outcome: .unknown),
    Case(
      what: "emptied there may be its doing", base: "a", local: "a", remote: "0",
      outcome: .unknown),
    Case(
      what: "its LF here is no edit", base: "b", local: "a", remote: "b", lineEnds: .localLost,
      outcome: .base("a")),
    Case(
      what: "its LF there is no edit", base: "a", local: "a", remote: "b", lineEnds: .remoteLost,
      outcome: .base("b")),
    Case(
      what: "line ends that both changed", base: "c", local: "a", remote: "b",
      lineEnds: .localLost, outcome: .stays),
  ]

  @Test(arguments: cases)
  func `what cannot be told is left to a person, and nothing else`(example: Case) {
    let agreement = MageAgentAgreement(
      base: Self.node(example.base), local: Self.node(example.local),
      remote: Self.node(example.remote))
    let expected: Node? =
      switch example.outcome {
      case .base(let name): Self.node(name)
      case .unknown: MageAgentAgreement.unknown
      case .stays: nil
      }
    #expect(agreement.node(lineEnds: example.lineEnds) == expected)
  }

  @Test func `the unknown content equals none that a file can have`() {
    for name in ["0", "a", "b"] as [Character] {
      #expect(Self.node(name)?.file?.digest != MageAgentAgreement.unknown.file?.digest)
    }
  }

  @Test(arguments: [
    ("a\nb\n", "a\r\nb\r\n", MageAgentAgreement.LineEnds.localLost),
    ("a\r\nb\r\n", "a\nb\n", .remoteLost),
    ("a\nb\n", "a\rb\r", .localLost),
    ("a\nb", "a\r\nb\n", .unlike),
    ("a\n\nb", "a\r\n\r\nb", .localLost),
    ("", "\r", .unlike),
  ])
  func `texts are one where only the line ends were lost`(
    local: String, remote: String, expected: MageAgentAgreement.LineEnds
  ) {
    #expect(
      MageAgentAgreement.LineEnds(local: Array(local.utf8), remote: Array(remote.utf8)) == expected)
  }
}

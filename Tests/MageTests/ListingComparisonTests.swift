import SyncModel
import Testing

@testable import MageReplica

@Suite struct ListingComparisonTests {
  private static let digest = Digest(words: (1, 2, 3, 4))

  private func row(
    _ path: String, size: UInt64? = 3, modified: Int64 = 50, verified: Int64 = 100,
    _ finding: ListingRow.Finding = .text(digest, size: 3)
  ) -> ListingRow {
    ListingRow(
      path: SyncPath(trusted: path), size: size, modified: modified, finding: finding,
      verified: verified)
  }

  private func listed(_ path: String, size: UInt64? = 3, modified: Int64 = 50) -> ListedFile {
    ListedFile(file: MageFile(SyncPath(trusted: path)), size: size, modified: modified)
  }

  private func compare(
    _ listed: [ListedFile], _ rows: [ListingRow], agreed: [String] = []
  ) -> ListingComparison {
    ListingComparison(
      listed, memory: RememberedListing(rows: rows), agreed: agreed.map(SyncPath.init(trusted:)),
      takes: { !$0.key.hasSuffix(".csv") })
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let size: UInt64?
    let modified: Int64
    let verified: Int64
    let isSettled: Bool
  }

  @Test(arguments: [
    Case(
      testDescription: "as it was, and old", size: 3, modified: 50, verified: 100,
      isSettled: true),
    Case(
      testDescription: "another size", size: 4, modified: 50, verified: 100, isSettled: false),
    Case(
      testDescription: "another time", size: 3, modified: 51, verified: 100, isSettled: false),
    Case(
      testDescription: "no size is listed, and the time is the same", size: nil, modified: 50,
      verified: 100, isSettled: true),
    Case(
      testDescription: "no size is listed, and the time is another one", size: nil, modified: 51,
      verified: 100, isSettled: false),
    Case(
      testDescription: "read within the second", size: 3, modified: 50, verified: 50,
      isSettled: false),
    Case(
      testDescription: "read at the edge of the window", size: 3, modified: 50, verified: 52,
      isSettled: false),
    Case(
      testDescription: "read after the window", size: 3, modified: 50, verified: 53,
      isSettled: true),
    Case(
      testDescription: "written in the future", size: 3, modified: 50, verified: 40,
      isSettled: false),
  ])
  func `a row is believed only if no later write could leave it behind`(sample: Case) {
    let found = compare(
      [listed("a", size: sample.size, modified: sample.modified)],
      [row("a", modified: 50, verified: sample.verified)])
    #expect(found.settled.isEmpty == !sample.isSettled)
    #expect(found.unread.isEmpty == sample.isSettled)
  }

  @Test func `what was there or agreed on and is not listed is to be confirmed`() {
    let found = compare([listed("a")], [row("a"), row("b")], agreed: ["a", "b", "c"])
    #expect(found.missing.map(\.path.key) == ["b", "c"])
  }

  @Test func `two spellings of one path are twins, and neither is read`() {
    let twin = ListedFile(
      file: MageFile(SyncPath(trusted: "\u{E9}.py"), spelling: "e\u{301}.py"), size: 1, modified: 1)
    let found = compare([listed("\u{E9}.py"), twin], [])
    #expect(found.twins == [SyncPath(trusted: "\u{E9}.py")])
    #expect(found.unread.isEmpty)
  }

  @Test func `files that take no part are remembered, so that new rules find them after a 304`() {
    let first = compare([listed("a.py"), listed("b.csv")], [])
    #expect(first.others.map(\.path.key) == ["b.csv"])
    let memory = RememberedListing(tag: "t", rows: [row("a.py")] + first.others)
    let later = ListingComparison(unchanged: memory, agreed: [], takes: { _ in true })
    #expect(later.unread.map(\.file.path.key) == ["b.csv"])
    #expect(later.settled.map(\.path.key) == ["a.py"])
  }

  @Test func `a listing that did not change still has its racy rows read`() {
    let memory = RememberedListing(
      tag: "t", rows: [row("a", modified: 99, verified: 100), row("b", modified: 50)])
    let found = ListingComparison(unchanged: memory, agreed: [], takes: { _ in true })
    #expect(found.unread.map(\.file.path.key) == ["a"])
    #expect(found.settled.map(\.path.key) == ["b"])
  }
}

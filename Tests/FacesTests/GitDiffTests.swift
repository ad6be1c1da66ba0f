import Git
import Testing

@Suite struct GitDiffTests {
  /// The hunks that `git diff` shows, without its own head.
  private func reference(_ folder: GitFolder, _ old: [UInt8], _ new: [UInt8]) throws -> String {
    try folder.write("old", old)
    try folder.write("new", new)
    let (output, code) = try folder.run(["diff", "--no-index", "-U3", "old", "new"])
    try #require(code <= 1)
    // git adds the text of a line before the hunk to its header; that is no part of the difference.
    return withoutHeads(output)
  }

  private func withoutHeads(_ patch: [UInt8]) -> String {
    let lines = patch.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard let first = lines.firstIndex(where: { $0.hasPrefix("@@ ") }) else { return "" }
    return lines[first...].map { line in
      guard line.hasPrefix("@@ ") else { return line }
      return line.components(before: " @@") + " @@"
    }.joined(separator: "\n")
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `a difference is structured and rendered as a patch`() throws {
    let diff = try Diff.unified(
      old: bytes("a\nb\nc\n"), new: bytes("a\nB\nc\nd"), oldName: "x y", newName: "q\"\n",
      context: 1)
    #expect(diff.insertions == 2)
    #expect(diff.deletions == 1)
    let lines = try #require(diff.hunks.first).lines
    #expect(lines.map(\.origin) == [.context, .deletion, .insertion, .context, .insertion])
    #expect(lines.map(\.oldNumber) == [1, 2, nil, 3, nil])
    #expect(lines.map(\.newNumber) == [1, nil, 2, 3, 4])
    #expect(lines.map(\.lacksLineFeed) == [false, false, false, false, true])
    #expect(
      String(decoding: diff.patch(), as: UTF8.self)
        == "--- a/x y\t\n+++ \"b/q\\\"\\n\"\n@@ -1,3 +1,4 @@\n a\n-b\n+B\n c\n+d\n"
        + "\\ No newline at end of file\n")
  }

  @Test func `a new and a deleted file have no other side`() throws {
    let new = try Diff.unified(old: [], new: bytes("a\n"), oldName: nil, newName: "f")
    #expect(
      String(decoding: new.patch(), as: UTF8.self) == "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n")
    let deleted = try Diff.unified(old: bytes("a"), new: [], oldName: "f", newName: nil)
    #expect(deleted.deletions == 1)
    #expect(
      String(decoding: deleted.patch(), as: UTF8.self)
        == "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n")
  }

  @Test func `equal texts have an empty patch`() throws {
    for side in ["", "a", "a\n"] {
      let diff = try Diff.unified(
        old: bytes(side), new: bytes(side), oldName: "f", newName: "f")
      #expect(diff.hunks.isEmpty)
      #expect(diff.patch().isEmpty)
    }
  }

  @Test func `random differences are those that git shows`() throws {
    let folder = try GitFolder()
    var random = SeededGenerator(seed: 7)
    for round in 0..<60 {
      let old = text(randomText(&random))
      var new = text(perturb(perturb(old.isEmpty ? [] : lines(old), &random), &random))
      if round % 5 == 0, !new.isEmpty { new.removeLast() }
      let diff = try Diff.unified(old: old, new: new, oldName: "old", newName: "new")
      #expect(withoutHeads(diff.patch()) == (try reference(folder, old, new)), "round \(round)")
    }
  }

  @Test func `a binary side has no lines`() {
    #expect { try Diff.unified(old: [0], new: [], oldName: "f", newName: "f") } throws: {
      ($0 as? GitError)?.code == .binary
    }
  }

  private func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension String {
  /// What comes before the second place of the text, which is where a hunk's ranges end.
  fileprivate func components(before end: String) -> String {
    var index = startIndex
    while index < endIndex, !self[index...].hasPrefix(end) { index = self.index(after: index) }
    return String(self[..<index])
  }
}

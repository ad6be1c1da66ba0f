import Engine
import SyncModel
import Testing

@Suite struct TextMergeTests {
  private func merge(
    _ base: String, _ local: String, _ remote: String, name: String = "a.txt"
  ) throws -> TextMerge.Outcome {
    try TextMerge.merge(
      path: SyncPath(trusted: name), base: Array(base.utf8), local: Array(local.utf8),
      remote: Array(remote.utf8))
  }

  private func clean(_ outcome: TextMerge.Outcome) -> String? {
    guard case .clean(let bytes) = outcome else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `a change of line endings alone is no change`() throws {
    #expect(clean(try merge("a\nb\n", "a\r\nb\r\n", "a\nB\n")) == "a\r\nB\r\n")
    #expect(clean(try merge("a\nb\n", "a\nB\n", "a\r\nb\r\n")) == "a\nB\n")
  }

  @Test func `the local side's final newline is kept`() throws {
    #expect(clean(try merge("a\nb\nc\nd\n", "a\nb\nc\nd", "A\nb\nc\nd\n")) == "A\nb\nc\nd")
  }

  @Test func `mixed line ends without a final one leave no half of one behind`() throws {
    guard case .conflicting(let marked) = try merge("a\r\n\nb", "a\r\nB\nc\r\nB", "") else {
      Issue.record("a conflict went through")
      return
    }
    #expect(TextMerge.isMarked(marked))
    #expect(marked.last != UInt8(ascii: "\r"))
    #expect(clean(try merge("a\r\nb\nc\r\n", "a\r\nb\nc", "A\r\nb\nc\r\n")) == "A\r\nb\nc")
  }

  @Test func `markers are known again, whatever ends their lines`() throws {
    guard case .conflicting(let marked) = try merge("a\r\r\nb", "c", "") else {
      Issue.record("a conflict went through")
      return
    }
    #expect(TextMerge.isMarked(marked))
    #expect(!TextMerge.isMarked(Array("<<<<<<< local\na\n".utf8)))
  }

  @Test func `a structured text must still parse after a merge`() throws {
    let base = "{\n\"a\": 1,\n\"x\": 0,\n\"y\": 0,\n\"b\": 2\n}\n"
    let local = "{\n\"a\": 1,\n\"n\": 5,\n\"x\": 0,\n\"y\": 0,\n\"b\": 2\n}\n"
    let remote = "{\n\"a\": 1,\n\"x\": 0,\n\"y\": 0,\n\"n\": 6,\n\"b\": 2\n}\n"
    guard case .wouldNotParse = try merge(base, local, remote, name: "a.json") else {
      Issue.record("a repeated key went through")
      return
    }
    #expect(clean(try merge(base, local, remote)) != nil)
  }

  @Test func `bytes that are no text are not merged`() throws {
    guard case .notText = try merge("a\u{0}b", "c", "d") else {
      Issue.record("a NUL went through")
      return
    }
  }

  @Test func `changes of the same line show both with markers`() throws {
    guard case .conflicting(let marked) = try merge("a\n", "b\n", "c\n") else {
      Issue.record("a conflict went through")
      return
    }
    let text = String(decoding: marked, as: UTF8.self)
    #expect(text.contains("<<<<<<< local\nb\n||||||| base\na\n=======\nc\n>>>>>>> remote\n"))
  }
}

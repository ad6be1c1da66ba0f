import Testing

@testable import MageReplica

@Suite struct ReadingJudgeTests {
  /// A reading at second 100; an old file was written long before that.
  private func reading(
    _ content: String?, size: Int?, modified: Double = 10
  ) -> MageReading {
    .file(MageReading.Text(content: content, size: size, modified: modified, time: 100))
  }

  private func look(_ readings: MageReading...) -> (look: FileLook?, used: Int) {
    var judge = ReadingJudge()
    for (index, reading) in readings.enumerated() {
      if let look = judge.take(reading) { return (look, index + 1) }
    }
    return (judge.verdict, readings.count)
  }

  private func text(_ found: (look: FileLook?, used: Int)) -> String? {
    guard case .text(let bytes, _)? = found.look else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `an old text whose length fits is believed at once`() {
    let found = look(reading("abc", size: 3), reading("abd", size: 3))
    #expect(text(found) == "abc" && found.used == 1)
  }

  @Test func `a text that was just written must look the same twice`() {
    let half = reading("ab", size: 2, modified: 99.1)
    let whole = reading("abcd", size: 4, modified: 99.2)
    let found = look(half, whole, whole)
    #expect(text(found) == "abcd" && found.used == 3)
  }

  @Test func `the same text written anew in between is not yet the same`() {
    let first = reading("ab", size: 2, modified: 99.1)
    let second = reading("ab", size: 2, modified: 99.2)
    guard case .restless? = look(first, second).look else {
      Issue.record("a file that is written at every look was believed")
      return
    }
  }

  @Test func `an empty file is believed when it is empty twice`() {
    #expect(text(look(reading("", size: 0), reading("", size: 0))) == "")
    let found = look(reading("", size: 0), reading("abc", size: 3, modified: 11))
    #expect(text(found) == "abc")
  }

  @Test func `a file that was just emptied is not believed before it is old, or stays so`() {
    let emptied = reading("", size: 0, modified: 99.5)
    let filled = reading("abc", size: 3, modified: 99.9)
    let found = look(emptied, emptied, emptied, filled, filled)
    #expect(text(found) == "abc" && found.used == 5)
    let later = MageReading.file(
      MageReading.Text(content: "", size: 0, modified: 99.5, time: 103))
    #expect(look(emptied, emptied, later).used == 3)
    #expect(text(look(emptied, emptied, later)) == "")
    #expect(text(look(emptied, emptied, emptied)) == "")
  }

  @Test func `an empty text with a size is never an empty file`() {
    let empty = reading("", size: 5)
    guard case .notText? = look(empty, empty).look else {
      Issue.record("bytes that are no text were taken for something")
      return
    }
    let racing = reading("", size: 5, modified: 99.9)
    let found = look(racing, racing, reading("abcde", size: 5, modified: 100), racing)
    #expect(text(found) == nil)
  }

  @Test func `time passes between two looks, unless the text is old and only lacks its size`() {
    func wantsPause(after reading: MageReading) -> Bool {
      var judge = ReadingJudge()
      _ = judge.take(reading)
      return judge.wantsPause
    }
    #expect(!wantsPause(after: reading("abc", size: nil)))
    #expect(wantsPause(after: reading("", size: nil)))
    #expect(wantsPause(after: reading("abc", size: nil, modified: 99)))
    #expect(wantsPause(after: reading("abc", size: 5)))
  }

  @Test func `without a size two equal looks are needed`() {
    let found = look(reading("abc", size: nil), reading("abc", size: nil))
    #expect(text(found) == "abc" && found.used == 2)
  }

  @Test func `missing is missing`() {
    guard case .missing? = look(.missing).look else {
      Issue.record("a missing file was taken for something")
      return
    }
  }
}

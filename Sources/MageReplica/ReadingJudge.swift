/// Weighs one reading after the other: pure, so that its rules are a table of tests.
///
/// A text whose length fits its size is believed at once when the file is old. One that was
/// written within the last seconds, or is empty, or comes without a size, must look the same twice.
/// One that was emptied within the last seconds must grow old as it is, or look the same every
/// time: a busy server may take long between emptying a file and writing it.
struct ReadingJudge {
  private var previous: MageReading.Text?
  /// Whether every look so far showed one and the same file.
  private var isSteady = true

  /// Takes a reading; answers where that is enough.
  mutating func take(_ reading: MageReading) -> FileLook? {
    guard case .file(let text) = reading else { return .missing }
    defer { previous = text }
    let isSame = previous.map { ReadingJudge.same($0, text) }
    if isSame == false { isSteady = false }
    let isOld = ReadingJudge.isOld(text)
    guard let bytes = ReadingJudge.bytes(of: text) else {
      // An old file is not being written: what does not fit now never will.
      return isOld && isSame == true ? .notText(text) : nil
    }
    if isOld, !bytes.isEmpty, text.size != nil { return .text(bytes, text) }
    if !isOld, bytes.isEmpty { return nil }
    return isSame == true ? .text(bytes, text) : nil
  }

  /// Whether time has to pass before the next look.
  ///
  /// Not after an old text that came without its size: a write that has begun since shows in the
  /// time of the very next look.
  var wantsPause: Bool {
    guard let previous, previous.size == nil, previous.content?.isEmpty == false else {
      return true
    }
    return !ReadingJudge.isOld(previous)
  }

  /// Whether the last look showed a file that may be about to be written.
  var isJustEmptied: Bool {
    guard let previous, !ReadingJudge.isOld(previous) else { return false }
    return ReadingJudge.bytes(of: previous)?.isEmpty ?? false
  }

  /// What is to be thought of the file when nothing became certain.
  var verdict: FileLook {
    guard isSteady, let previous else { return .restless }
    return isJustEmptied ? .text([], previous) : .notText(previous)
  }

  /// The bytes that a reading stands for; nothing where it is not whole.
  static func bytes(of text: MageReading.Text) -> [UInt8]? {
    guard let content = text.content else { return nil }
    // Undecodable bytes come as an empty text with a size.
    guard let size = text.size else { return Array(content.utf8) }
    return MageText.bytes(of: content, size: size)
  }

  private static func isOld(_ text: MageReading.Text) -> Bool {
    text.modified < Double(text.time - ListingRow.racySeconds)
  }

  private static func same(_ first: MageReading.Text, _ second: MageReading.Text) -> Bool {
    first.modified == second.modified && first.size == second.size
      && first.content.map { Array($0.utf8) } == second.content.map { Array($0.utf8) }
  }
}

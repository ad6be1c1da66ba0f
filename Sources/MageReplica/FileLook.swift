import HTTPClient
import SyncModel

/// What stands at a path, looked at until it was certain.
enum FileLook {
  /// Nothing does.
  case missing
  /// A text, with what the server said about the file when it was read.
  case text([UInt8], MageReading.Text)
  /// A file whose bytes the server does not hand out: no UTF-8, or mixed line ends.
  case notText(MageReading.Text)
  /// A file that was another one at every look.
  case restless
  /// A file that the server lists and does not hand out, such as one behind a link that leads out
  /// of the project.
  case refused(MageRefusal)
}

extension FileLook {
  /// Whether nothing stands there, for certain.
  var isMissing: Bool {
    if case .missing = self { true } else { false }
  }

  /// Why nothing may be concluded at the path; nothing where the look was certain.
  var block: BlockReason? {
    switch self {
    case .missing, .text: nil
    case .notText: .contentNotCarried
    case .restless: .changedWhileReading
    case .refused(let refusal): refusal.reason
    }
  }
}

/// Reads a file until two things are certain: that the text is whole, and that it is not one that a
/// write has just begun to put there.
///
/// The server empties a file before it writes it, and answers reads meanwhile.
struct CarefulReader {
  let connection: MageConnection
  let dialect: any MageDialect
  let project: MageProject

  /// The most looks at one file.
  private static let attempts = 7
  /// The pause between two looks in nanoseconds: ten times what a write takes.
  private static let pause: Int64 = 100_000_000

  /// Reads a file.
  func look(at file: MageFile, _ cancellation: CancellationFlag) throws -> FileLook {
    var judge = ReadingJudge()
    var refusal: MageRefusal?
    for attempt in 0..<CarefulReader.attempts {
      if attempt > 0, judge.wantsPause {
        try pause(cancellation)
      }
      do {
        let reading = try dialect.read(file, of: project, cancellation)
        refusal = nil
        if let look = judge.take(reading) { return look }
      } catch let error as MageRefusal {
        // A failure of the server's may pass; a refusal will not.
        guard error.isFailure else { return .refused(error) }
        refusal = error
      }
    }
    return refusal.map { .refused($0) } ?? judge.verdict
  }

  /// Waits as long as a write may take.
  func pause(_ cancellation: CancellationFlag) throws {
    try connection.wait(CarefulReader.pause, cancellation)
  }

  /// Tells whether a file holds certain bytes; a text that is still on its way is waited for.
  func holds(
    _ file: MageFile, _ bytes: [UInt8], _ cancellation: CancellationFlag
  ) throws -> FileLook {
    do {
      if case .file(let text) = try dialect.read(file, of: project, cancellation),
        ReadingJudge.bytes(of: text) == bytes
      {
        return .text(bytes, text)
      }
    } catch is MageRefusal {
      // Looked at again below, with patience.
    }
    return try look(at: file, cancellation)
  }
}

/// Weighs one reading after the other: pure, so that its rules are a table of tests.
///
/// A text whose length fits its size is believed at once when the file is old. One that was
/// written within the last seconds, or is empty, or comes without a size, must look the same twice.
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

  /// What is to be thought of the file when nothing became certain.
  var verdict: FileLook {
    guard isSteady, let previous else { return .restless }
    return .notText(previous)
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

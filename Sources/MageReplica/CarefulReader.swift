import HTTPClient

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
  static let pause: Int64 = 100_000_000
  /// The pause after a look that showed a file just emptied: all together, it grows old meanwhile.
  private static let longPause: Int64 = 500_000_000

  /// Reads a file.
  func look(at file: MageFile, _ cancellation: CancellationFlag) throws -> FileLook {
    var judge = ReadingJudge()
    var refusal: MageRefusal?
    for attempt in 0..<CarefulReader.attempts {
      if attempt > 0, judge.wantsPause {
        try pause(judge.isJustEmptied ? CarefulReader.longPause : CarefulReader.pause, cancellation)
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

  /// Waits before the next look.
  func pause(_ nanoseconds: Int64, _ cancellation: CancellationFlag) throws {
    try connection.wait(nanoseconds, cancellation)
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

/// One look at a file, not yet judged.
enum MageReading: Equatable {
  /// The server says that nothing stands there.
  case missing
  /// The text that the server makes of the bytes.
  case file(Text)

  /// A text with what the server says about the file.
  struct Text: Equatable {
    /// Nothing where the bytes are not UTF-8, if the server tells.
    var content: String?
    /// Bytes on disk, where the server tells.
    var size: Int?
    /// Seconds since 1970, with their fraction where the server tells it.
    var modified: Double
    /// The server's clock when it answered.
    var time: Int64
  }
}

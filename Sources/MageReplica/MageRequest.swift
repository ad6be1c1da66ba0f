/// One request to a Mage server.
struct MageRequest {
  /// How a request that got no answer is dealt with.
  enum Repetition {
    /// Sending it twice is as good as once.
    case free
    /// It may have been done: whoever sent it looks before it is sent again.
    case afterALook
  }

  var method = "GET"
  /// The path behind the base, encoded, with its query.
  var path: String
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]?
  var contentType = "application/json"
  /// The most bytes of the answer.
  var maximumAnswer = 128 << 20
  /// Seconds for everything together.
  var timeout: Double = 30
  var repetition = Repetition.free
}

import JSON

/// What a Mage server answered, and found nothing wrong with.
struct MageAnswer {
  /// The object; nothing where the server says that nothing changed (304).
  var body: JSONObject?
  /// The server's fingerprint of the answer.
  var tag: String?
  /// The server's clock in seconds when it answered.
  var time: Int64?
}

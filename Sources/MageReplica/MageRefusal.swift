import JSON
import SyncModel

/// A request that a Mage server understood and refused.
///
/// The server says so with status 200 and an `error` in the body: the code here is the one inside.
struct MageRefusal: Error, Hashable {
  /// The code of the error, as HTTP numbers it.
  var code: Int
  /// The server's words, one line; where it failed they are the exception, never its stack.
  var message: String

  /// The most characters of the server's words that are kept.
  private static let messageLength = 200

  /// Describes a refusal.
  init(code: Int, message: String) {
    self.code = code
    let line = message.split(whereSeparator: \.isNewline).first ?? ""
    self.message = String(line.prefix(MageRefusal.messageLength))
  }

  /// Reads the error in an answer; nothing where there is none.
  init?(in answer: JSONObject, status: Int) {
    guard let error = answer["error"], !error.isNull else { return nil }
    let words = error["exception"]?.stringValue ?? error["message"]?.stringValue
    self.init(
      code: error["code"]?.intValue ?? (status == 200 ? 500 : status),
      message: words ?? error.stringValue ?? "")
  }

  /// The same as what stops a single file.
  var reason: BlockReason { .refused(code: "mage_\(code)") }
  /// Whether nothing stands where the request pointed.
  var isMissing: Bool { code == 404 }
  /// Whether the server failed halfway, so that what was asked may be done or not.
  var isFailure: Bool { code >= 500 }
}

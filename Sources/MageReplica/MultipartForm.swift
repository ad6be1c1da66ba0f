import Crypto
import JSON
import SyncModel

/// A form with a JSON part and a file, as the open-source server takes new files.
///
/// Only here do bytes arrive as they are, and only here can a file be made that must not exist.
struct MultipartForm {
  /// The body's bytes.
  let body: [UInt8]
  private let boundary: String

  /// The media type, with the boundary in it.
  var contentType: String { "multipart/form-data; boundary=" + boundary }

  /// Puts a form together.
  ///
  /// The boundary holds the digest of the content, which no content holds of itself.
  init(settings: JSONValue, fileName: String, content: [UInt8]) {
    boundary = "syncline-" + SHA256.hash(content).hex
    var body: [UInt8] = []
    body.reserveCapacity(content.count + 512)
    // The server does not understand this part when it names its type.
    body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"json_root_body\"".utf8)
    body += Array("\r\n\r\n".utf8)
    body += settings.bytes()
    body += Array("\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; ".utf8)
    body += Array("filename=\"\(MultipartForm.quoted(fileName))\"\r\n".utf8)
    body += Array("Content-Type: application/octet-stream\r\n\r\n".utf8)
    body += content
    body += Array("\r\n--\(boundary)--\r\n".utf8)
    self.body = body
  }

  /// A name between quotation marks; line ends cannot occur in a name.
  private static func quoted(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}

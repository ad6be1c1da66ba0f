import HTTPClient
import HubReplica

/// What the user named as a hub: its origin, and the project on it where there is one.
struct HubURL {
  /// Where the hub is.
  let origin: Origin
  /// The project that the address names.
  let project: String?

  /// Reads `https://HOST:PORT` or `https://HOST:PORT/PROJECT`.
  ///
  /// The text is not repeated in errors: people paste addresses with tokens in them.
  init(_ text: String) throws {
    for prefix in ["lua+", "lua:"] where text.hasPrefix(prefix) {
      throw CommandFailure(
        .usage, "unsupported_kind", "That address is of a kind that this version cannot reach yet.",
        hint: "this version speaks to hubs: https://HOST:PORT")
    }
    if let address = try? HubAddress(text) {
      origin = address.origin
      project = address.project
      return
    }
    guard let origin = Origin(url: text), ["\(origin)", "\(origin)/"].contains(HubURL.plain(text))
    else {
      throw CommandFailure(
        .usage, "bad_url", "That is not the address of a hub or of a project on one.",
        hint: "it looks like https://HOST:PORT or https://HOST:PORT/PROJECT, without user, "
          + "query or fragment")
    }
    self.origin = origin
    project = nil
  }

  /// The text as an origin would be written, with a default port dropped.
  private static func plain(_ text: String) -> String {
    var plain = text.lowercased()
    var slash = ""
    if plain.hasSuffix("/") {
      plain.removeLast()
      slash = "/"
    }
    if plain.hasPrefix("http://"), plain.hasSuffix(":80") { plain.removeLast(3) }
    if plain.hasPrefix("https://"), plain.hasSuffix(":443") { plain.removeLast(4) }
    return plain + slash
  }
}

import HTTPClient
import HubProtocol

/// One request to a hub.
struct HubRequest {
  var method = "GET"
  var path: APIPath
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]?
  var contentType = Wire.MediaType.json
  /// The most bytes of the answer.
  var maximumAnswer = 64 << 20
  /// The most bytes of a refusal.
  var maximumRefusal = 1 << 20
  /// Seconds for everything together, as long as a hub waits for a body over a slow line; what
  /// stalls ends much sooner.
  var timeout: Double = 3600
}

/// A hub's answer with a status below 400.
struct HubAnswer {
  var status: Int
  var headers: HTTPFields
  var body: [UInt8]
  var bytesReceived: Int
}

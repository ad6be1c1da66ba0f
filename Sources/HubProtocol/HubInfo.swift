package import JSON

/// What a hub says about itself to anybody.
package struct HubInfo: Hashable, Sendable {
  /// What a hub takes in one request.
  package struct Limits: Hashable, Sendable {
    /// The most bytes of a body that is neither a pack nor a part.
    package var body: UInt64
    /// The most entries of a commit.
    package var entries: Int
    /// The most bytes of content that a commit may carry itself, in all.
    package var inlineContent: Int
    /// The most bytes of a pack.
    package var pack: Int
    /// The size above which a content goes in parts.
    package var largeContent: Int
    /// The most bytes of a part.
    package var part: Int
    /// How many requests a token may make in a minute.
    package var requestsPerMinute: Int

    /// Describes what a hub takes.
    package init(
      body: UInt64 = 64 << 20, entries: Int = 250_000, inlineContent: Int = 1 << 20,
      pack: Int = 32 << 20, largeContent: Int = 8 << 20, part: Int = 8 << 20,
      requestsPerMinute: Int = 6000
    ) {
      self.body = body
      self.entries = entries
      self.inlineContent = inlineContent
      self.pack = pack
      self.largeContent = largeContent
      self.part = part
      self.requestsPerMinute = requestsPerMinute
    }
  }

  /// The hub's name.
  package var name: String
  /// The version of its program.
  package var version: String
  /// The versions of the protocol that it answers.
  package var protocols: ClosedRange<Int>
  /// What it takes in one request.
  package var limits: Limits

  /// Describes a hub.
  package init(name: String, version: String, protocols: ClosedRange<Int>, limits: Limits) {
    self.name = name
    self.version = version
    self.protocols = protocols
    self.limits = limits
  }
}

extension HubInfo: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.value(name)
    writer.key("version")
    writer.value(version)
    writer.key("protocol")
    writer.beginObject()
    writer.key("minimum")
    writer.value(protocols.lowerBound)
    writer.key("maximum")
    writer.value(protocols.upperBound)
    writer.endObject()
    writer.key("limits")
    limits.encode(to: &writer)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var name: String?
    var version: String?
    var minimum: Int?
    var maximum: Int?
    var limits: Limits?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "name": name = try reader.string("name", atMost: 1024)
      case "version": version = try reader.string("version", atMost: 256)
      case "protocol":
        try reader.beginObject()
        while let key = try reader.nextKey() {
          switch key {
          case "minimum": minimum = try reader.count("minimum")
          case "maximum": maximum = try reader.count("maximum")
          default: try reader.skipValue()
          }
        }
      case "limits": limits = try Limits(from: &reader)
      default: try reader.skipValue()
      }
    }
    let lower = try required(minimum, "minimum")
    let upper = try required(maximum, "maximum")
    guard lower <= upper else { throw MessageError.invalid(field: "protocol") }
    self.init(
      name: try required(name, "name"), version: try required(version, "version"),
      protocols: lower...upper, limits: try required(limits, "limits"))
  }
}

extension HubInfo.Limits: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("body")
    writer.value(body)
    writer.key("entries")
    writer.value(entries)
    writer.key("inline_content")
    writer.value(inlineContent)
    writer.key("pack")
    writer.value(pack)
    writer.key("large_content")
    writer.value(largeContent)
    writer.key("part")
    writer.value(part)
    writer.key("requests_per_minute")
    writer.value(requestsPerMinute)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    self.init()
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "body": body = try reader.unsigned("body")
      case "entries": entries = try reader.count("entries")
      case "inline_content": inlineContent = try reader.count("inline_content")
      case "pack": pack = try reader.count("pack")
      case "large_content": largeContent = try reader.count("large_content")
      case "part": part = try reader.count("part")
      case "requests_per_minute":
        requestsPerMinute = try reader.count("requests_per_minute")
      default: try reader.skipValue()
      }
    }
    // Numbers that would keep a client from ever sending anything are no limits.
    guard entries > 0, pack >= 1 << 16, part >= 1 << 10, largeContent <= 1 << 30 else {
      throw MessageError.invalid(field: "limits")
    }
  }
}

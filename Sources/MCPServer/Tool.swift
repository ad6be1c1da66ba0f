package import JSON

/// Something that a client may have done.
package struct Tool: Sendable {
  /// What a tool does to the world, so that clients know what to ask a person about.
  package struct Annotations: Equatable, Sendable {
    /// It changes nothing but caches.
    package var isReadOnly: Bool
    /// It may replace or delete what is there.
    package var isDestructive: Bool
    /// A second call with the same arguments changes nothing more.
    package var isIdempotent: Bool
    /// It meets things outside of this machine.
    package var isOpenWorld: Bool

    /// Describes a tool's effects.
    package init(isReadOnly: Bool, isDestructive: Bool, isIdempotent: Bool, isOpenWorld: Bool) {
      self.isReadOnly = isReadOnly
      self.isDestructive = isDestructive
      self.isIdempotent = isIdempotent
      self.isOpenWorld = isOpenWorld
    }
  }

  /// What came of a call.
  package struct Result: Equatable, Sendable {
    /// The result for programs; the same goes out as text.
    package var structured: JSONObject
    /// Resources with more about it.
    package var links: [Resource]
    /// True when the tool could not do what it was asked, and the result says why.
    package var isError: Bool

    /// Gathers a result.
    package init(structured: JSONObject, links: [Resource] = [], isError: Bool = false) {
      self.structured = structured
      self.links = links
      self.isError = isError
    }
  }

  package var name: String
  /// The name for people.
  package var title: String
  /// What it does; fixed words, never anything that a project or a remote holds.
  package var description: String
  package var input: Schema
  package var output: Schema
  package var annotations: Annotations
  /// Does it; the arguments have the shape of `input`.
  package var run: @Sendable (_ arguments: JSONObject, _ call: Call) async throws -> Result

  /// Describes a tool.
  package init(
    name: String, title: String, description: String, input: Schema, output: Schema,
    annotations: Annotations,
    run: @escaping @Sendable (_ arguments: JSONObject, _ call: Call) async throws -> Result
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.input = input
    self.output = output
    self.annotations = annotations
    self.run = run
  }

  /// The tool as it is listed.
  var json: JSONValue {
    [
      "name": .string(name), "title": .string(title), "description": .string(description),
      "inputSchema": .object(input.json), "outputSchema": .object(output.json),
      "annotations": [
        "title": .string(title), "readOnlyHint": .bool(annotations.isReadOnly),
        "destructiveHint": .bool(annotations.isDestructive),
        "idempotentHint": .bool(annotations.isIdempotent),
        "openWorldHint": .bool(annotations.isOpenWorld),
      ],
    ]
  }
}

extension Tool.Result {
  /// The result as it is sent: the structure, and the same as text for clients that read only that.
  var json: JSONObject {
    let text = String(decoding: JSONValue.object(structured).bytes(), as: UTF8.self)
    var content: [JSONValue] = [["type": "text", "text": .string(text)]]
    content += links.map { resource in
      var link: JSONObject = ["type": "resource_link"]
      for member in resource.json.members { link.insert(member.key, member.value) }
      return .object(link)
    }
    return [
      "content": .array(content), "structuredContent": .object(structured),
      "isError": .bool(isError),
    ]
  }
}

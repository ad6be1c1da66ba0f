import JSON

/// The schemas of all JSON bodies, by JSON Schema 2020-12.
enum Schemas {
  static let all: JSONObject = [
    "Error": object([
      (
        "error",
        object(
          [("code", text), ("message", text)],
          optional: [
            ("paths", list(text)),
            ("moved", list(object([("path", text), ("found", nullable("Node"))]))),
            ("digests", list(digest)), ("limit", number), ("received", number),
            ("minimum", number), ("maximum", number),
          ])
      )
    ]),
    "Node": [
      "oneOf": [
        object(
          [("kind", ["const": "file"]), ("digest", digest), ("size", number)],
          optional: [("executable", flag)]),
        object([("kind", ["const": "link"]), ("target", text)]),
      ]
    ],
    "Entry": object([
      ("path", text), ("node", nullable("Node")), ("modified", optional(time)),
      ("author", optional(text)), ("revision", number),
    ]),
    "Health": object([("status", text)]),
    "Document": ["type": "object", "required": ["openapi", "paths"]],
    "Hub": object([
      ("name", text), ("version", text),
      ("protocol", object([("minimum", number), ("maximum", number)])),
      (
        "limits",
        object([
          ("body", number), ("entries", number), ("inline_content", number), ("pack", number),
          ("large_content", number), ("part", number), ("requests_per_minute", number),
        ])
      ),
    ]),
    "WhoAmI": object([
      ("name", text), ("scopes", list(scope)), ("project", optional(text)),
      ("expires", optional(time)),
    ]),
    "ProjectName": object([("name", text)]),
    "Project": object([
      ("name", text), ("id", text), ("revision", number), ("tree_digest", text),
      ("entries", number), ("created", time),
    ]),
    "ProjectList": object([
      (
        "projects",
        list(
          object([
            ("name", text), ("id", text), ("revision", number), ("entries", number),
          ]))
      )
    ]),
    "Changes": object([
      ("project", text), ("id", text), ("revision", number), ("since", optional(number)),
      ("tree_digest", text), ("complete", flag), ("entries", list(reference("Entry"))),
      ("count", number),
    ]),
    "Commit": object(
      [
        ("commit", text),
        (
          "changes",
          list(
            object(
              [("path", text), ("expected", nullable("Node")), ("new", nullable("Node"))],
              optional: [("edited", time), ("content", text)]))
        ),
      ], optional: [("message", optional(text))]),
    "Committed": object([("revision", number), ("tree_digest", text), ("repeated", flag)]),
    "Restore": object([
      ("path", text), ("revision", number), ("commit", text), ("expected", nullable("Node")),
    ]),
    "Digests": object([("digests", list(digest))]),
    "Missing": object([("missing", list(digest))]),
    "Stored": object([("stored", number)]),
    "Upload": object([("received", number), ("complete", flag)]),
    "History": object([
      (
        "entries",
        list(
          object(
            [
              ("revision", number), ("time", time), ("author", text), ("message", optional(text)),
              ("commit", text),
              (
                "changes",
                list(
                  object([
                    ("path", text), ("change", text), ("before", nullable("Node")),
                    ("after", nullable("Node")),
                  ]))
              ),
            ], optional: [("changes_omitted", number)]))
      ),
      ("more", flag),
    ]),
    "Tree": object([
      ("revision", number), ("entries", list(reference("Entry"))), ("more", flag),
    ]),
    "Versions": object([("versions", list(reference("Entry")))]),
    "Difference": object([
      ("binary", flag), ("patch", text), ("insertions", number), ("deletions", number),
    ]),
    "Draft": object(draft),
    "DraftContent": object(draft + [("content", text)]),
    "Drafts": object([("drafts", list(reference("Draft")))]),
    "SaveDraft": object([("content", text), ("expected", optional(digest))]),
    "Publish": object([("expected", nullable("Node"))], optional: [("message", optional(text))]),
    "Current": object([("revision", number), ("node", reference("Node"))]),
    "Deploy": object([("revision", number)]),
    "Deleted": object([("deleted", flag)]),
    "Tokens": object([
      (
        "tokens",
        list(
          object([
            ("id", text), ("name", text), ("project", optional(text)), ("scope", scope),
            ("created", time), ("expires", optional(time)), ("revoked", optional(time)),
            ("last_used", optional(time)),
          ]))
      )
    ]),
    "NewToken": object(
      [("name", text), ("scope", scope)],
      optional: [("project", optional(text)), ("expires", optional(time))]),
    "CreatedToken": object([("id", text), ("token", text)]),
    "Revoked": object([("revoked", flag)]),
    "Audit": object([
      (
        "entries",
        list(
          object([
            ("id", number), ("time", time), ("actor", text), ("action", text),
            ("project", optional(text)), ("detail", optional(text)),
          ]))
      ),
      ("more", flag),
    ]),
  ]

  private typealias Fields = [(name: String, schema: JSONValue)]

  private static let text: JSONValue = ["type": "string"]
  private static let number: JSONValue = ["type": "integer", "minimum": 0]
  private static let flag: JSONValue = ["type": "boolean"]
  private static let time: JSONValue = ["type": "string", "format": "date-time"]
  private static let digest: JSONValue = [
    "type": "string", "pattern": "^sha256:[0-9a-f]{64}$",
  ]
  private static let scope: JSONValue = ["enum": ["read", "write", "admin"]]
  private static let draft: Fields = [
    ("path", text), ("digest", digest), ("size", number), ("modified", time), ("author", text),
  ]

  private static func object(_ required: Fields, optional: Fields = []) -> JSONValue {
    var properties = JSONObject()
    for (name, schema) in required + optional { properties[name] = schema }
    return [
      "type": "object", "required": .array(required.map { .string($0.name) }),
      "properties": .object(properties),
    ]
  }

  private static func list(_ element: JSONValue) -> JSONValue {
    ["type": "array", "items": element]
  }

  private static func reference(_ name: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/" + name)]
  }

  private static func optional(_ schema: JSONValue) -> JSONValue {
    ["oneOf": [schema, ["type": "null"]]]
  }

  private static func nullable(_ name: String) -> JSONValue { optional(reference(name)) }
}

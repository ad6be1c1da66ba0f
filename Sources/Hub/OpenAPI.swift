import HubProtocol
import JSON

/// The description of the interface, made from the table of routes.
enum OpenAPI {
  /// The document, by OpenAPI 3.1.
  static func document(version: String) -> JSONValue {
    var paths = JSONObject()
    for route in Routes.all {
      var item = paths[route.pattern]?.objectValue ?? JSONObject()
      item[route.method.lowercased()] = operation(of: route)
      paths[route.pattern] = .object(item)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Syncline hub", "version": .string(version),
        "description": "Projects that are kept in step. Errors are of the schema Error.",
      ],
      "security": [["token": []]],
      "paths": .object(paths),
      "components": [
        "schemas": .object(Schemas.all),
        "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
      ],
    ]
  }

  private static func operation(of route: Route) -> JSONValue {
    let operation = route.operation
    var object: JSONObject = [
      "operationId": .string(operation.id), "summary": .string(operation.summary),
    ]
    if case .open = route.access { object["security"] = [] }
    let parameters = pathParameters(of: route) + operation.query.map(parameter)
    if !parameters.isEmpty { object["parameters"] = .array(parameters) }
    if let request = operation.request {
      object["requestBody"] = ["required": true, "content": content(request)]
    }
    var responses = JSONObject()
    for (status, body) in operation.success {
      var response: JSONObject = ["description": .string(phrase(status))]
      switch body {
      case .json, .bytes: response["content"] = content(body)
      case .empty: break
      }
      responses["\(status)"] = .object(response)
    }
    for status in errors(of: route) {
      responses["\(status)"] = [
        "description": .string(phrase(status)), "content": content(.json("Error")),
      ]
    }
    object["responses"] = .object(responses)
    return .object(object)
  }

  /// The statuses of errors that a route may answer, in order.
  private static func errors(of route: Route) -> [Int] {
    var statuses: Set = [400, 413, 426, 431, 500, 503]
    statuses.formUnion(route.operation.errors)
    switch route.access {
    case .open: break
    case .token: statuses.formUnion([401, 429])
    case .hub: statuses.formUnion([401, 403, 429])
    case .project(let scope):
      statuses.formUnion([401, 404, 429])
      if scope > .read { statuses.insert(403) }
    }
    return statuses.sorted()
  }

  private static func pathParameters(of route: Route) -> [JSONValue] {
    route.segments.compactMap { segment in
      switch segment {
      case .literal: nil
      case .parameter(let name):
        [
          "name": .string(name), "in": "path", "required": true, "schema": ["type": "string"],
          "description": .string(pathSummaries[name] ?? name),
        ]
      }
    }
  }

  private static let pathSummaries = [
    "project": "The project's name.", "digest": "The content's digest, `sha256:` and 64 digits.",
    "path": "The path as one segment, `/` written as `%2F`.", "id": "The token's id.",
  ]

  private static func parameter(_ query: Operation.Query) -> JSONValue {
    [
      "name": .string(query.name), "in": "query", "required": .bool(query.isRequired),
      "schema": query.schema, "description": .string(query.summary),
    ]
  }

  private static func content(_ body: Operation.Body) -> JSONValue {
    switch body {
    case .json(let name):
      ["application/json": ["schema": ["$ref": .string("#/components/schemas/" + name)]]]
    case .bytes(let type): .object([type: [:]])
    case .empty: [:]
    }
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "Done."
    case 201: "Made."
    case 206: "A part."
    case 304: "Nothing is new."
    case 400: "Not what is described here."
    case 401: "No valid token."
    case 403: "The token's scope does not reach so far."
    case 404: "Not there, or not to be seen with this token."
    case 409: "What is there is not what the request expects."
    case 410: "Gone."
    case 413: "Larger than the limit."
    case 416: "Outside of the content."
    case 422: "A path or a content that cannot be taken."
    case 426: "Another version of the protocol."
    case 429: "Too many requests."
    case 431: "The header is larger than the limit."
    case 503: "Busy or stopping."
    case 507: "The hub's disk is full."
    default: "The hub failed."
    }
  }
}

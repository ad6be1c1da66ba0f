import HTTPServing
import HubProtocol
import HubStore
import JSON

extension Hub {
  /// A page for people who open the address in a browser.
  func page(_ call: Call) throws -> HTTPResponse {
    let name = Hub.html(configuration.name)
    let text = """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><title>\(name)</title></head>
      <body>
      <h1>\(name)</h1>
      <p>This is a Syncline hub, version \(Hub.html(configuration.version)). It keeps projects in \
      step for the people and machines that have a token.</p>
      <p>To begin: <code>syncline login</code>, then <code>syncline clone</code> with a project's \
      address. The interface is described in \
      <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
      </body>
      </html>

      """
    return HTTPResponse(
      status: 200, headers: ["Content-Type": "text/html; charset=utf-8"],
      body: .bytes(Array(text.utf8)))
  }

  /// Tells whether the hub can answer: its database is asked.
  func health(_ call: Call) throws -> HTTPResponse {
    _ = try store.project(named: "")
    return .value(200, ["status": "ok"])
  }

  func openAPI(_ call: Call) throws -> HTTPResponse {
    .json(200, OpenAPI.document(version: configuration.version).bytes())
  }

  private static func html(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

import HTTPClient
import JSON
import Replica
package import SyncModel

/// What a server says about itself, and whether it took our token.
package struct MageServerInfo: Sendable {
  /// What the project is recognized by.
  package var projectID: String
  /// The name of the project's folder.
  package var projectName: String
  /// The project's folder on the server's disk.
  package var projectRoot: String
  /// Whether it wants its users to sign in, where it tells.
  package var wantsSignIn: Bool?
  /// The server's clock, where it told.
  package var time: Timestamp?
}

extension MageConnection {
  /// Signs in with a password, and returns the session's token as the server gave it.
  ///
  /// Fails with `notAllowed` where the two do not belong together.
  package func signIn(email: String, password: String) async throws -> String {
    try await blocking { [self] cancellation in
      let body: JSONValue = ["session": ["email": .string(email), "password": .string(password)]]
      let answer: MageAnswer
      do {
        answer = try send(
          MageRequest(method: "POST", path: "/api/sessions", body: body.bytes()), cancellation)
      } catch let refusal as MageRefusal where (400..<500).contains(refusal.code) {
        throw ReplicaError(.notAllowed, detail: "\(address): \(refusal.message)")
      }
      guard let token = answer.body?["session"]?["token"]?.stringValue, !token.isEmpty else {
        throw notUnderstood("its answer to a sign-in holds no token")
      }
      return token
    }
  }

  /// Asks what the server is; needs no token.
  package func info() async throws -> MageServerInfo {
    try await blocking { [self] cancellation in
      let (facts, time) = try status(cancellation)
      let project = try project(in: facts)
      return MageServerInfo(
        projectID: project.id, projectName: project.name, projectRoot: project.root,
        wantsSignIn: MageConnection.wantsSignIn(facts),
        time: time.map { Timestamp(seconds: $0) })
    }
  }

  /// Asks whether the server wants its users to sign in; nothing where it does not tell.
  package func wantsSignIn() async throws -> Bool? {
    try await blocking { [self] cancellation in
      MageConnection.wantsSignIn(try status(cancellation).facts)
    }
  }

  private static func wantsSignIn(_ facts: JSONValue) -> Bool? {
    facts["require_user_authentication"]?.boolValue
  }

  /// Asks something that only who may read the project is told; fails with `notAllowed` otherwise.
  package func checkAccess() async throws {
    try await blocking { [self] cancellation in
      do {
        // A pattern that matches nothing: the listing needs the same right, and is short.
        _ = try send(
          MageRequest(path: "/api/files?flatten=true&pattern=%28%3F%21%29"), cancellation)
      } catch is MageRefusal {
        // A server of the other kind may refuse the question; it has not refused us.
      }
    }
  }
}

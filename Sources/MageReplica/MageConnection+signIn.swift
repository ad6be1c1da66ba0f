import HTTPClient
import JSON
import Replica
package import SyncModel

/// What a server says about itself, and whether it took our token.
package struct MageServerInfo: Sendable {
  /// The project's id.
  package var projectID: String
  /// The name of the project's folder.
  package var projectName: String
  /// The project's folder on the server's disk.
  package var projectRoot: String
  /// Whether it wants its users to sign in.
  package var wantsSignIn: Bool
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
      let answer = try send(MageRequest(path: "/api/status"), cancellation)
      let found = try project(cancellation)
      return MageServerInfo(
        projectID: found.project.id, projectName: found.project.name,
        projectRoot: found.project.root,
        wantsSignIn: answer.body?["statuses"]?[0]?["require_user_authentication"]?.boolValue
          ?? false,
        time: found.time.map { Timestamp(seconds: $0) })
    }
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

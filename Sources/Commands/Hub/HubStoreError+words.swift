import SyncModel
import CommandLineKit
import HTTPServing
import Hub
import HubStore

extension HubStoreError {
  /// What happened, why, and what to do next.
  var failure: CommandFailure {
    switch self {
    case .locked:
      CommandFailure(
        .locked, "hub_locked", "Another process serves or maintains this data folder.",
        hint:
          "stop that hub first: it cannot be served twice, and 'project delete' and 'purge' need "
          + "the folder to themselves; all else of 'syncline hub' works beside it")
    case .busy:
      CommandFailure(
        .locked, "hub_busy", "The hub's database stayed busy for too long.", hint: "try again")
    case .notAHub(let path):
      CommandFailure(
        .stopped, "not_a_hub", "'\(path)' is not what a hub writes, or it is damaged.",
        hint: "name the hub's own folder with --data; 'syncline hub restore' makes one of a backup")
    case .databaseMissing(let path):
      CommandFailure(
        .stopped, "no_database",
        "The hub's database '\(path)' is not there, or empty.",
        hint: "put it back, or restore a backup with 'syncline hub restore'; what is in the packs "
          + "stays untouched")
    case .newerFormat(let found, let supported):
      CommandFailure(
        .stopped, "newer_format",
        "The data folder has format \(found), and this program knows \(supported).",
        hint: "use the newer program that wrote it")
    case .olderFormat(let found, let supported):
      CommandFailure(
        .stopped, "older_format",
        "The data folder has format \(found), and this program works with \(supported).",
        hint: "run 'syncline hub migrate'; a copy of the database is kept")
    case .notEmpty(let path):
      CommandFailure(
        .usage, "not_empty", "'\(path)' holds something already.",
        hint: "name a folder that is empty or does not exist yet")
    case .targetInUse(let path):
      CommandFailure(
        .locked, "target_in_use", "Another backup or restore is writing into '\(path)'.",
        hint: "wait until it ends, or name another folder")
    case .insideItself(let path):
      CommandFailure(
        .usage, "inside_itself", "'\(path)' lies in the folder that is to be copied.",
        hint: "name a folder outside of it, at best on another disk")
    case .noSuchProject:
      CommandFailure(
        .notAllowed, "no_such_project", "The hub has no project of that name.",
        hint: "see 'syncline hub project list', or make it with 'syncline hub project create'")
    case .projectExists:
      CommandFailure(
        .usage, "project_exists", "The hub has a project of that name already.",
        hint: "choose another name; see 'syncline hub project list'")
    case .invalidName:
      CommandFailure(
        .usage, "bad_name", "That cannot be a name here.",
        hint: "projects take up to 100 letters, digits, '.', '_' and '-', a letter or digit first; "
          + "tokens take up to 100 bytes of printable text")
    case .noSuchToken:
      CommandFailure(
        .usage, "no_such_token", "The hub has no token with that id.",
        hint: "see 'syncline hub token list'")
    case .noSuchContent(let digest):
      CommandFailure(
        .usage, "no_such_content", "The project has no content \(digest).",
        hint: "'syncline log --json' names the digests of a path")
    case .purged(let digest):
      CommandFailure(.usage, "purged", "\(digest) was removed for good before.")
    case .noSuchPath, .noSuchRevision, .noSuchUpload:
      CommandFailure(.usage, "not_found", "The hub has nothing of that name.")
    case .moved(let paths):
      CommandFailure(
        .stopped, "still_in_use",
        "The content is still in use at " + HubStoreError.list(paths.map(\.path.key)) + ".",
        hint: "delete or change these paths with a sync first, so that clones stay complete")
    case .storageFull:
      CommandFailure(
        .partial, "storage_full", "The hub's disk is full.", hint: "make room and try again")
    case .database(let code):
      CommandFailure(
        .stopped, "hub_database", "The hub's database refused; SQLite's code is \(code).",
        hint: "check the disk, then run 'syncline hub check'")
    case .system(let errno, let path):
      CommandFailure(
        .stopped, "file_error", "'\(path)' cannot be used: \(ErrnoWords.text(errno)).",
        hint: "check that the folder above exists, its permissions and the disk")
    case .draftMoved, .impossibleTree, .invalidPaths, .commitReused, .missingContent, .historyGone,
      .digestMismatch, .badPack, .wrongOffset, .tooLarge:
      CommandFailure(
        .internalError, "internal", "Something happened that should not: \(self)",
        hint: "please report this with the command that you ran")
    }
  }

  private static func list(_ paths: [String]) -> String {
    let shown = paths.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return paths.count > 5 ? shown + " and \(Plural.text(paths.count - 5, "other path"))" : shown
  }
}

extension HubStartError {
  /// What happened, why, and what to do next.
  var failure: CommandFailure {
    switch self {
    case .plainBeyondLoopback(let host):
      CommandFailure(
        .usage, "plain_http",
        "Without TLS, tokens and contents would cross the network in the clear from '\(host)'.",
        hint: "give --tls-cert and --tls-key, or --behind-proxy where a proxy provides TLS, "
          + "or listen on 127.0.0.1")
    }
  }
}

extension HTTPServerError {
  /// What happened, why, and what to do next; `address` is where to listen, as `option` gave it.
  func failure(
    listeningOn address: String, option: String = "--listen"
  ) -> CommandFailure {
    switch code {
    case .cannotResolve:
      CommandFailure(
        .usage, "bad_listen", "The host of '\(address)' has no address.",
        hint: "name an address of this machine: \(option) 127.0.0.1:6790")
    case .cannotListen(let errno):
      CommandFailure(
        .stopped, "cannot_listen", "'\(address)' cannot be listened on: \(ErrnoWords.text(errno)).",
        hint: "choose another port with \(option), or port 0 for a free one")
    case .badTLSIdentity:
      CommandFailure(
        .usage, "bad_tls", "The certificate and the key cannot be used together.",
        hint: "both are PEM files, the certificate with its chain, the key without a passphrase")
    case .cannotStart:
      CommandFailure(
        .stopped, "cannot_start", "The server's threads could not be started.",
        hint: "see the limits of this user on processes and open files")
    }
  }
}

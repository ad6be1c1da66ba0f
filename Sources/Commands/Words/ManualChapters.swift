import CommandLineKit

/// The chapters of the man page and the reference that no verb holds.
enum ManualChapters {
  /// All of them, in their order.
  static let all = [exitCodes, policies, configuration, files, environment, examples]

  private static let exitCodes = Chapter(
    "Exit codes", prose: "Where several apply, the one that stops more is told.",
    entries: ExitCode.allCases.map { ("\($0.rawValue)", $0.words) })

  private static let policies = Chapter(
    "Conflict policies",
    prose: """
      A path that changed on both sides is a conflict. 'conflicts' in syncline.yaml and --prefer \
      say how it ends; what loses is kept either way. A file and a folder that contend for one name \
      are one conflict of many paths: where their policies differ, it is left, or asked about.
      """,
    entries: [
      ("ask", "ask at the terminal; elsewhere as fail"),
      ("fail", "leave both sides as they are, and exit with 3"),
      ("local", "the local version goes to the remote"),
      ("remote", "the remote version comes here"),
      ("newest", "the version that was modified last; as fail where the times do not tell"),
      (
        "both",
        "keep both: the local version under a name of its own, for Mage in .syncline/conflicts"
      ),
      ("merge", "merge the two texts; as fail where they do not merge"),
    ])

  private static let configuration = Chapter(
    "syncline.yaml",
    prose: """
      The file stands at the root of the project. It is never synced: it decides where things go.
      """,
    entries: [
      ("project", "the project's name, for people"),
      ("targets", "names with a url each, and default: true for one of them"),
      ("include", "globs of what is synced; everything if left out"),
      ("ignore", "rules as in .gitignore"),
      ("gitignore", "false turns .gitignore files off"),
      ("collections", "names for globs, to be used as WHAT"),
      ("conflicts", "policies: default, and by glob"),
      ("owners", "globs whose changes count on one side only: local or remote"),
      ("limits", "max_file and keep_trash, such as 1GiB and 30d"),
    ])

  private static let files = Chapter(
    "Files",
    entries: [
      ("syncline.yaml", "the project's configuration"),
      (".syncline/", "the private record of a folder: state, lock, and what runs replaced"),
      (
        ".syncline/conflicts/",
        "versions that gave way with a Mage server, where a copy in the tree would be a block"
      ),
      (".synclineignore", "ignore rules, beside those of .gitignore files"),
      (
        "$XDG_CONFIG_HOME/syncline/credentials",
        "the tokens of 'syncline login'; in $HOME/.config where the variable is not set"
      ),
      ("syncline-hub/", "a hub's data folder, unless --data names another"),
    ])

  private static let environment = Chapter(
    "Environment",
    entries: [
      ("SYNCLINE_TOKEN", "a token for CI, sent to SYNCLINE_ORIGIN only"),
      (
        "SYNCLINE_ORIGIN",
        "where SYNCLINE_TOKEN may go; without it only to a target on this machine"
      ),
      ("XDG_CONFIG_HOME", "where settings are kept"),
      ("NO_COLOR", "write without colors"),
      ("TERM", "dumb means without colors"),
    ])

  private static let examples = Chapter(
    "Examples",
    entries: [
      ("syncline hub serve --data hub", "serve a hub on this machine"),
      ("syncline hub token create --data hub --name ann", "make a token for ann"),
      ("syncline login http://127.0.0.1:6790", "keep that token for the hub"),
      ("syncline init http://127.0.0.1:6790/site --create", "bind this folder to a new project"),
      ("syncline push -m 'First version'", "carry everything there"),
      ("syncline clone http://127.0.0.1:6790/site copy", "make a second folder of it"),
      ("syncline clone mage+http://localhost:6789 flows", "start from a Mage server's project"),
      ("syncline status", "see what differs"),
      ("syncline sync --prefer merge", "carry changes both ways and merge conflicts"),
      ("syncline undo", "take the last run back"),
      ("syncline check --json", "in CI: exit with 1 when the sides differ"),
    ])
}

extension ExitCode {
  /// What the code says, for the manual.
  fileprivate var words: String {
    switch self {
    case .success: "done, or in sync; 'status', 'diff' and dry runs: whenever they could compare"
    case .differences:
      "'check' or 'diff --exit-code' found differences, or 'hub check' found damage"
    case .usage: "the command line or syncline.yaml cannot be understood"
    case .conflicts: "conflicts are left"
    case .partial:
      "some paths failed or are blocked, the rest is done and recorded; or the remote refused the "
        + "request, as above its limits; or the result could not be written"
    case .stopped: "a brake, or an unusable .syncline, stopped the run; nothing was written"
    case .notAllowed: "not signed in, not allowed, or no such project"
    case .unreachable: "the remote cannot be reached, or is not one that is understood"
    case .locked: "another run holds the lock"
    case .internalError: "a bug of Syncline"
    case .interrupted: "interrupted"
    }
  }
}

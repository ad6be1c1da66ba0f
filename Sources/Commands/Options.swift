import CommandLineKit

/// Every option of `syncline`, each defined once.
enum Options {
  static let directory = Option.value(
    "directory", "dir", "Run as if started in this folder", short: "C", type: .folder)
  static let target = Option.value(
    "target", "name", "Use this target instead of the default one", type: .dynamic("targets"))
  static let json = Option.flag("json", "Write one JSON document to standard output")
  static let noInput = Option.flag("no-input", "Never ask")
  static let yes = Option.flag(
    "yes", "Answer yes to confirmations, never to conflicts or brakes", short: "y")
  static let quiet = Option.flag("quiet", "Show results and errors only", short: "q")
  static let verbose = Option.flag("verbose", "Show more", short: "v")
  static let noColor = Option.flag("no-color", "Write without colors")
  static let dryRun = Option.flag(
    "dry-run", "Show what would be done and change nothing", short: "n")
  static let caFile = Option.value(
    "ca-file", "file", "Trust the certificates in this file as well", type: .file)
  static let plainHTTP = Option.flag(
    "allow-plain-http", "Reach a server on another machine without TLS")

  static let global = [
    directory, target, json, noInput, yes, quiet, verbose, noColor, caFile, plainHTTP, .help,
    .version,
  ]

  static let all = Option.flag("all", "List paths that are in sync as well")
  static let checksum = Option.flag(
    "checksum", "Read every file of a Mage server again, whatever its time says")
  static let exitCode = Option.flag("exit-code", "Exit with 1 when there are differences")
  static let stat = Option.flag("stat", "Show counts of changed lines instead of the lines")
  static let force = Option.flag(
    "force", "Let the giving side win where both sides have a path; what loses is kept")
  static let mirror = Option.flag(
    "mirror", "Make the receiving side equal to the giving one, deletions included")
  static let atomic = Option.flag(
    "atomic", "Do nothing at all when a single path is in conflict or blocked")
  static let message = Option.value(
    "message", "text", "Say what the change is about", short: "m", allowsEmptyValue: true)
  static let prefer = Option.value(
    "prefer", "policy", "How conflicts resolve in this run",
    type: .oneOf(["ask", "fail", "local", "remote", "newest", "both", "merge"]))
  static let keep = Option.value(
    "keep", "side", "What to keep",
    type: .oneOf(["local", "remote", "both", "merge", "markers"]))
  static let create = Option.flag("create", "Create the project if the hub does not know it")
  static let out = Option.value("out", "file", "Write the plan to this file", type: .file)
  static let at = Option.value("at", "rev", "The revision to take it from", type: .count)
  static let limit = Option.value("limit", "n", "Show at most so many", type: .count)
  static let email = Option.value(
    "email", "address", "Sign in to a Mage server with this e-mail address")
  static let passwordStdin = Option.flag(
    "password-stdin", "Read the password for a Mage server from standard input")
  static let tokenStdin = Option.flag("token-stdin", "Read the token from standard input")

  static let allowEmpty = Option.flag(
    "allow-empty", "Go on although one side has become empty")
  static let allowDeletes = Option.value(
    "allow-deletes", "n", "Go on with up to so many deletions on one side", type: .count)
  static let allowMassChange = Option.flag(
    "allow-mass-change", "Go on although every file has changed on one side")
  static let allowBranch = Option.flag(
    "allow-branch", "Go on although the git branch is another one")

  static let brakes = [allowEmpty, allowDeletes, allowMassChange, allowBranch]

  static let root = Option.value(
    "root", "dir", "Let assistants work in this folder; the current one if left out",
    type: .folder, isRepeatable: true)
  static let readOnly = Option.flag("read-only", "Offer only what changes nothing")
  static let http = Option.value(
    "http", "host:port", "Listen on this machine instead of standard input; port 0 takes a free one"
  )
  static let tokenFile = Option.value(
    "token-file", "file", "Take the token for --http from this file, made if need be", type: .file)

  static let data = Option.value(
    "data", "dir", "The hub's data folder", type: .folder, default: "syncline-hub")
  static let listen = Option.value(
    "listen", "host:port", "Where to listen; port 0 takes a free one", default: "127.0.0.1:6790")
  static let tlsCertificate = Option.value(
    "tls-cert", "file", "The certificate chain, PEM", type: .file)
  static let tlsKey = Option.value("tls-key", "file", "The private key, PEM", type: .file)
  static let behindProxy = Option.flag(
    "behind-proxy", "A proxy terminates TLS; listen beyond loopback without it")
  static let hostName = Option.value(
    "host-name", "name", "Answer to this host name as well", isRepeatable: true)
  static let name = Option.value("name", "who", "Whom the token is for")
  static let project = Option.value("project", "name", "The one project that it is for")
  static let scope = Option.value(
    "scope", "scope", "What it may do", type: .oneOf(["read", "write", "admin"]),
    default: "write")
  static let expires = Option.value("expires", "time", "When it expires", type: .duration)
}

/// The arguments of `syncline`.
enum Arguments {
  static let what = Argument(
    "what", "A path, a folder, a glob or a collection; everything if left out", .anyNumber,
    type: .dynamic("paths"))
  static let paths = Argument(
    "path", "A path of the project", .oneOrMore, type: .dynamic("paths"))
  static let url = Argument("project-url", "The address of the project")
  static let folder = Argument("dir", "The folder to make", .optional, type: .folder)
}

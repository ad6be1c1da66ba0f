import Platform
import SyncCore

extension Coverage {
  /// Everything that a campaign should meet: each fault, row of the matrix, brake, verb, policy and
  /// kind of conflict.
  package static let known: Set<String> = {
    var known = Set(
      [
        "crash: killed", "crash: power cut", "effects lost to power cuts",
        "a client between the calls of another", "interrupted runs recovered",
        "overtaken: kept as a version",
        "overtaken: lost, as documented", "plans made twice", "runs that failed",
      ])
    known.formUnion(Twin.allCases.map(\.word))
    known.formUnion(rows.map { "row: " + $0 })
    known.formUnion(brakes.map { "brake: " + $0 })
    known.formUnion(faults.map { "fault: " + $0 })
    known.formUnion(SimulatedProcess.errors.map { "fault: \($0)" })
    known.formUnion(NetworkFault.words.map { "fault: " + $0 })
    known.formUnion(HubDevice.endWords.map { "hub: " + $0 })
    known.formUnion(RunStep.Action.allCases.map { "run: " + $0.rawValue })
    known.formUnion(ConflictPolicy.allCases.map { "policy: " + $0.rawValue })
    known.formUnion(ConflictKind.allCases.map { "conflict left: " + $0.rawValue })
    return known
  }()

  /// The matrix of the rules: what base, local and remote have; `=` is what the base has.
  private static let rows = [
    "- f -", "- - f", "- f f", "- f f'", "f = =", "f f' =", "f = f'", "f f' f'", "f f' f''",
    "f - =", "f = -", "f - -", "f f' -", "f - f'",
  ]

  /// The brakes of the rules, by their numbers.
  private static let brakes = [
    "1 identity", "2 emptied", "3 deletions", "4 mass_change", "5 incomplete_listing",
    "6 ignore rules changed", "7 rewound", "8 disk", "9 clock_skew", "10 nested project",
    "11 branch",
  ]

  /// What happens beside calls and requests.
  private static let faults = [
    "a clock jumps", "a second process in the folder", "another program edits during a run",
    "power cut between runs", "server restored from a backup",
  ]
}

extension SimulatedProcess {
  /// The errors with which calls fail.
  static let errors: [Errno] = [.noSpace, .inputOutput, .tooManyOpenFiles, .accessDenied]
}

import SQLite
package import SyncModel

/// One execution of a plan, as it is remembered.
package struct RunRecord: Hashable, Sendable {
  /// The id; it tells when the run began, by a clock that may have been wrong.
  package let id: String
  /// The target that it ran against.
  package let target: Int64
  /// The verb.
  package let verb: String
  /// When it began.
  package let started: Timestamp
  /// When it ended; nothing while it runs, or if it was cut off.
  package var finished: Timestamp?
  /// How far it came.
  package var state: State
  /// What the user said about it.
  package var message: String?
  /// What it did, for lists: the JSON of its counts.
  package var summary: String?
  /// The run that this one takes back.
  package var undoes: String?

  /// How far a run came.
  package enum State: String, Hashable, Sendable {
    /// It writes, or was cut off while it wrote.
    case applying
    /// It ended, and what it did is recorded.
    case finished
    /// Another run took it back.
    case undone
  }

  /// Describes a run.
  package init(
    id: String, target: Int64, verb: String, started: Timestamp, message: String? = nil,
    undoes: String? = nil
  ) {
    self.id = id
    self.target = target
    self.verb = verb
    self.started = started
    self.state = .applying
    self.message = message
    self.undoes = undoes
  }
}

/// One pass of a run: what it was going to do, and what it did.
package struct RunPass: Hashable, Sendable {
  /// The run.
  package let run: String
  /// The number of the pass, which is also the counter of its commit.
  package let counter: UInt32
  /// The encoded intents.
  package let intents: [UInt8]
  /// The encoded effects, once they are recorded; of an open pass what is settled already.
  package let effects: [UInt8]?
}

/// Runs, their intents and their effects.
extension StateDatabase {
  /// Records a run that begins to write; a run that is known already goes on.
  package func begin(_ run: RunRecord) throws {
    try connection.run(
      """
      INSERT INTO runs (id, number, target, verb, started, state, message, undoes)
      VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM runs), ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      run.id, run.target, run.verb, run.started.nanoseconds, run.state.rawValue, run.message,
      run.undoes)
  }

  /// Records what a pass is going to do, before it writes anything.
  package func beginPass(run: String, counter: UInt32, intents: [UInt8]) throws {
    try connection.run(
      "INSERT INTO steps (run, counter, state, intents) VALUES (?, ?, 'open', ?)",
      run, Int64(counter), intents)
  }

  /// Records what a pass did; its intents are settled by that.
  package func endPass(run: String, counter: UInt32, effects: [UInt8]) throws {
    try connection.run(
      """
      UPDATE steps SET state = 'settled', effects = ?, intents = x'' WHERE run = ? AND counter = ?
      """, effects, run, Int64(counter))
  }

  /// The runs that have passes which are not settled, for one target or for all.
  package func openRuns(of target: TargetRecord? = nil) throws -> [String] {
    var ids: [String] = []
    try connection.statement(
      """
      SELECT DISTINCT s.run FROM steps s JOIN runs r ON r.id = s.run
      WHERE s.state = 'open' AND (?1 IS NULL OR r.target = ?1) ORDER BY s.run
      """
    ).bind(target?.id).forEachRow { ids.append($0.string(0)) }
    return ids
  }

  /// The runs that have not ended: at work now, or cut off, also between two passes.
  package func unfinishedRuns() throws -> [String] {
    var ids: [String] = []
    try connection.statement("SELECT id FROM runs WHERE state = 'applying' ORDER BY number")
      .forEachRow { ids.append($0.string(0)) }
    return ids
  }

  /// The passes that are not settled, of runs that were cut off.
  package func openPasses() throws -> [RunPass] {
    var found: [RunPass] = []
    try connection.statement(
      """
      SELECT run, counter, intents, effects FROM steps WHERE state = 'open' ORDER BY run, counter
      """
    ).forEachRow { row in
      found.append(
        RunPass(
          run: row.string(0), counter: UInt32(truncatingIfNeeded: row.int64(1)),
          intents: row.bytes(2), effects: row.optionalBytes(3)))
    }
    return found
  }

  /// The settled passes of one run, in order.
  package func passes(of run: String) throws -> [RunPass] {
    var found: [RunPass] = []
    try connection.statement(
      """
      SELECT counter, intents, effects FROM steps WHERE run = ? AND state = 'settled'
      ORDER BY counter
      """
    ).bind(run).forEachRow { row in
      found.append(
        RunPass(
          run: run, counter: UInt32(truncatingIfNeeded: row.int64(0)), intents: row.bytes(1),
          effects: row.bytes(2)))
    }
    return found
  }

  /// Records what a run did so far.
  package func note(_ id: String, summary: String) throws {
    try connection.run("UPDATE runs SET summary = ? WHERE id = ?", summary, id)
  }

  /// Records of a pass that stays open what of it is settled, and what is still to be settled.
  package func notePass(
    run: String, counter: UInt32, intents: [UInt8], effects: [UInt8]
  ) throws {
    try connection.run(
      "UPDATE steps SET intents = ?, effects = ? WHERE run = ? AND counter = ?",
      intents, effects, run, Int64(counter))
  }

  /// The runs against a target that were cut off between two passes: none of theirs is open.
  package func runsCutBetweenPasses(of target: TargetRecord) throws -> [String] {
    var ids: [String] = []
    try connection.statement(
      """
      SELECT id FROM runs r WHERE target = ? AND state = 'applying'
      AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.run = r.id AND s.state = 'open') ORDER BY id
      """
    ).bind(target.id).forEachRow { ids.append($0.string(0)) }
    return ids
  }

  /// Records the end of a run, or that one that has ended was taken back.
  package func finish(
    _ id: String, state: RunRecord.State, at time: Timestamp, summary: String?
  ) throws {
    try connection.run(
      "UPDATE runs SET state = ?, finished = coalesce(finished, ?), summary = coalesce(?, summary) WHERE id = ?",
      state.rawValue, time.nanoseconds, summary, id)
  }

  /// The runs that are remembered, the one that began last first, whatever the clock said.
  package func runs(limit: Int? = nil) throws -> [RunRecord] {
    var found: [RunRecord] = []
    try connection.statement(
      """
      SELECT id, target, verb, started, finished, state, message, summary, undoes FROM runs
      ORDER BY number DESC LIMIT ?
      """
    ).bind(Int64(limit ?? -1)).forEachRow { row in
      guard let state = RunRecord.State(rawValue: row.string(5)) else {
        throw StateError.damaged(table: "runs")
      }
      var record = RunRecord(
        id: row.string(0), target: row.int64(1), verb: row.string(2),
        started: Timestamp(nanoseconds: row.int64(3)), message: row.optionalString(6),
        undoes: row.optionalString(8))
      record.finished = row.optionalInt64(4).map { Timestamp(nanoseconds: $0) }
      record.state = state
      record.summary = row.optionalString(7)
      found.append(record)
    }
    return found
  }

  /// Forgets what runs before a time did, so that they can no longer be taken back.
  ///
  /// The result names them; their trash may go.
  package func forgetRuns(endedBefore time: Timestamp) throws -> [String] {
    var ids: [String] = []
    try connection.statement("SELECT id FROM runs WHERE state <> 'applying' AND finished < ?")
      .bind(time.nanoseconds).forEachRow { ids.append($0.string(0)) }
    for id in ids {
      try connection.run("DELETE FROM steps WHERE run = ?", id)
      try connection.run("DELETE FROM runs WHERE id = ?", id)
    }
    return ids
  }
}

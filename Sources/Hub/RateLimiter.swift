import Platform

/// Lets each key do so much a minute, with all of a minute's worth at once.
final class RateLimiter: Sendable {
  private struct Bucket {
    var level: Double
    var time: Int64
  }

  private let perMinute: Double
  private let buckets = Locked<[String: Bucket]>([:])

  init(perMinute: Int) {
    self.perMinute = Double(max(perMinute, 1))
  }

  /// Takes one, or says after how many seconds there will be one.
  func take(_ key: String, now: Int64) -> Int? {
    buckets.withLock { buckets in
      if buckets.count > 10_000 { buckets = buckets.filter { refilled($0.value, now) < perMinute } }
      var level = buckets[key].map { refilled($0, now) } ?? perMinute
      let wait = level < 1 ? Int(((1 - level) * 60 / perMinute).rounded(.up)) : nil
      if wait == nil { level -= 1 }
      buckets[key] = Bucket(level: level, time: now)
      return wait
    }
  }

  private func refilled(_ bucket: Bucket, _ now: Int64) -> Double {
    let seconds = Double(max(now - bucket.time, 0)) / 1_000_000_000
    return min(perMinute, bucket.level + seconds * perMinute / 60)
  }
}

/// Makes an address wait that shows wrong tokens again and again; valid ones never wait.
final class FailureBackOff: Sendable {
  private struct Record {
    var failures: Int
    var blockedUntil: Int64
    var last: Int64
  }

  /// Wrong tokens that cost nothing.
  private static let free = 20
  /// The longest wait in seconds.
  private static let longest = 60
  /// After so many nanoseconds without a failure all is forgotten.
  private static let memory: Int64 = 600_000_000_000

  private let records = Locked<[String: Record]>([:])

  /// The seconds that an address has to wait, or nothing.
  func wait(_ address: String, now: Int64) -> Int? {
    records.withLock { records in
      guard let record = records[address], record.blockedUntil > now else { return nil }
      return Int((record.blockedUntil - now + 999_999_999) / 1_000_000_000)
    }
  }

  /// Records a wrong token.
  func fail(_ address: String, now: Int64) {
    records.withLock { records in
      if records.count > 10_000 {
        records = records.filter { $0.value.last > now - FailureBackOff.memory }
      }
      var record = records[address] ?? Record(failures: 0, blockedUntil: 0, last: now)
      if record.last < now - FailureBackOff.memory { record.failures = 0 }
      record.failures += 1
      record.last = now
      let excess = record.failures - FailureBackOff.free
      if excess > 0 {
        let seconds = min(FailureBackOff.longest, 1 << min(excess - 1, 10))
        record.blockedUntil = now + Int64(seconds) * 1_000_000_000
      }
      records[address] = record
    }
  }
}

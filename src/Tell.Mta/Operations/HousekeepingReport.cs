using Tell.Documents;

namespace Tell.Mta.Operations;

/// <summary>What a housekeeping did.</summary>
/// <param name="Begun">When it began.</param>
/// <param name="Pause">How long the tasks were at rest.</param>
/// <param name="Compactions">What each compaction did.</param>
/// <param name="DeadBefore">Dead documents before it.</param>
/// <param name="DeadAfter">Dead documents after it: the same, since housekeeping never touches them.</param>
public sealed record HousekeepingReport(DateTimeOffset Begun, TimeSpan Pause, IReadOnlyList<CompactionReport> Compactions, long DeadBefore, long DeadAfter);

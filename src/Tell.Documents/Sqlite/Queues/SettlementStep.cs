namespace Tell.Documents.Sqlite;

/// <summary>A settlement made ready by its caller's thread.</summary>
/// <param name="Settlement">The settlement.</param>
/// <param name="Created">What it creates.</param>
/// <param name="Joins">True where it stands or falls with the one before it.</param>
internal readonly record struct SettlementStep(Settlement Settlement, Draft[] Created, bool Joins)
{
    /// <summary>The steps of settlements, the others of each behind it.</summary>
    /// <exception cref="ArgumentException">One of them cannot be.</exception>
    public static SettlementStep[] Of(IReadOnlyList<Settlement> settlements, DateTimeOffset now)
    {
        Transition.Check(settlements);
        var steps = new List<SettlementStep>(settlements.Count);
        for (var i = 0; i < settlements.Count; i++)
        {
            var settlement = settlements[i];
            steps.Add(new SettlementStep(settlement, Draft.Of(settlement.Created, now), Joins: false));
            if (settlement.Others.IsDefaultOrEmpty)
                continue;
            foreach (var other in settlement.Others)
                steps.Add(new SettlementStep(other, Draft.Of(other.Created, now), Joins: true));
        }
        return [.. steps];
    }
}

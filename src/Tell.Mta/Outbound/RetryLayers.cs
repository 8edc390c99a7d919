using Tell.Mta.Configuration;

namespace Tell.Mta.Outbound;

/// <summary>Where the policy of a destination comes from, the first that says anything first.</summary>
internal static class RetryLayers
{
    /// <summary>The last layer.</summary>
    public const string Settings = "settings";

    /// <summary>
    /// The profile that its row names, what the row itself says, the same of the DEFAULT row, the DEFAULT profile, the settings; each with its name
    /// for people. A profile that is not there says nothing.
    /// </summary>
    public static IEnumerable<(string From, BounceProfile Terms)> Of(MtaSettings settings, DestinationControl? row, DestinationControl? all, Func<string, BounceProfile?> profile)
    {
        foreach (var one in new[] { row, all })
        {
            if (one?.Profile is { } name && profile(name) is { } named)
                yield return (Title(named), named);
            if (one is not null)
                yield return (one.Name, new BounceProfile(one.Name) { RetryIntervals = new(one.RetryIntervals), ExpireAfter = new(one.ExpireAfter) });
        }
        if (profile(BounceProfile.DefaultName) is { } common)
            yield return (Title(common), common);
        yield return (Settings, new BounceProfile(Settings)
        {
            RetryIntervals = new(settings.RetryIntervals),
            ExpireAfter = new(settings.ExpireAfter),
            Warnings = new(settings.DelayWarningAfter),
            MostAttempts = 0,
        });
    }

    private static string Title(BounceProfile profile) => $"profile {profile.Name}";
}

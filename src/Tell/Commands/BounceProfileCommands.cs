using Tell.Mta.Operations;
using Tell.Mta.Outbound;

namespace Tell.Commands;

/// <summary>BOUNCECONFIG: the bounce profiles, with the words of AsyncOS (facts: sun-cisco C5).</summary>
internal static class BounceProfileCommands
{
    private static readonly RowWords Words = new(
        "Say how long mail is tried, when its sender is warned, and who is told.",
        "DESTCONFIG EDIT DESTINATION bounce_profile=NAME puts it into force there; the profile DEFAULT holds for all mail, local mail too, and what it\nleaves out is that of the settings. Changes are in force at once, for mail that waits too. Keys:",
        "Change some keys of a bounce profile.",
        "Delete a bounce profile; rows that name it fall back on what they say themselves.",
        "Change the bounce profile of all mail that has none of its own.",
        "Show all bounce profiles, or what is in force under one and where it comes from.",
        "is no bounce profile.");

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
        new RowCommands<BounceProfile>(
            "BOUNCECONFIG", () => host.Operations.Profiles, Words, (name, cancellation) => LeftAsync(host, name, cancellation), (name, cancellation) => IdleAsync(host, name, cancellation))
            .Rows(ProfilesDesk.AllKeys);

    private static async Task<string?> LeftAsync(ICommandHost host, string profile, CancellationToken cancellation)
    {
        var naming = await NamingAsync(host, profile, cancellation);
        return naming.Length == 0 ? null : $"Still named by {string.Join(", ", naming)}: DESTCONFIG EDIT NAME bounce_profile= takes it out.";
    }

    private static async Task<string?> IdleAsync(ICommandHost host, string profile, CancellationToken cancellation) =>
        profile.Equals(BounceProfile.DefaultName, StringComparison.OrdinalIgnoreCase) || (await NamingAsync(host, profile, cancellation)).Length > 0
            ? null
            : $"{profile} is stored. No destination names it yet: DESTCONFIG NEW or EDIT DESTINATION bounce_profile={profile} puts it into force there.";

    // The destinations whose rows name a profile.
    private static async Task<string[]> NamingAsync(ICommandHost host, string profile, CancellationToken cancellation)
    {
        var rows = await host.Operations.Controls.ListAsync(cancellation);
        return [.. rows.Where(row => row.Values.Any(value => value.Key == "bounce_profile" && value.Value.Equals(profile, StringComparison.OrdinalIgnoreCase))).Select(row => row.Name)];
    }
}

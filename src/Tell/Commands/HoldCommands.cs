using System.Globalization;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>PROCESS_HELD and QUOTA: mail that waits for its recipients, and how full their mail files are.</summary>
internal static class HoldCommands
{
    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "PROCESS_HELD",
            Form = "[USER]",
            Group = "Mail",
            Place = CommandPlace.Data,
            Summary = "Release the mail that was held for recipients who are not on hold any more, or for one of them.",
            Detail = "Mail for a person whose Person document says onHold waits in MAIL.BOX as Held documents.\nTo let somebody's mail through: NAMES SET USER onHold=, then PROCESS_HELD.\nUSER is the name of the mail file. What is released runs through routing again: forwarding and quota count anew.",
            Handler = call => ReleaseAsync(host.Operations.Holds, call),
        },
        new()
        {
            Words = "QUOTA",
            Form = "[USER]",
            Group = "Mail",
            Place = CommandPlace.Data,
            Summary = "Show how full the mail files are, and which are over quota since when.",
            Detail = "A message for a mail file that has no room waits until SMTPMTA_QuotaGracePeriod has passed since then, and is given back after that. Times are UTC.\nNAMES SET USER quota=500M gives a user more room, SMTPMTA_DefaultQuota all who have no quota of their own.",
            Handler = call => QuotaAsync(host.Operations.Quotas, call),
        },
    ];

    private static async Task<bool> ReleaseAsync(HoldDesk desk, CommandCall call)
    {
        if (call.Arguments.Count > 1)
            return call.Usage();
        var release = await desk.ReleaseAsync(call.Arguments.FirstOrDefault(), call.By, call.Cancellation);
        call.Answer.Line($"{Number(release.Released)} released.");
        foreach (var (user, documents) in release.StillHeld)
            call.Answer.Line($"{user} is still on hold: {Number(documents)} {(documents == 1 ? "stays" : "stay")}.");
        return true;

        static string Number(long documents) => Count.Of((int)Math.Min(int.MaxValue, documents), "document");
    }

    private static async Task<bool> QuotaAsync(QuotaDesk desk, CommandCall call)
    {
        if (call.Arguments.Count > 1)
            return call.Usage();
        var files = await desk.ShowAsync(call.Arguments.FirstOrDefault(), call.Cancellation);
        if (files.Count == 0 && call.Arguments is [var user])
            return call.Refuse($"{user} has no mail file.");
        if (files.Count > 0)
            call.Answer.Table([["  User", "Used".PadLeft(13), "Quota".PadLeft(13), "%".PadLeft(4), "Over since"], .. files.Select(file => (string[])
            [
                "  " + file.User,
                file.Used.ToString("N0", CultureInfo.InvariantCulture).PadLeft(13),
                (file.Quota?.ToString("N0", CultureInfo.InvariantCulture) ?? "none").PadLeft(13),
                (file.Percent?.ToString("0", CultureInfo.InvariantCulture) ?? "").PadLeft(4),
                file.Problem ?? file.OverSince?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "",
            ])]);
        call.Answer.Line(Count.Of(files.Count, "mail file"));
        return true;
    }
}

using System.Collections.Immutable;
using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>
/// The columns of a channel's account that belong to no document: they are counters under the names of the account, since a refusal and a
/// connection have no settlement to travel with.
/// </summary>
internal static class Door
{
    /// <summary>The counters of a channel.</summary>
    public static ImmutableArray<string> All(string channel) =>
        [RejectedMessages(channel), RejectedRecipients(channel), RejectedOctets(channel), InAssociations(channel), OutAssociations(channel)];

    /// <summary>The account of a channel with them in it.</summary>
    public static Traffic AddTo(Traffic account, string channel, IReadOnlyDictionary<string, long> counters) => account with
    {
        Rejected = new Amount(counters.GetValueOrDefault(RejectedMessages(channel)), counters.GetValueOrDefault(RejectedRecipients(channel)), counters.GetValueOrDefault(RejectedOctets(channel))),
        InAssociations = counters.GetValueOrDefault(InAssociations(channel)),
        OutAssociations = counters.GetValueOrDefault(OutAssociations(channel)),
    };

    /// <summary>Messages refused at the door.</summary>
    public static string RejectedMessages(string channel) => $"MTA.Channel.{channel}.Rejected.Messages";

    /// <summary>Recipients refused at the door.</summary>
    public static string RejectedRecipients(string channel) => $"MTA.Channel.{channel}.Rejected.Recipients";

    /// <summary>The octets that had come of what was refused.</summary>
    public static string RejectedOctets(string channel) => $"MTA.Channel.{channel}.Rejected.Octets";

    /// <summary>Inbound sessions.</summary>
    public static string InAssociations(string channel) => $"MTA.Channel.{channel}.InAssociations";

    /// <summary>Outbound sessions.</summary>
    public static string OutAssociations(string channel) => $"MTA.Channel.{channel}.OutAssociations";
}

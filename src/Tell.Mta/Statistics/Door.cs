using System.Collections.Immutable;
using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>
/// What of a channel's account belongs to no document: counters under the names of the account, since a refusal and a connection have no
/// settlement to travel with.
/// </summary>
/// <param name="Rejected">Refused at the door.</param>
/// <param name="InAssociations">Inbound associations (connections).</param>
/// <param name="OutAssociations">Outbound associations.</param>
public sealed record Door(Amount Rejected, long InAssociations, long OutAssociations)
{
    /// <summary>Nothing was refused, nobody came.</summary>
    public static Door None { get; } = new(default, 0, 0);

    /// <summary>The counters of a channel.</summary>
    public static ImmutableArray<string> CountersOf(string channel) =>
        [MessagesOf(channel), RecipientsOf(channel), OctetsOf(channel), InAssociationsOf(channel), OutAssociationsOf(channel)];

    /// <summary>The values of a channel.</summary>
    public static Door Of(string channel, IReadOnlyDictionary<string, long> counters) => new(
        new Amount(counters.GetValueOrDefault(MessagesOf(channel)), counters.GetValueOrDefault(RecipientsOf(channel)), counters.GetValueOrDefault(OctetsOf(channel))),
        counters.GetValueOrDefault(InAssociationsOf(channel)),
        counters.GetValueOrDefault(OutAssociationsOf(channel)));

    /// <summary>The counter of messages refused.</summary>
    public static string MessagesOf(string channel) => $"MTA.Channel.{channel}.Rejected.Messages";

    /// <summary>The counter of recipients refused.</summary>
    public static string RecipientsOf(string channel) => $"MTA.Channel.{channel}.Rejected.Recipients";

    /// <summary>The counter of the octets that had come of what was refused.</summary>
    public static string OctetsOf(string channel) => $"MTA.Channel.{channel}.Rejected.Octets";

    /// <summary>The counter of inbound associations.</summary>
    public static string InAssociationsOf(string channel) => $"MTA.Channel.{channel}.InAssociations";

    /// <summary>The counter of outbound associations.</summary>
    public static string OutAssociationsOf(string channel) => $"MTA.Channel.{channel}.OutAssociations";
}

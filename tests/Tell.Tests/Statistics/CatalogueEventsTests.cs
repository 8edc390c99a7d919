using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Tell.Mta.Statistics;

namespace Tell.Tests.Statistics;

/// <summary>Each counter of the catalogue with the event that moves it, and where it is moved: nothing is counted that is not listed, nothing listed that is not counted.</summary>
public sealed class CatalogueEventsTests
{
    private const string
        Put = "in the transaction that puts the document", Settle = "in the settlement of the document", Next = "with the next transaction: it belongs to no document",
        Own = "in a transaction of its own", Coming = "with the reports and the lifecycle of a document";

    private static readonly Dictionary<string, (string When, string File)> Events = new()
    {
        [Stat.Received] = (Put, "Inbound/IncomingDocument.cs"),
        [Stat.ReceivedRecipients] = (Put, "Inbound/IncomingDocument.cs"),
        [Stat.ReceivedOctets] = (Put, "Inbound/IncomingDocument.cs"),
        [Stat.Submitted] = (Put, "Operations/MemoSubmission.cs"),
        [Stat.SubmittedRecipients] = (Put, "Operations/MemoSubmission.cs"),
        [Stat.PickedUp] = (Put, "Pickup/PickupTask.cs"),
        [Stat.PickedUpBad] = (Next, "Pickup/PickupTask.cs"),
        [Stat.ConvertedInbound] = (Settle, "Inbound/InboundConversionHandler.cs"),
        [Stat.ConvertedOutbound] = (Settle, "Outbound/OutboundConversionHandler.cs"),
        [Stat.Relayed] = (Settle, "Inbound/InboundConversionHandler.cs"),
        [Stat.Filed] = (Settle, "LocalDelivery/Router.cs"),
        [Stat.ItemizeErrors] = (Settle, "LocalDelivery/Router.cs"),
        [Stat.Forwarded] = (Settle, "LocalDelivery/Router.cs"),
        [Stat.Expanded] = (Settle, "LocalDelivery/Router.cs"),
        [Stat.Held] = (Settle, "LocalDelivery/RouterWork.cs"),
        [Stat.OverQuota] = (Settle, "LocalDelivery/Router.cs"),
        [Stat.Attempts] = (Settle, "Outbound/OutboundOutcome.cs"),
        [Stat.Delivered] = (Settle, "Outbound/OutboundOutcome.cs"),
        [Stat.DeliveredRecipients] = (Settle, "Outbound/OutboundOutcome.cs"),
        [Stat.DeliveredOctets] = (Settle, "Outbound/OutboundOutcome.cs"),
        [Stat.Deferred] = (Settle, "Outbound/OutboundOutcome.cs"),
        [Stat.FailedRecipients] = (Settle, "Outbound/OutboundOutcome.cs"),
        [Stat.Expired] = (Settle, "Outbound/OutboundOutcome.cs"),
        [Stat.InDoubt] = (Settle, "Outbound/OutboundOutcome.cs"),
        [Stat.Reports] = (Settle, "Reports"),
        [Stat.Dead] = (Settle, "Reports/FinishedSettling.cs"),
        [Stat.DeliveryReports] = (Coming, ""),
        [Stat.DelayReports] = (Coming, ""),
        [Stat.TraceReports] = (Coming, ""),
        [Stat.SuppressedRecipients] = (Coming, ""),
        [Stat.ReportsDelayed] = (Coming, ""),
        [Stat.Receipts] = (Coming, ""),
        [Stat.Loops] = (Coming, ""),
        [Stat.Duplicates] = (Coming, ""),
        [Stat.DeadRetried] = (Coming, ""),
        [Stat.Released] = (Coming, ""),
        [Stat.RemovedRecipients] = (Coming, ""),
        [Stat.InDoubtHeld] = (Coming, ""),
        [Stat.InDoubtAssumed] = (Coming, ""),
        [Stat.InDoubtRepeated] = (Coming, ""),
        [Stat.Connections] = (Next, "Inbound/SessionHandler.cs"),
        [Stat.ConnectionsRefused] = (Next, "Inbound/SessionHandler.cs"),
        [Stat.AccessRefused] = (Next, "Inbound/Limits.cs"),
        [Stat.LimitedSessions] = (Next, "Inbound/Limits.cs"),
        [Stat.LimitedConnections] = (Next, "Inbound/Limits.cs"),
        [Stat.LimitedErrors] = (Next, "Inbound/Limits.cs"),
        [Stat.LimitedMessages] = (Next, "Inbound/Limits.cs"),
        [Stat.LimitedRecipients] = (Next, "Inbound/Limits.cs"),
        [Stat.LimitedOctets] = (Next, "Inbound/Limits.cs"),
        [Stat.Overloads] = (Next, "Inbound/Pressure.cs"),
        [Stat.OverloadDelayed] = (Next, "Inbound/Pressure.cs"),
        [Stat.OverloadRefused] = (Next, "Inbound/Pressure.cs"),
        [Stat.RefusedSenders] = (Next, "Inbound/SubmissionReceiver.cs"),
        [Stat.RefusedRecipients] = (Next, "Inbound/SessionIntake.cs"),
        [Stat.RefusedMessages] = (Next, "Inbound/IncomingDocument.cs"),
        [Stat.ConnectionsOutbound] = (Next, "Outbound/OutboundSession.cs"),
        [Stat.TlsSessions] = (Next, "Security/TlsPolicies.cs"),
        [Stat.TlsVerified] = (Next, "Security/TlsPolicies.cs"),
        [Stat.TlsClear] = (Next, "Security/TlsPolicies.cs"),
        [Stat.TlsFailed] = (Next, "Security/TlsPolicies.cs"),
        [Stat.TlsReports] = (Next, "Security/TlsRpt/TlsReportTask.cs"),
        [Stat.DrtPolls] = (Next, "Reports/DeliveryReportTask.cs"),
        [Stat.Housekeepings] = (Own, "Controller/AddInController.cs"),
    };

    private static readonly IReadOnlyDictionary<string, string> Fields = typeof(Stat).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => (string)field.GetRawConstantValue()!, field => field.Name);

    [Fact]
    public void Every_counter_has_its_event() => Assert.Equal(StatisticsCatalogue.Counters.Keys, Events.Keys.Order(StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void Every_event_is_counted_where_the_list_says()
    {
        foreach (var (name, (when, file)) in Events.Where(pair => pair.Value.When != Coming))
            Assert.True(Sources(file).Any(text => text.Contains($"Stat.{Fields[name]}", StringComparison.Ordinal)), $"{name} is to be counted {when}, in {file}");
    }

    // What belongs to a document is never counted beside its transaction.
    [Fact]
    public void No_counter_of_a_document_joins_the_next_transaction()
    {
        foreach (var (name, (when, _)) in Events.Where(pair => pair.Value.When is Put or Settle))
            Assert.DoesNotContain(Sources(""), text => Regex.IsMatch(text, $@"(Gauges\.Add|Queues\.Count)\((Statistics\.)?Stat\.{Fields[name]}\b"));
    }

    private static IEnumerable<string> Sources(string file, [CallerFilePath] string here = "")
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "Tell.Mta", file));
        return File.Exists(path) ? [File.ReadAllText(path)] : Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
    }
}

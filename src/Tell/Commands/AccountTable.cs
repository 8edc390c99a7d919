using System.Globalization;
using Tell.Documents;
using Tell.Mta.Statistics;

namespace Tell.Commands;

/// <summary>Accounts as Sun's counters show them (seed 004), with octets for its blocks.</summary>
internal static class AccountTable
{
    /// <summary>The heading.</summary>
    public static void Heading(Answer answer, string first)
    {
        answer.Line($"{first,-16} {"Messages",12} {"Recipients",13} {"Octets",15}");
        answer.Line($"{new string('-', first.Length),-16} {"--------",12} {"----------",13} {"------",15}");
    }

    /// <summary>One account.</summary>
    public static void Show(Answer answer, Account account)
    {
        var traffic = account.Traffic;
        answer.Line(account.Name);
        Row("Received", traffic.Received);
        Row("Stored", account.Stored);
        Row("Delivered", traffic.Delivered, Number($" ({traffic.DeliveredFirst} first time)"));
        if (account.Door is not null)
            Row("Submitted", traffic.Submitted);
        Row("Attempted", traffic.Attempted);
        if (account.Door is not null)
            Row("Rejected", account.Door.Rejected);
        Row("Failed", traffic.Failed);
        answer.Line();
        answer.Line($"   Queue time/count        {Quotient(traffic.QueueTime, account.Timed)}");
        answer.Line($"   Queue first time/count  {Quotient(traffic.QueueTimeFirst, traffic.DeliveredFirst)}");
        if (account.Door is { } door)
        {
            var (p50, p90, p99) = account.Percentiles;
            answer.Line($"   Queue time p50 p90 p99  {Seconds(p50)} {Seconds(p90)} {Seconds(p99)}");
            answer.Line();
            answer.Line(Number($"   Total In Assocs   {door.InAssociations,17}"));
            answer.Line(Number($"   Total Out Assocs  {door.OutAssociations,17}"));
        }
        answer.Line();

        void Row(string name, Amount amount, string more = "") =>
            answer.Line(Number($"   {name,-13} {amount.Messages,12} {amount.Recipients,13} {amount.Octets,15}") + more);
    }

    private static string Quotient(long milliseconds, long count) =>
        Number($"{Seconds(milliseconds)}/{count} = {(count == 0 ? 0 : milliseconds / 1000.0 / count):0.00}");

    private static string Seconds(long milliseconds) => (milliseconds / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

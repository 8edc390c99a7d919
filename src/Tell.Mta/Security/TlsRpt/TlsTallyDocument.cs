using System.Globalization;
using Tell.Documents;

namespace Tell.Mta.Security.TlsRpt;

/// <summary>A tally as it is kept in the database "tlsrpt": form "TLS Tally".</summary>
internal static class TlsTallyDocument
{
    /// <summary>The form.</summary>
    public const string Form = "TLS Tally";

    private const char Between = '\t';

    /// <summary>The document.</summary>
    public static Document Of(TlsTally tally) => new()
    {
        Id = tally.Id,
        Form = Form,
        Items =
        [
            Item.OfText("Day", tally.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            Item.OfText("Domain", tally.Policy.Domain),
            Item.OfText("PolicyType", tally.Policy.Type.ToString()),
            Item.OfText("Policy", tally.Policy.Strings),
            Item.OfText("Mx", tally.Policy.MxPatterns),
            Item.OfNumber("Sessions", tally.Successes, tally.Failures),
            Item.OfText("Failures", [.. tally.Details.Select(Line)]),
        ],
    };

    /// <summary>Reads a document; null where it is none of ours.</summary>
    public static TlsTally? Read(Document document)
    {
        if (!DateOnly.TryParseExact(document["Day"]?.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            || document["Domain"]?.Text is not { Length: > 0 } domain
            || !Enum.TryParse<TlsPolicyType>(document["PolicyType"]?.Text, out var type)
            || document["Sessions"]?.Numbers is not [var successes, var failures])
            return null;
        var tally = new TlsTally(day, new TlsPolicy(type, domain) { Strings = document["Policy"]?.Texts ?? [], MxPatterns = document["Mx"]?.Texts ?? [] }) { Id = document.Id };
        tally.Succeeded((long)successes);
        foreach (var line in document["Failures"]?.Texts ?? [])
        {
            if (line.Split(Between) is [var result, var ours, var mx, var theirs, var reason, var count] && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var sessions))
                tally.Failed(new TlsFailureDetail(result, ours, mx, theirs, reason), sessions);
        }
        tally.FailedOtherwise((long)failures - tally.Failures);
        tally.IsChanged = false;
        return tally;
    }

    // Names, addresses and words of ours: none holds a tab.
    private static string Line(KeyValuePair<TlsFailureDetail, long> failure) => string.Join(Between,
        failure.Key.Result, failure.Key.SendingIp, failure.Key.Mx, failure.Key.ReceivingIp, failure.Key.Reason, failure.Value.ToString(CultureInfo.InvariantCulture));
}

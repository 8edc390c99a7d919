using Tell.Documents;

namespace Tell.Mta.Security.Sts;

/// <summary>A policy as it is kept: form "MTA-STS Policy".</summary>
/// <param name="Id">The id of the document.</param>
/// <param name="Domain">Whose it is.</param>
/// <param name="PolicyId">The id that the TXT record had when it was fetched.</param>
/// <param name="Policy">What it says.</param>
/// <param name="Fetched">When it was fetched.</param>
public sealed record StsEntry(Unid Id, string Domain, string PolicyId, StsPolicy Policy, DateTimeOffset Fetched)
{
    /// <summary>Until when it holds.</summary>
    public DateTimeOffset Expires => Fetched + Policy.MaxAge;

    /// <summary>The document.</summary>
    public Document ToDocument() => new()
    {
        Id = Id,
        Form = Forms.StsPolicy,
        Items =
        [
            Item.OfText("Domain", Domain),
            Item.OfText("PolicyId", PolicyId),
            Item.OfText("Mode", Policy.Mode.ToString().ToLowerInvariant()),
            Item.OfText("Mx", Policy.MxPatterns),
            Item.OfNumber("MaxAge", Policy.MaxAge.TotalSeconds),
            Item.OfTime("Fetched", Fetched),
            Item.OfTime("Expires", Expires),
        ],
    };

    /// <summary>Reads a document; null where it is none of ours.</summary>
    public static StsEntry? Of(Document document) =>
        document["Domain"]?.Text is { Length: > 0 } domain
        && Enum.TryParse<StsMode>(document["Mode"]?.Text, ignoreCase: true, out var mode)
        && document["MaxAge"]?.Numbers is [var age and >= 0 and <= int.MaxValue, ..]
        && document["Fetched"]?.Times is [var fetched, ..]
            ? new StsEntry(document.Id, domain, document["PolicyId"]?.Text ?? "", new StsPolicy(mode, document["Mx"]?.Texts ?? [], TimeSpan.FromSeconds(age)), fetched)
            : null;
}

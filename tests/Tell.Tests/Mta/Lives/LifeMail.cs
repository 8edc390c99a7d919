using System.Text.RegularExpressions;
using Tell.Mail;

namespace Tell.Tests.Mta.Lives;

/// <summary>A message that one of the nodes took.</summary>
/// <param name="Token">Its subject, which no other message has: "m1x".</param>
/// <param name="Sender">Who sent it; null for nobody.</param>
/// <param name="Recipients">Those who were accepted, with what the sender wants to know.</param>
/// <param name="Certain">False where its sender never heard whether it was taken: then it may be nowhere.</param>
internal sealed partial record LifeMail(string Token, string? Sender, IReadOnlyList<Recipient> Recipients, bool Certain)
{
    /// <summary>True where it was put into a queue by the node itself, and not sent to it.</summary>
    public bool IsSubmitted { get; init; }

    /// <summary>True where its sender said by when it wants to hear of it (RFC 2852, mode N).</summary>
    public bool HasDeadline { get; init; }

    /// <summary>The node that makes Trace Reports on it; -1 where none does.</summary>
    public int TracedBy { get; init; } = -1;

    /// <summary>The token of a message, or of what a report returns; "" where there is none.</summary>
    public static string TokenOf(string message) => Subject().Match(message) is { Success: true } match ? match.Groups[1].Value : "";

    [GeneratedRegex(@"^Subject: *(m\d+x)\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Subject();
}

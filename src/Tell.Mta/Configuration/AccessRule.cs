using System.Globalization;
using System.Net;

namespace Tell.Mta.Configuration;

/// <summary>One rule of SMTPMTA_PortAccess (facts: sun A8, PORT_ACCESS): decided before the banner; the first rule whose network holds the client counts.</summary>
/// <param name="Network">Whom it is for.</param>
/// <param name="Decision">What becomes of the connection.</param>
/// <param name="Limit">For Limit: the most sessions at a time of the whole network; else 0.</param>
public sealed record AccessRule(IPNetwork Network, AccessDecision Decision, int Limit = 0)
{
    /// <summary>Reads "192.0.2.0/24=accept", "=refuse" or "=limit:20".</summary>
    public static bool TryParse(string text, out AccessRule rule)
    {
        rule = null!;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || !SettingTypes.TryNetwork(text[..equals].Trim(), out var network))
            return false;
        var word = text[(equals + 1)..].Trim().ToLowerInvariant();
        if (word is "accept" or "refuse")
        {
            rule = new AccessRule(network, word == "accept" ? AccessDecision.Accept : AccessDecision.Refuse);
            return true;
        }
        if (!word.StartsWith("limit:", StringComparison.Ordinal) || !int.TryParse(word["limit:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit < 1)
            return false;
        rule = new AccessRule(network, AccessDecision.Limit, limit);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Decision == AccessDecision.Limit
        ? string.Create(CultureInfo.InvariantCulture, $"{Network}=limit:{Limit}")
        : $"{Network}={Decision.ToString().ToLowerInvariant()}";
}

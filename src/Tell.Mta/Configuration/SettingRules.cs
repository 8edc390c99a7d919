using System.Net;

namespace Tell.Mta.Configuration;

/// <summary>What no single setting can tell: settings that contradict each other, or that together do harm.</summary>
internal static class SettingRules
{
    /// <summary>Every problem: the setting to change, whether the configuration cannot be used because of it, and the reason.</summary>
    public static IEnumerable<(string Setting, bool IsError, string Reason)> Problems(MtaSettings settings)
    {
        foreach (var network in settings.RelayClients.Where(IsEverybody))
            yield return ("RelayClients", false, $"{network} lets everybody relay: an open relay");
        foreach (var (name, network) in settings.XclientFrom.Select(network => ("XclientFrom", network)).Concat(settings.ProxyFrom.Select(network => ("ProxyFrom", network))))
        {
            if (IsEverybody(network))
                yield return (name, false, $"{network} lets everybody pass for anybody: no limit and no rule of access holds");
        }
        if (settings.TlsKey.Length > 0 && settings.TlsKey.Length != settings.TlsCertificate.Length)
            yield return ("TlsKey", true, $"{Count(settings.TlsKey.Length, "key")} for {Count(settings.TlsCertificate.Length, "certificate")}: one for each, or none where they stand in the same files");
        if (settings.SubmissionTlsListen.Length > 0 && settings.TlsCertificate.IsEmpty)
            yield return ("SubmissionTlsListen", true, "TLS needs a certificate: SMTPMTA_TlsCertificate is empty");
        if (settings.SubmissionListen.Length > 0 && settings.TlsCertificate.IsEmpty && !settings.AuthWithoutTls)
            yield return ("SubmissionListen", false, "nobody can authenticate here: SMTPMTA_TlsCertificate is empty, and SMTPMTA_AuthWithoutTls is off");
        foreach (var endpoint in Twice(settings))
            yield return ("Listen", true, $"{endpoint} is asked for twice; a listener has one purpose");
    }

    private static bool IsEverybody(IPNetwork network) => network.PrefixLength == 0;

    private static IEnumerable<IPEndPoint> Twice(MtaSettings settings) => settings.Listen
        .Concat(settings.SubmissionListen)
        .Concat(settings.SubmissionTlsListen)
        .Where(endpoint => endpoint.Port != 0)
        .GroupBy(endpoint => endpoint)
        .Where(group => group.Count() > 1)
        .Select(group => group.Key);

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}

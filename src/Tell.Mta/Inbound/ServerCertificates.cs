using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tell.Mta.Configuration;
using Tell.Smtp.Tls;

namespace Tell.Mta.Inbound;

/// <summary>
/// The certificates that the listeners share: those of the settings, read again when their files change, or those that a host brings. Bad
/// files never take the place of good ones. A certificate that ends within two weeks is warned of once a day.
/// </summary>
public sealed partial class ServerCertificates
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14), Day = TimeSpan.FromDays(1);

    private readonly MtaContext _context;
    private readonly ILogger _log;
    private ImmutableArray<string> _certificates = [], _keys = [];
    private TlsCertificates? _loaded;
    private string _problem = "";
    private DateTimeOffset _warned;

    internal ServerCertificates(MtaContext context, ILogger log) => (_context, _log) = (context, log);

    /// <summary>What is shown to clients now; null where TLS is not offered.</summary>
    internal ITlsCertificates? Current => _context.Certificates ?? (ITlsCertificates?)_loaded;

    /// <summary>What keeps the certificates of settings from being used, with file and reason; empty where nothing does.</summary>
    public static ImmutableArray<string> Problems(MtaSettings settings)
    {
        if (settings.TlsCertificate.IsEmpty)
            return [];
        TlsCertificates.Load(CertificateFiles.Pair(settings.TlsCertificate, settings.TlsKey), out var problems);
        return problems;
    }

    /// <summary>Before the listeners open.</summary>
    /// <exception cref="IOException">A certificate cannot be used; the message says which and why.</exception>
    internal void Load()
    {
        if (Change() is { } problem)
            throw new IOException(problem);
    }

    /// <summary>Looks again: other files of the settings, changed files, certificates that end soon. Returns what cannot be used.</summary>
    internal ImmutableArray<string> Refresh()
    {
        ImmutableArray<string> problems = [];
        if (Change() is { } problem)
        {
            if (problem != _problem)
                LogKept(_log, problem);
            _problem = problem;
            problems = [problem];
        }
        else if (_loaded is not null)
        {
            _problem = "";
            var found = _loaded.Refresh();
            foreach (var changed in found.Changed)
                LogChanged(_log, changed.File);
            foreach (var bad in found.Problems)
                LogKept(_log, bad);
            problems = [.. found.Problems];
        }
        WarnOfEnd();
        return problems;
    }

    // The problem; null where the files of the settings are loaded.
    private string? Change()
    {
        var settings = _context.Settings;
        if (_context.Certificates is not null || (_certificates.SequenceEqual(settings.TlsCertificate) && _keys.SequenceEqual(settings.TlsKey)))
            return null;
        if (settings.TlsCertificate.IsEmpty)
        {
            _loaded = null;
        }
        else
        {
            if (TlsCertificates.Load(CertificateFiles.Pair(settings.TlsCertificate, settings.TlsKey), out var problems) is not { } loaded)
                return string.Join("; ", problems);
            _loaded = loaded;
        }
        (_certificates, _keys) = (settings.TlsCertificate, settings.TlsKey);
        return null;
    }

    private void WarnOfEnd()
    {
        var now = _context.Now;
        if (_loaded is null || now - _warned < Day)
            return;
        foreach (var certificate in _loaded.All.Where(certificate => certificate.NotAfter - now < Soon))
        {
            LogEnds(_log, certificate.File, certificate.NotAfter);
            _warned = now;
        }
    }

    [LoggerMessage(1108, LogLevel.Error, "{Problem}; the certificate that was good before stays in use")]
    private static partial void LogKept(ILogger log, string problem);

    [LoggerMessage(1109, LogLevel.Information, "{File}: the certificate has changed and is in use")]
    private static partial void LogChanged(ILogger log, string file);

    [LoggerMessage(1110, LogLevel.Warning, "{File}: the certificate ends at {End:u}; renew it")]
    private static partial void LogEnds(ILogger log, string file, DateTimeOffset end);
}

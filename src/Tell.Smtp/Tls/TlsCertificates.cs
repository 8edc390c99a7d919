using System.Collections.Immutable;
using System.Net.Security;

namespace Tell.Smtp.Tls;

/// <summary>
/// The certificates of a server, out of PEM files that may change while it runs. A handshake gets a whole certificate with its own key, before
/// a change or after it. Loading and refreshing read files, synchronously.
/// </summary>
public sealed class TlsCertificates : ITlsCertificates
{
    private readonly ImmutableArray<CertificateFiles> _files;
    private readonly string[] _seen;
    private volatile Choice _choice;

    private TlsCertificates(ImmutableArray<CertificateFiles> files, IReadOnlyList<CertificateReading> readings)
    {
        _files = files;
        _seen = [.. readings.Select(reading => reading.State)];
        _choice = new Choice([.. readings.Select(reading => reading.Certificate!)]);
    }

    /// <summary>The certificates in use, in the order of their files: their names, and when they end.</summary>
    public ImmutableArray<TlsCertificate> All => _choice.All;

    /// <summary>The certificates of these files; null, and what is wrong with each of them and what to do, where one is bad.</summary>
    /// <exception cref="ArgumentException">There are no files.</exception>
    public static TlsCertificates? Load(IReadOnlyList<CertificateFiles> files, out ImmutableArray<string> problems)
    {
        ArgumentOutOfRangeException.ThrowIfZero(files.Count, nameof(files));
        var readings = files.Select(file => CertificateReader.Read(file, null)!).ToList();
        problems = [.. readings.Select(reading => reading.Problem).OfType<string>()];
        return problems.IsEmpty ? new TlsCertificates([.. files], readings) : null;
    }

    /// <summary>Reads files that have changed. One call at a time.</summary>
    public CertificateRefresh Refresh()
    {
        var all = All.ToBuilder();
        var changed = ImmutableArray.CreateBuilder<TlsCertificate>();
        var problems = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < _files.Length; i++)
        {
            if (CertificateReader.Read(_files[i], _seen[i]) is not { } reading)
                continue;
            _seen[i] = reading.State;
            if (reading.Problem is not null)
                problems.Add(reading.Problem);
            if (reading.Certificate is null)
                continue;
            all[i] = reading.Certificate;
            changed.Add(reading.Certificate);
        }
        if (changed.Count > 0)
            _choice = new Choice(all.ToImmutable());
        return new CertificateRefresh(changed.ToImmutable(), problems.ToImmutable());
    }

    /// <inheritdoc/>
    public SslStreamCertificateContext Select(string serverName) => _choice.Of(HostNames.Normal(serverName)).Context;

    private sealed class Choice
    {
        private readonly Dictionary<string, TlsCertificate> _byName = new(StringComparer.Ordinal);

        public Choice(ImmutableArray<TlsCertificate> all)
        {
            All = all;
            foreach (var certificate in all)
            {
                foreach (var name in certificate.Names)
                    _byName.TryAdd(name, certificate);
            }
        }

        public ImmutableArray<TlsCertificate> All { get; }

        // The name itself before the pattern for it; of two certificates with the same name the first.
        public TlsCertificate Of(string name)
        {
            if (_byName.TryGetValue(name, out var own))
                return own;
            var dot = name.IndexOf('.');
            return dot > 0 && _byName.TryGetValue($"*{name.AsSpan(dot)}", out var pattern) ? pattern : All[0];
        }
    }
}

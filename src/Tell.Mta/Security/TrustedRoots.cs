using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Tell.Mta.Configuration;

namespace Tell.Mta.Security;

/// <summary>
/// The roots of SMTPMTA_TrustedRoots, read once for each list of files. A file that cannot be read is logged and trusts nobody: with a list
/// of the operator's own the roots of the system never count.
/// </summary>
public sealed partial class TrustedRoots(ILogger log)
{
    private readonly Lock _gate = new();
    private ImmutableArray<string> _files = [];
    private X509Certificate2Collection? _read;

    /// <summary>The roots by these settings; null for those of the system.</summary>
    public X509Certificate2Collection? Of(MtaSettings settings)
    {
        lock (_gate)
        {
            if (_files.SequenceEqual(settings.TrustedRoots))
                return _read;
            _files = settings.TrustedRoots;
            _read = _files.IsEmpty ? null : Read(_files);
            return _read;
        }
    }

    private X509Certificate2Collection Read(ImmutableArray<string> files)
    {
        var roots = new X509Certificate2Collection();
        foreach (var file in files)
        {
            try
            {
                roots.ImportFromPemFile(file);
            }
            catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
            {
                LogUnreadable(log, fault, file);
            }
        }
        return roots;
    }

    [LoggerMessage(1401, LogLevel.Error, "{File}: no root certificates can be read from it; what they vouch for is not trusted")]
    private static partial void LogUnreadable(ILogger log, Exception fault, string file);
}

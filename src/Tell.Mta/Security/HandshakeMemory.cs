using System.Net;
using Tell.Smtp.Tls;

namespace Tell.Mta.Security;

/// <summary>
/// Which handshakes failed lately with whom, so that a host whose TLS does not work costs one failed handshake an hour and not one each
/// session. Bounded: the oldest are forgotten. Safe for concurrent use.
/// </summary>
internal sealed class HandshakeMemory(TimeProvider time)
{
    private const int Most = 10_000;

    private static readonly TimeSpan Length = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(EndPoint Host, TlsVerification Verify), (DateTimeOffset Until, TlsFailure Failure)> _failed = [];
    private readonly Queue<((EndPoint, TlsVerification) Key, DateTimeOffset Until)> _order = new();

    /// <summary>Remembers a failure.</summary>
    public void Remember(EndPoint host, TlsVerification verify, TlsFailure failure)
    {
        lock (_gate)
        {
            var until = time.GetUtcNow() + Length;
            _failed[(host, verify)] = (until, failure);
            _order.Enqueue(((host, verify), until));
            while (_order.Count > 0 && (_order.Count > Most || _order.Peek().Until <= time.GetUtcNow()))
            {
                var (key, end) = _order.Dequeue();
                if (_failed.TryGetValue(key, out var kept) && kept.Until == end)
                    _failed.Remove(key);
            }
        }
    }

    /// <summary>The failure that is remembered; null for none.</summary>
    public TlsFailure? Find(EndPoint host, TlsVerification verify)
    {
        lock (_gate)
            return _failed.TryGetValue((host, verify), out var kept) && kept.Until > time.GetUtcNow() ? kept.Failure : null;
    }
}

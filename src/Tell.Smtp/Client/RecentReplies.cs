using System.Diagnostics.CodeAnalysis;

namespace Tell.Smtp.Client;

/// <summary>
/// The last few replies of a session by their octets: "250 2.1.0 Ok" comes with every message, and need not be made anew each time.
/// </summary>
internal sealed class RecentReplies
{
    private const int MaxOctets = 64;

    private readonly (byte[] Octets, Reply Reply)[] _kept = new (byte[], Reply)[6];
    private int _next;

    public bool TryGet(ReadOnlySpan<byte> line, [NotNullWhen(true)] out Reply? reply)
    {
        foreach (var (octets, kept) in _kept)
        {
            if (octets is not null && line.SequenceEqual(octets))
            {
                reply = kept;
                return true;
            }
        }
        reply = null;
        return false;
    }

    public void Add(ReadOnlySpan<byte> line, Reply reply)
    {
        // Long replies tend to hold a queue id: they would only push the useful ones out.
        if (line.Length > MaxOctets || line.ContainsAnyInRange((byte)'0', (byte)'9') && line.Length > 40)
            return;
        _kept[_next] = (line.ToArray(), reply);
        _next = (_next + 1) % _kept.Length;
    }
}

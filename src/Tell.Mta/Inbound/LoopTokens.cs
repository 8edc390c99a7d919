using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Tell.Mta.Inbound;

/// <summary>
/// What our listeners offer with XLOOP: another word in each session, known as ours while that session is open. Everybody may read one and repeat it: it only
/// tells us that we talk to ourselves where its session began after we began to connect, so that whoever wants to be taken for us has to
/// pass our own connection on to us. Safe for concurrent use.
/// </summary>
/// <param name="key">What nobody else knows: from it all words are made.</param>
/// <param name="time">The clock.</param>
internal sealed class LoopTokens(byte[] key, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, long> _open = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>The time as <see cref="LeadsHere"/> wants it: of any two moments the later one is not less.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>The word of a session that begins; it is known until it is disposed.</summary>
    public LoopToken Begin()
    {
        Span<byte> number = stackalloc byte[sizeof(long)], word = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(number, Interlocked.Increment(ref _number));
        HMACSHA256.HashData(key, number, word);
        var text = Convert.ToHexStringLower(word[..16]);
        _open[text] = Now;
        return new LoopToken(this, text);
    }

    /// <summary>True where a word that a peer offers is that of a session of ours that is open, and began at that time or later: it is our connection.</summary>
    public bool LeadsHere(string? word, long since) => word is not null && _open.TryGetValue(word, out var began) && began >= since;

    internal void End(string word) => _open.TryRemove(word, out _);
}

namespace Tell.Documents;

/// <summary>Makes UNIDs: each larger than all before it, also when the clock goes back. Safe to call from any thread.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">The source of the lower half; used under a lock.</param>
/// <param name="after">The largest <see cref="Unid.High"/> that the store already holds; 0 for none.</param>
public sealed class UnidSource(TimeProvider time, Random random, ulong after = 0)
{
    private readonly Lock _gate = new();
    private ulong _last = after;

    /// <summary>A new id.</summary>
    public Unid Next()
    {
        var now = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() << Unid.SequenceBits;
        lock (_gate)
        {
            _last = Math.Max(now, _last + 1);
            return new Unid(_last, (ulong)random.NextInt64());
        }
    }
}

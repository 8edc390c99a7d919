namespace Tell.Mta.Reports;

/// <summary>
/// So many at once, and the others evenly, one after each step (generic cell rate algorithm). What flows is known by one time: its end, when all that was let
/// through would have left at the even pace.
/// </summary>
/// <param name="Burst">How many at once; at least 1.</param>
/// <param name="Step">The time of one.</param>
internal readonly record struct Flow(int Burst, TimeSpan Step)
{
    /// <summary>So many a minute, at least 1: those of six seconds at once.</summary>
    public static Flow OfMinute(int most) => new(Math.Max(1, most / 10), TimeSpan.FromMinutes(1) / most);

    /// <summary>So many in any hour, at least 1, wherever it begins: a tenth of them at once.</summary>
    public static Flow OfHour(int most)
    {
        var burst = Math.Max(1, most / 10);
        return new Flow(burst, TimeSpan.FromHours(1) / Math.Max(1, most - burst));
    }

    /// <summary>Lets one through at its turn, which is not later than now where that may be at once.</summary>
    public DateTimeOffset Take(ref DateTimeOffset end, DateTimeOffset now)
    {
        var from = end < now ? now : end;
        end = from + Step;
        return from - Step * (Burst - 1);
    }

    /// <summary>How many may go now.</summary>
    public int Free(DateTimeOffset end, DateTimeOffset now) => end <= now ? Burst : (int)Math.Max(0, Math.Floor(Burst - (end - now) / Step));

    /// <summary>When so many may go at once; at most <see cref="Burst"/>.</summary>
    public DateTimeOffset WhenFree(int many, DateTimeOffset end) => end - Step * (Burst - many);
}

using System.Globalization;
using Tell.Documents;
using Tell.Mta.Configuration;

namespace Tell.Mta.Inbound;

/// <summary>One look at what presses, and what follows from it: pure.</summary>
/// <param name="Level">From 0, where intake slows, to 1, where it stops; below and above as far as it goes. The worst of the causes.</param>
/// <param name="Cause">Which that is.</param>
/// <param name="Words">Its figures for the log: "free space 150 MB, refused below 100 MB".</param>
internal sealed record PressureReading(double Level, PressureCause Cause, string Words)
{
    // Between the marks a stage stays as it is: what swings around one of them neither flaps nor cries each time.
    private const double CalmBelow = -0.1, ResumeBelow = 0.8;

    /// <summary>The octets that a message may still take; null where space is not watched.</summary>
    public long? Room { get; private init; }

    /// <summary>No cause is watched, or none can tell.</summary>
    public static PressureReading None { get; } = new(-1, PressureCause.Space, "");

    /// <summary>Where each cause stands between its marks: three times the least space and the least; half of the most documents and the most; a quarter of the longest commit and the longest.</summary>
    public static PressureReading Of(MtaSettings settings, StoreSpace? space, long waiting, TimeSpan latency)
    {
        var worst = None;
        long? left = null;
        if (settings.MinFreeSpace > 0 && space is { Total: > 0 } room)
        {
            // No more than a tenth of a small disk, or a small disk would take no mail at all.
            var least = Math.Min(settings.MinFreeSpace, room.Total / 10);
            left = room.Free - least;
            Consider(new(Between(room.Free, 3 * least, least), PressureCause.Space,
                string.Create(CultureInfo.InvariantCulture, $"free space {Megabytes(room.Free)} MB, refused below {Megabytes(least)} MB")));
        }
        if (settings.MaxQueued > 0)
        {
            Consider(new(Between(waiting, settings.MaxQueued / 2.0, settings.MaxQueued), PressureCause.Queue,
                string.Create(CultureInfo.InvariantCulture, $"{waiting} documents wait, refused above {settings.MaxQueued}")));
        }
        Consider(new(Between(latency.TotalSeconds, settings.MaxStoreLatency.TotalSeconds / 4, settings.MaxStoreLatency.TotalSeconds), PressureCause.Latency,
            string.Create(CultureInfo.InvariantCulture, $"a commit takes {latency.TotalSeconds:0.0} s, refused above {settings.MaxStoreLatency.TotalSeconds:0.0} s")));
        return worst with { Room = left };

        void Consider(PressureReading other)
        {
            if (other.Level > worst.Level)
                worst = other;
        }
    }

    /// <summary>The stage after this reading.</summary>
    public PressureStage After(PressureStage before) => this switch
    {
        { Level: >= 1 } => PressureStage.Refusing,
        { Level: >= ResumeBelow } when before == PressureStage.Refusing => PressureStage.Refusing,
        { Level: >= 0 } => PressureStage.Slowing,
        { Level: >= CalmBelow } when before != PressureStage.Calm => PressureStage.Slowing,
        _ => PressureStage.Calm,
    };

    private static double Between(double value, double low, double high) => (value - low) / (high - low);

    private static string Megabytes(long octets) => (octets / (1024.0 * 1024)).ToString(octets < 10 << 20 ? "0.0" : "0", CultureInfo.InvariantCulture);
}

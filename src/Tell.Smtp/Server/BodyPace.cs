namespace Tell.Smtp.Server;

/// <summary>
/// How fast a body comes, on average since it began (<see cref="ServerOptions.MinDataRate"/>). The time that the receiver took to write
/// is not the client's. Without a limit it costs nothing.
/// </summary>
internal sealed class BodyPace(SessionState session)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly long _began = session.Options.MinDataRate > 0 ? session.Clock.GetTimestamp() : 0;
    private TimeSpan _ours;

    /// <summary>True where so many octets are too few for the time that they took.</summary>
    public bool IsTooSlow(long octets)
    {
        if (session.Options.MinDataRate <= 0)
            return false;
        var took = session.Clock.GetElapsedTime(_began) - _ours;
        return took >= Grace && octets < took.TotalSeconds * session.Options.MinDataRate;
    }

    /// <summary>Awaits what the receiver does.</summary>
    public ValueTask<Reply?> ExceptAsync(ValueTask<Reply?> work) =>
        work.IsCompleted || session.Options.MinDataRate <= 0 ? work : MeasureAsync(work);

    private async ValueTask<Reply?> MeasureAsync(ValueTask<Reply?> work)
    {
        var began = session.Clock.GetTimestamp();
        var fault = await work;
        _ours += session.Clock.GetElapsedTime(began);
        return fault;
    }
}

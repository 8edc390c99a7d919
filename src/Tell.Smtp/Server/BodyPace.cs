namespace Tell.Smtp.Server;

/// <summary>
/// How fast a body comes, on average since it began (<see cref="ServerOptions.MinDataRate"/>). The time that the receiver took to write
/// is not the client's.
/// </summary>
internal sealed class BodyPace
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly int _rate;
    private readonly long _began;
    private TimeSpan _ours;

    private BodyPace(TimeProvider clock, int rate) => (_clock, _rate, _began) = (clock, rate, clock.GetTimestamp());

    /// <summary>The pace of a body that begins now; null where there is no limit.</summary>
    public static BodyPace? Of(SessionState session) =>
        session.Options.MinDataRate > 0 ? new BodyPace(session.Clock, session.Options.MinDataRate) : null;

    /// <summary>True where so many octets are too few for the time that they took.</summary>
    public bool IsTooSlow(long octets)
    {
        var took = _clock.GetElapsedTime(_began) - _ours;
        return took >= Grace && octets < took.TotalSeconds * _rate;
    }

    /// <summary>Awaits what the receiver does.</summary>
    public async ValueTask<Reply?> ExceptAsync(ValueTask<Reply?> work)
    {
        var began = _clock.GetTimestamp();
        var fault = await work;
        _ours += _clock.GetElapsedTime(began);
        return fault;
    }
}

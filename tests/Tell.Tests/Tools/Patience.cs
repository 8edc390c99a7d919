namespace Tell.Tests.Tools;

/// <summary>
/// The one place where a test waits for real processes. It looks again and again until a condition is seen, and fails with evidence
/// when the limit is over: never a fixed sleep.
/// </summary>
public static class Patience
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>What a program may take to start, stop or answer on a busy machine with two cores.</summary>
    public static TimeSpan ForAProgram { get; } = TimeSpan.FromSeconds(20);

    /// <summary>What a handful of messages may take through the house.</summary>
    public static TimeSpan ForMail { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Completes when <paramref name="seen"/> is true; throws TimeoutException with the evidence after the limit.</summary>
    public static async Task UntilAsync(string what, TimeSpan limit, Func<bool> seen, Func<string>? evidence = null) =>
        await UntilAsync(what, limit, () => Task.FromResult(seen()), evidence);

    /// <summary>Completes when <paramref name="seen"/> gives true; throws TimeoutException with the evidence after the limit.</summary>
    public static async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> seen, Func<string>? evidence = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await seen())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"Not seen within {limit.TotalSeconds:0.#} s: {what}\n{evidence?.Invoke()}");
            }
            await PauseAsync(Pace, CancellationToken.None);
        }
    }

    /// <summary>Lets real time pass, where the length of time is the experiment (the moment of a kill), not a way to synchronise.</summary>
    public static Task PauseAsync(TimeSpan length, CancellationToken cancellation) => Task.Delay(length, TimeProvider.System, cancellation);
}

using Tell.Smtp.Wire;

namespace Tell.Smtp.Server;

/// <summary>The lines of the client, commands and the answers that some commands ask for. Each has the idle timeout to arrive whole.</summary>
internal sealed class LineIntake(SessionState session)
{
    private readonly CommandLineReader _reader = new();
    private bool _waited;

    /// <summary>Takes the next line out of what has arrived; Incomplete where more has to come. The span is good until the next await.</summary>
    public LineKind Read(out ReadOnlySpan<byte> line, int longest = CommandLineReader.LongestLine)
    {
        var kind = _reader.Read(ref session.Channel.Unread, out line, longest);
        if (kind != LineKind.Incomplete)
            _waited = false;
        return kind;
    }

    /// <summary>Waits for more octets of the line; says so where the session ends instead.</summary>
    public async ValueTask WaitAsync()
    {
        // The limit is for the whole line: one octet now and then does not keep a session alive.
        if (!_waited)
            session.Channel.Await();
        _waited = true;
        switch (await session.Channel.ReceiveAsync())
        {
            case Arrival.Closed:
                session.End = SessionEnd.Vanished;
                break;
            case Arrival.TimedOut:
                session.Finish(SessionEnd.TimedOut, Replies.Idle);
                break;
        }
    }

    /// <summary>The next line, copied, of at most so many octets with its CR LF; Incomplete where the session ends before.</summary>
    public async ValueTask<(LineKind Kind, byte[] Line)> ReadAsync(int longest, CancellationToken stop)
    {
        while (!session.IsOver(stop))
        {
            var kind = Read(out var line, longest);
            if (kind != LineKind.Incomplete)
                return (kind, line.ToArray());
            await WaitAsync();
        }
        return (LineKind.Incomplete, []);
    }
}

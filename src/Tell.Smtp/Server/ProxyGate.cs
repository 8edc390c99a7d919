namespace Tell.Smtp.Server;

/// <summary>
/// Waits for the PROXY header, which comes before everything, TLS included. Whoever does not send one, or not within the idle timeout,
/// gets no answer: it is not the proxy that was to connect here.
/// </summary>
internal static class ProxyGate
{
    /// <summary>Reads the header and gives back what is behind it, so that a handshake can read it. False where the session is over.</summary>
    public static async ValueTask<bool> PassAsync(SessionState session, CancellationToken stop)
    {
        var channel = session.Channel;
        channel.Await();
        while (true)
        {
            switch (ProxyHeader.Read(ref channel.Unread, out var header))
            {
                case ProxyRead.Header:
                    channel.GiveBack();
                    return session.Relayed(header);
                case ProxyRead.Malformed:
                    session.HasNoHeader();
                    return false;
            }
            if (stop.IsCancellationRequested)
            {
                session.End = SessionEnd.Stopped;
                return false;
            }
            switch (await channel.ReceiveAsync())
            {
                case Arrival.TimedOut:
                    session.HasNoHeader();
                    return false;
                case Arrival.Closed:
                    session.End = SessionEnd.Vanished;
                    return false;
            }
        }
    }
}

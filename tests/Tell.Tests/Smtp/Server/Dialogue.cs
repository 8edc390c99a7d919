using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Smtp.Sasl;
using Tell.Smtp.Server;
using Tell.Smtp.Tls;

namespace Tell.Tests.Smtp.Server;

/// <summary>A session and its client, both on the test's thread. Text is Latin-1: one character an octet.</summary>
internal sealed class Dialogue
{
    public const string Envelope = "EHLO client.example\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<b@mx.example>\r\n";

    private readonly CancellationTokenSource _stop = new();
    private readonly StringBuilder _said = new();
    private readonly bool _onTheSpot;

    public Dialogue(
        ServerOptions? options = null, MailCatcher? catcher = null, MemoryConnection? connection = null, TimeProvider? clock = null, ILogger? log = null, TlsFacts? tls = null)
    {
        Catcher = catcher ?? new MailCatcher();
        Connection = connection ?? new MemoryConnection();
        var session = new ServerSession(
            Connection, options ?? Options, Catcher, new SessionFacts("S1", Connection.Remote, Connection.Local) { Tls = tls },
            clock ?? TimeProvider.System, log ?? NullLogger.Instance);
        _onTheSpot = options?.Authenticator is not null;
        Done = Do(() => session.RunAsync(_stop.Token));
    }

    public static ServerOptions Options { get; } = new()
    {
        HostName = "mx.example",
        MaxMessageSize = 100_000,
        Passwords = new PasswordCheck(int.MaxValue),
        AuthPause = TimeSpan.Zero,
    };

    public MailCatcher Catcher { get; }

    public MemoryConnection Connection { get; }

    public Task<SessionSummary> Done { get; }

    public SessionSummary Summary
    {
        get
        {
            Assert.True(Done.IsCompleted, "the session goes on");
            return Done.Result;
        }
    }

    public SessionEnd End => Summary.End;

    /// <summary>The client sends, and the session does what it can with it.</summary>
    public void Send(string text)
    {
        foreach (var c in text)
        {
            if (c > 255)
                throw new ArgumentException("Latin-1 only", nameof(text));
        }
        Connection.Client.Write(Encoding.Latin1.GetBytes(text));
        Do(() => Connection.Client.FlushAsync());
    }

    public void Close() => Connection.Client.Complete();

    public void Stop() => _stop.Cancel();

    /// <summary>What the server has said since the last call.</summary>
    public string Hear()
    {
        _said.Clear();
        while (Connection.Replies.TryRead(out var result))
        {
            _said.Append(Encoding.Latin1.GetString(result.Buffer.ToArray()));
            Connection.Replies.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
                break;
        }
        return _said.ToString();
    }

    /// <summary>Sends, and tells the codes of what the server said: "250 250 354".</summary>
    public string Codes(string text)
    {
        Send(text);
        return CodesOf(Hear());
    }

    public static string CodesOf(string replies) => string.Join(' ', replies
        .Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line.Length < 4 || line[3] != '-').Select(line => line[..3]));

    // Only checking a password leaves the thread; and a context is memory, which some tests measure.
    private T Do<T>(Func<T> something) => _onTheSpot ? OnTheSpot.Do(something) : something();
}

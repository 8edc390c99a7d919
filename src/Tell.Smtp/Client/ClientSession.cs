using System.Buffers;
using Tell.Mail;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Smtp.Client;

/// <summary>
/// One SMTP session with a peer, or one of LMTP (RFC 2033), from its greeting to QUIT (RFC 5321, and the extensions that README names where they are offered). What
/// the peer does wrong, a lost connection and a time limit included, is a value; only a body that cannot be read and a cancellation are
/// exceptions, and both end the session. One call at a time. It owns the connection.
/// </summary>
public sealed partial class ClientSession : IAsyncDisposable
{
    private readonly ClientWire _wire;
    private readonly ClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Line _hostName;
    private bool _open;

    /// <summary>A session over a fresh connection; nothing is said before <see cref="OpenAsync"/>.</summary>
    /// <exception cref="ArgumentException">The host name cannot stand on a line.</exception>
    public ClientSession(IConnection connection, ClientOptions options, TimeProvider time)
    {
        (_options, _time, _hostName) = (options, time, Line.From(options.HostName));
        _wire = new ClientWire(connection, options, time);
    }

    /// <summary>What the peer offered.</summary>
    public Capabilities Capabilities { get; private set; } = Capabilities.None;

    /// <summary>The greeting; null before it came.</summary>
    public Reply? Greeting { get; private set; }

    /// <summary>The name that the peer gives itself, in its reply to EHLO, LHLO or HELO or else in its greeting; "" before that.</summary>
    public string PeerName { get; private set; } = "";

    /// <summary>True after EHLO and LHLO, false after HELO.</summary>
    public bool Extended { get; private set; }

    /// <summary>What the two sides agreed on by TLS; null where there is none.</summary>
    public TlsFacts? Tls { get; private set; }

    /// <summary>
    /// How long the peer has let us wait by now for one reply, however much of it has come, or for taking more of a body; zero while we do not wait for it. May be
    /// asked from any thread, at any time.
    /// </summary>
    public TimeSpan Waiting => _wire.Waiting;

    /// <summary>How many messages the peer took.</summary>
    public int MessagesSent { get; private set; }

    /// <summary>
    /// True while another message can be sent; not beyond what the peer has told to take in one session (RFC 9422). A peer that has closed an
    /// idle session is only found out by the next message, whose fault then stands in <see cref="SessionPhase.Mail"/>.
    /// </summary>
    public bool Usable => _open && _wire.Fault is null && _limits is not { Reached: true };

    /// <summary>
    /// Waits for the greeting and introduces us: EHLO, and HELO where that is refused for good; LHLO in LMTP. With TLS, where it is wanted and offered, once more
    /// in it; then AUTH, where the options say who we are. Null when mail can be sent; otherwise why not, with the reply where the peer gave one.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is gone.</exception>
    public async ValueTask<SessionFault?> OpenAsync(CancellationToken cancellation)
    {
        using var ending = Ending(cancellation);
        var refusal = await GreetAsync() ?? await IntroduceAsync() ?? await SecureAsync();
        if (refusal is null && _options.Credentials is { } credentials)
            refusal = await AuthenticateAsync(credentials);
        _open = refusal is null;
        ThrowIfEnded(cancellation);
        return refusal;
    }

    /// <summary>Says goodbye, where there is someone to say it to, and waits a little for the answer. The session is then over.</summary>
    public async ValueTask QuitAsync(CancellationToken cancellation)
    {
        using var ending = Ending(cancellation);
        _open = false;
        if (_wire.Fault is not null || !await _wire.ReadyAsync(SessionPhase.Quit))
            return;
        _wire.Output.Write("QUIT\r\n"u8);
        _wire.Send();
        await _wire.ReadReplyAsync(SessionPhase.Quit);
    }

    /// <summary>Closes the connection, without QUIT.</summary>
    public ValueTask DisposeAsync()
    {
        _open = false;
        return _wire.DisposeAsync();
    }

    private async ValueTask<SessionFault?> GreetAsync()
    {
        Greeting = await _wire.ReadReplyAsync(SessionPhase.Greeting);
        if (Greeting is null || _wire.Fault is not null)
            return _wire.Fault;
        PeerName = FirstWord(Greeting);
        return Greeting.IsPositive ? null : new SessionFault(SessionPhase.Greeting, "the peer does not want to talk", Greeting);
    }

    private async ValueTask<SessionFault?> IntroduceAsync()
    {
        // RFC 2033 4.1: there is no HELO, and EHLO is another protocol.
        if (_options.Lmtp)
            return await HelloAsync("LHLO");
        var refusal = await HelloAsync("EHLO");
        if (refusal is { Phase: SessionPhase.Hello, Reply.IsPermanent: true } && _wire.Fault is null)
            refusal = await HelloAsync("HELO");
        return refusal;
    }

    private async ValueTask<SessionFault?> SecureAsync()
    {
        if (_options.Tls is not { } tls)
            return null;
        if (!Capabilities.Offers("STARTTLS", out _))
            return Unsecured(tls, "the peer does not offer STARTTLS", null);
        if (_wire.Interrupted || !await _wire.ReadyAsync(SessionPhase.StartTls))
        {
            await _wire.InterruptionAsync(SessionPhase.StartTls);
            return _wire.Fault;
        }
        _wire.Output.Write("STARTTLS\r\n"u8);
        _wire.Send();
        var reply = await _wire.ReadReplyAsync(SessionPhase.StartTls);
        if (reply is null || _wire.Fault is not null)
            return _wire.Fault;
        if (!reply.IsPositive)
            return Unsecured(tls, "STARTTLS was refused", reply);
        Tls = await _wire.SecureAsync(tls);
        if (Tls is null)
            return _wire.Fault;
        // RFC 3207 4.2: what was learned in the clear is forgotten.
        (Capabilities, PeerName, Extended) = (Capabilities.None, "", false);
        return await IntroduceAsync();
    }

    // RFC 7435: better in the clear than not at all, where nobody asked for more.
    private static SessionFault? Unsecured(ClientTls tls, string text, Reply? reply) => tls.Required
        ? new SessionFault(SessionPhase.StartTls, text, reply) { Tls = new TlsFault(TlsFaultKind.NotSupported, reply is null ? text : $"{text}: {reply}") }
        : null;

    private async ValueTask<SessionFault?> HelloAsync(string verb)
    {
        if (_wire.Interrupted || !await _wire.ReadyAsync(SessionPhase.Hello))
        {
            await _wire.InterruptionAsync(SessionPhase.Hello);
            return _wire.Fault;
        }
        CommandText.Hello(_wire.Output, verb, _hostName.Text);
        _wire.Send();
        var reply = await _wire.ReadReplyAsync(SessionPhase.Hello);
        if (reply is null || _wire.Fault is not null)
            return _wire.Fault;
        if (!reply.IsPositive)
            return new SessionFault(SessionPhase.Hello, $"{verb} was refused", reply);
        Extended = verb != "HELO";
        Capabilities = Extended ? Capabilities.Of(reply) : Capabilities.None;
        if (FirstWord(reply) is { Length: > 0 } name)
            PeerName = name;
        return null;
    }

    private static string FirstWord(Reply reply)
    {
        var text = reply.Lines[0].Text;
        return text.IndexOf(' ') is var space and >= 0 ? text[..space] : text;
    }

    private CancellationTokenRegistration Ending(CancellationToken cancellation) =>
        cancellation.CanBeCanceled ? cancellation.UnsafeRegister(static wire => ((ClientWire)wire!).Abort(), _wire) : default;

    private void ThrowIfEnded(CancellationToken cancellation)
    {
        // A result that came in spite of a cancellation is kept: it may be the peer's word that it has the message.
        if (_wire.Fault is { Reply: null })
            cancellation.ThrowIfCancellationRequested();
    }
}

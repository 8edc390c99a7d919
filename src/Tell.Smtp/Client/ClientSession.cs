using System.Buffers;
using Tell.Mail;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Smtp.Client;

/// <summary>
/// One SMTP session with a peer, from its greeting to QUIT (RFC 5321, with PIPELINING, SIZE, 8BITMIME, SMTPUTF8 where they are offered). What
/// the peer does wrong, a lost connection and a time limit included, is a value; only a body that cannot be read and a cancellation are
/// exceptions, and both end the session. One call at a time. It owns the connection.
/// </summary>
public sealed class ClientSession : IAsyncDisposable
{
    private readonly ClientWire _wire;
    private readonly ClientTls? _tls;
    private readonly Line _hostName;
    private bool _open, _leftOpen;

    /// <summary>A session over a fresh connection; nothing is said before <see cref="OpenAsync"/>.</summary>
    /// <exception cref="ArgumentException">The host name cannot stand on a line.</exception>
    public ClientSession(IConnection connection, ClientOptions options, TimeProvider time)
    {
        (_hostName, _tls) = (Line.From(options.HostName), options.Tls);
        _wire = new ClientWire(connection, options, time);
    }

    /// <summary>What the peer offered.</summary>
    public Capabilities Capabilities { get; private set; } = Capabilities.None;

    /// <summary>The greeting; null before it came.</summary>
    public Reply? Greeting { get; private set; }

    /// <summary>The name that the peer gives itself, in its reply to EHLO or HELO or else in its greeting; "" before that.</summary>
    public string PeerName { get; private set; } = "";

    /// <summary>True after EHLO, false after HELO.</summary>
    public bool Extended { get; private set; }

    /// <summary>What TLS was agreed on; null for none.</summary>
    public TlsFacts? Tls { get; private set; }

    /// <summary>How many messages the peer took.</summary>
    public int MessagesSent { get; private set; }

    /// <summary>
    /// True while another message can be sent. A peer that has closed an idle session is only found out by the next message, whose fault
    /// then stands in <see cref="SessionPhase.Mail"/>.
    /// </summary>
    public bool Usable => _open && _wire.Fault is null;

    /// <summary>
    /// Waits for the greeting and introduces us: EHLO, and HELO where that is refused for good. With TLS, where it is wanted and offered, once more
    /// in it. Null when mail can be sent; otherwise why not, with the reply where the peer gave one.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is gone.</exception>
    public async ValueTask<SessionFault?> OpenAsync(CancellationToken cancellation)
    {
        using var ending = Ending(cancellation);
        var refusal = await GreetAsync() ?? await IntroduceAsync() ?? await SecureAsync();
        _open = refusal is null;
        ThrowIfEnded(cancellation);
        return refusal;
    }

    /// <summary>Sends one message whose body is in memory: canonical content (CRLF lines), without dot-stuffing.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is gone, and the peer may or may not have the message.</exception>
    public ValueTask<Transmission> SendAsync(Envelope envelope, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        SendAsync(envelope, body.Length, new BodySender(body, null), cancellation);

    /// <summary>
    /// Sends one message whose body is read only when the peer is ready for it, piece by piece: canonical content of <paramref name="size"/> octets.
    /// An exception out of the body passes; the session is then over and the peer has no whole message.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; the connection is gone, and the peer may or may not have the message.</exception>
    public ValueTask<Transmission> SendAsync(
        Envelope envelope, long size, IAsyncEnumerable<ReadOnlyMemory<byte>> body, CancellationToken cancellation) =>
        SendAsync(envelope, size, new BodySender(default, body), cancellation);

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

    private async ValueTask<Transmission> SendAsync(Envelope envelope, long size, BodySender body, CancellationToken cancellation)
    {
        if (!_open)
            throw new InvalidOperationException("The session is not open.");
        using var ending = Ending(cancellation);
        var exchange = new MailExchange(_wire, Capabilities, envelope);
        var told = false;
        try
        {
            if (exchange.Examine(size))
            {
                if (await exchange.ProposeAsync(size, _leftOpen))
                    await exchange.SendBodyAsync(body, cancellation);
                _leftOpen = exchange.LeftOpen;
            }
            told = true;
        }
        finally
        {
            // The body could not be read to its end. Half a message stands with the peer: nothing may follow it, least of all a dot.
            if (!told)
                _wire.End(SessionPhase.Body, "the message could not be read");
        }
        ThrowIfEnded(cancellation);
        if (exchange.Taken)
            MessagesSent++;
        return new Transmission { Recipients = exchange.Results(), SessionUsable = Usable, Fault = _wire.Fault };
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
        var refusal = await HelloAsync("EHLO");
        if (refusal is { Phase: SessionPhase.Hello, Reply.IsPermanent: true } && _wire.Fault is null)
            refusal = await HelloAsync("HELO");
        return refusal;
    }

    private async ValueTask<SessionFault?> SecureAsync()
    {
        if (_tls is null)
            return null;
        if (!Capabilities.Offers("STARTTLS", out _))
            return Unsecured("the peer does not offer STARTTLS", null);
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
            return Unsecured("STARTTLS was refused", reply);
        Tls = await _wire.SecureAsync(_tls);
        if (Tls is null)
            return _wire.Fault;
        // RFC 3207 4.2: what was learned in the clear is forgotten.
        (Capabilities, PeerName, Extended) = (Capabilities.None, "", false);
        return await IntroduceAsync();
    }

    // RFC 7435: better in the clear than not at all, where nobody asked for more.
    private SessionFault? Unsecured(string text, Reply? reply) => _tls!.Required
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
        Extended = verb == "EHLO";
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

using System.Buffers;
using System.Text;
using Tell.Smtp.Sasl;

namespace Tell.Smtp.Client;

/// <summary>
/// AUTH with one mechanism (RFC 4954 4). Nothing that is secret stands in a fault, not even where the peer repeats it.
/// </summary>
internal sealed class AuthenticationExchange(ClientWire wire, ISaslClient mechanism, string password)
{
    // RFC 5321 4.5.3.1.4. Responses to challenges may be longer (RFC 4954 4).
    private const int MaxCommand = 512;

    private readonly List<string> _secrets = [password];

    /// <summary>Proves who we are; null where the peer believes it and has proved itself as far as the mechanism wants that.</summary>
    public async ValueTask<SessionFault?> RunAsync()
    {
        var initial = mechanism.Initial();
        var command = $"AUTH {mechanism.Name}";
        // RFC 4954 4: an initial response of no octets is "="; one that does not fit waits for an empty challenge.
        var coded = initial is null ? "" : initial.Length == 0 ? "=" : Coded(initial);
        var fits = initial is not null && command.Length + coded.Length + " \r\n".Length <= MaxCommand;
        var waiting = fits ? null : initial;
        if (!await SayAsync(fits ? $"{command} {coded}" : command))
            return Lost();
        while (true)
        {
            var reply = await wire.ReadReplyAsync(SessionPhase.Authentication);
            if (reply is null || wire.Fault is not null)
                return Lost();
            if (reply.Code >= 400)
                return new SessionFault(SessionPhase.Authentication, $"{command} was refused", Discreet(reply));
            if (reply.Code == 235)
                return mechanism.IsSatisfied ? null : new SessionFault(SessionPhase.Authentication, $"the peer took {command} and did not prove that it knows the password");
            if (reply.Code != 334)
            {
                wire.Confuse(SessionPhase.Authentication, $"the peer replied to AUTH with {reply.Code}");
                return Lost();
            }
            var response = Respond(reply, waiting);
            waiting = null;
            if (response is null)
                return await CancelAsync($"the peer's challenge in {command} is wrong");
            if (!await SayAsync(Coded(response)))
                return Lost();
        }
    }

    private byte[]? Respond(Reply reply, byte[]? waiting)
    {
        var text = reply.Lines[0].Text.Trim();
        var challenge = new byte[text.Length];
        if (reply.Lines.Length > 1 || !Convert.TryFromBase64String(text, challenge, out var octets))
            return null;
        if (waiting is not null)
            return octets == 0 ? waiting : null;
        return mechanism.Next(challenge.AsSpan(0, octets));
    }

    // RFC 4954 4: the peer answers "*" with 501, after which the session could go on without AUTH; we do not want it to.
    private async ValueTask<SessionFault?> CancelAsync(string text)
    {
        if (!await SayAsync("*") || await wire.ReadReplyAsync(SessionPhase.Authentication) is null || wire.Fault is not null)
            return Lost();
        return new SessionFault(SessionPhase.Authentication, text);
    }

    private async ValueTask<bool> SayAsync(string line)
    {
        if (wire.Interrupted || !await wire.ReadyAsync(SessionPhase.Authentication))
        {
            await wire.InterruptionAsync(SessionPhase.Authentication);
            return false;
        }
        wire.Output.Write(Encoding.ASCII.GetBytes(line));
        wire.Output.Write("\r\n"u8);
        wire.Send();
        return true;
    }

    private string Coded(byte[] octets)
    {
        var coded = Convert.ToBase64String(octets);
        if (coded.Length > 0)
            _secrets.Add(coded);
        return coded;
    }

    private SessionFault Lost()
    {
        var fault = wire.Fault!;
        return fault with { Text = IsDiscreet(fault.Text) ? fault.Text : "the peer repeated what is secret", Reply = fault.Reply is null ? null : Discreet(fault.Reply) };
    }

    private Reply Discreet(Reply reply) =>
        IsDiscreet(reply.ToString()) ? reply : Reply.Of(reply.Code, reply.Status.ToString(), "(the peer repeated what is secret)");

    private bool IsDiscreet(string text)
    {
        foreach (var secret in _secrets)
        {
            if (text.Contains(secret, StringComparison.Ordinal))
                return false;
        }
        return true;
    }
}

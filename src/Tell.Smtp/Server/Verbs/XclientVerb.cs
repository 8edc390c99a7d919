using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tell.Mail;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server.Verbs;

/// <summary>
/// XCLIENT (Postfix XCLIENT_README): a trusted client says for whom it speaks, and the session begins again with what it said. All
/// decisions are about that client from then on; <see cref="SessionFacts.Via"/> keeps the one that is really there.
/// </summary>
internal static class XclientVerb
{
    /// <summary>The attributes, as EHLO names them. NAME is read and not used: we know clients by their addresses.</summary>
    public const string Attributes = "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT";

    public static ValueTask Handle(SessionState session, ReadOnlySpan<byte> argument, CancellationToken stop)
    {
        if (argument.IsEmpty)
        {
            session.Answer(Replies.ArgumentMissing);
            return default;
        }
        if (!TryRead(argument, out var given) || !TryTell(given, session.Facts, out var facts))
        {
            session.Answer(Replies.XclientSyntax);
            return default;
        }
        session.Begin(facts);
        if (session.Admits())
            session.Greet();
        return default;
    }

    // The values, decoded; null for [UNAVAILABLE] and [TEMPUNAVAIL].
    private static bool TryRead(ReadOnlySpan<byte> argument, out Dictionary<string, string?> given)
    {
        given = [];
        var reader = new ParameterReader(argument);
        while (reader.TryNext(out var name, out var value))
        {
            var key = Encoding.ASCII.GetString(name).ToUpperInvariant();
            if (!Attributes.Split(' ').Contains(key) || value.IsEmpty || !Xtext.TryDecode(Encoding.Latin1.GetString(value), out var text))
                return false;
            if (!given.TryAdd(key, text.ToUpperInvariant() is "[UNAVAILABLE]" or "[TEMPUNAVAIL]" ? null : text))
                return false;
        }
        return !reader.IsMalformed;
    }

    private static bool TryTell(Dictionary<string, string?> given, SessionFacts before, out SessionFacts facts)
    {
        facts = before;
        if (!TryEndPoint(given, "ADDR", "PORT", before.Client, out var client) || !TryEndPoint(given, "DESTADDR", "DESTPORT", before.Listener, out var listener))
            return false;
        var protocol = given.GetValueOrDefault("PROTO")?.ToUpperInvariant();
        if (protocol is not (null or "SMTP" or "ESMTP"))
            return false;
        // What the client said may be no name at all: then it has not said HELO yet.
        var named = HelloVerbs.TryName(Encoding.UTF8.GetBytes(given.GetValueOrDefault("HELO") ?? ""), out var helo);
        facts = before with
        {
            Client = client,
            Listener = listener,
            Via = before.Via ?? before.Client,
            User = given.GetValueOrDefault("LOGIN"),
            Helo = named ? helo : null,
            Extended = named && protocol == "ESMTP",
        };
        return true;
    }

    private static bool TryEndPoint(Dictionary<string, string?> given, string addressName, string portName, IPEndPoint before, out IPEndPoint endPoint)
    {
        endPoint = before;
        var (address, port) = (before.Address, before.Port);
        if (given.TryGetValue(addressName, out var text))
        {
            // Nobody knows: an address that no network of friends holds, and never that of the proxy.
            (address, port) = (IPAddress.None, 0);
            if (text is not null && !TryAddress(text, out address))
                return false;
        }
        if (given.TryGetValue(portName, out text))
        {
            port = 0;
            if (text is not null && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > IPEndPoint.MaxPort))
                return false;
        }
        endPoint = new IPEndPoint(address, port);
        return true;
    }

    private static bool TryAddress(string text, out IPAddress address)
    {
        var v6 = text.StartsWith("IPV6:", StringComparison.OrdinalIgnoreCase);
        return PeerAddress.TryParse(v6 ? text[5..] : text, out address) && v6 == (address.AddressFamily == AddressFamily.InterNetworkV6);
    }
}

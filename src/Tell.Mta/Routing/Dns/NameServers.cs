using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tell.Smtp.Network;

namespace Tell.Mta.Routing.Dns;

/// <summary>
/// Asks the name servers one question: by UDP, by TCP where the answer does not fit or does not match, the server that answered last first,
/// each for its time, round after round.
/// </summary>
internal sealed class NameServers(INetwork network, TimeProvider time, Func<int, int> draw, IReadOnlyList<IPEndPoint> servers, ResolverOptions options)
{
    // After so many datagrams that answer something else the question goes by TCP (RFC 5452 9.2).
    private const int MostStrangers = 20;

    private readonly Random? _mixedCase = options.MixedCase ? new Random(draw(int.MaxValue)) : null;
    private int _preferred;

    /// <summary>A usable answer and who gave it, or null and why there is none; NXDOMAIN is an answer, SERVFAIL is not.</summary>
    public async ValueTask<(DnsMessage? Message, string Text)> AskAsync(string name, DnsType type, CancellationToken cancellation)
    {
        var text = "no name server is configured";
        for (var round = 0; round < options.Rounds; round++)
        {
            var first = Volatile.Read(ref _preferred);
            for (var i = 0; i < servers.Count; i++)
            {
                var index = (first + i) % servers.Count;
                (var message, text) = await AskAsync(servers[index], name, type, options.Timeout * (1 << round), cancellation);
                if (message is null)
                    continue;
                Volatile.Write(ref _preferred, index);
                return (message, text);
            }
        }
        return (null, text);
    }

    private async ValueTask<(DnsMessage? Message, string Text)> AskAsync(
        IPEndPoint server, string name, DnsType type, TimeSpan limit, CancellationToken cancellation)
    {
        // The one ladder of the resolver: whatever a server or the network does becomes a text, and the next server is asked.
        using var patience = new CancellationTokenSource(limit, time);
        using var registration = cancellation.UnsafeRegister(static patience => ((CancellationTokenSource)patience!).Cancel(), patience);
        try
        {
            var message = await AnswerAsync(server, name, type, patience.Token);
            if (message is null)
                return (null, $"nonsense from {server}");
            if (message.Code is not (DnsCode.NoError or DnsCode.NxDomain))
                return (null, $"{DnsCode.Name(message.Code)} from {server}");
            // A server that is neither authoritative nor recursive only points elsewhere: that nothing is there is not what it says.
            if (message is { Code: DnsCode.NoError, Answers.Count: 0, Soa: null, IsAuthoritative: false, IsRecursive: false })
                return (null, $"only a referral from {server}");
            return (message, server.ToString());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, string.Create(CultureInfo.InvariantCulture, $"no answer from {server} within {limit.TotalSeconds:0.###} seconds"));
        }
        catch (Exception lost) when (lost is IOException or SocketException)
        {
            return (null, lost.Message.Contains(server.ToString(), StringComparison.Ordinal) ? lost.Message : $"{server}: {lost.Message}");
        }
    }

    private async ValueTask<DnsMessage?> AnswerAsync(IPEndPoint server, string name, DnsType type, CancellationToken cancellation)
    {
        var query = Query(name, type, edns: true);
        var answer = await ByUdpAsync(server, query, cancellation);
        if (query.IsRefusedBy(answer))
        {
            // A server that does not know EDNS (RFC 6891 7).
            query = Query(name, type, edns: false);
            answer = await ByUdpAsync(server, query, cancellation);
        }
        // An answer in another case may be forged, and what is truncated is not whole: TCP cannot be answered by a stranger.
        if (query.IsAnsweredBy(answer) && DnsMessage.Read(answer) is { IsTruncated: false } message)
            return message;
        query = Query(name, type, edns: false);
        answer = await ByTcpAsync(server, query, cancellation);
        return query.IsAnsweredBy(answer) && DnsMessage.Read(answer) is { IsTruncated: false } whole ? whole : null;
    }

    // A datagram that answers something else may be a stranger's guess: the true one is waited for. Many of them are an attack.
    private ValueTask<byte[]> ByUdpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellation)
    {
        var strange = 0;
        return network.ExchangeAsync(server, query.Octets,
            answer => query.IsAnsweredInAnyCaseBy(answer.Span) || query.IsRefusedBy(answer.Span) || ++strange >= MostStrangers, cancellation);
    }

    private DnsQuery Query(string name, DnsType type, bool edns) =>
        DnsQuery.Of((ushort)draw(65536), name, type, edns, _mixedCase) ?? throw new ArgumentException("The name was checked before.", nameof(name));

    // RFC 1035 4.2.2, RFC 7766: two octets of length, then the message.
    private async ValueTask<byte[]> ByTcpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellation)
    {
        await using var connection = await network.ConnectAsync(server, cancellation);
        var framed = new byte[query.Octets.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Octets.Length);
        query.Octets.CopyTo(framed.AsMemory(2));
        await connection.Transport.Output.WriteAsync(framed, cancellation);
        var input = connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(cancellation);
            if (TryMessage(result.Buffer, out var message))
                return message;
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                throw new IOException($"{server} closed the connection before its answer was whole");
        }
    }

    private static bool TryMessage(ReadOnlySequence<byte> received, out byte[] message)
    {
        message = [];
        if (received.Length < 2)
            return false;
        Span<byte> prefix = stackalloc byte[2];
        received.Slice(0, 2).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        if (received.Length < 2 + length)
            return false;
        message = received.Slice(2, length).ToArray();
        return true;
    }
}

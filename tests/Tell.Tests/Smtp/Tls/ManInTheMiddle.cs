using System.Buffers;
using System.Text;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Tests.Smtp.Tls;

/// <summary>
/// Somebody between a client and a server who lets both begin TLS with himself, and sees and may change what they say in it.
/// </summary>
/// <param name="before">His connection to the client.</param>
/// <param name="behind">His connection to the server.</param>
/// <param name="removed">What he takes out of what the server says in TLS; "" for nothing.</param>
internal sealed class ManInTheMiddle(PipeConnection before, PipeConnection behind, string removed)
{
    /// <summary>Carries everything, to the end of both.</summary>
    public async Task CarryAsync()
    {
        // The greeting, EHLO and its reply, STARTTLS and its reply.
        for (var i = 0; i < 2; i++)
        {
            await CarryOneAsync(behind, before, "");
            await CarryOneAsync(before, behind, "");
        }
        await CarryOneAsync(behind, before, "");
        var tls = new SslTls(new FixedClock());
        var accepting = tls.AcceptAsync(before, new TlsServerOptions { Certificates = new HeldCertificates(Issuer.SelfSigned("mx.example.test")) }, default).AsTask();
        var server = (await tls.ConnectAsync(behind, TlsPair.Anything, default)).Connection!;
        var client = (await accepting).Connection!;
        await Task.WhenAll(CarryAllAsync(server, client, removed), CarryAllAsync(client, server, ""));
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    private static async Task CarryAllAsync(IConnection from, IConnection to, string removed)
    {
        while (await CarryOneAsync(from, to, removed))
        {
        }
    }

    private static async Task<bool> CarryOneAsync(IConnection from, IConnection to, string removed)
    {
        var result = await from.Transport.Input.ReadAsync();
        var said = Encoding.Latin1.GetString(result.Buffer);
        from.Transport.Input.AdvanceTo(result.Buffer.End);
        if (said.Length > 0)
            await TlsPair.SayAsync(to, removed.Length > 0 ? said.Replace(removed, "", StringComparison.Ordinal) : said);
        return !result.IsCompleted;
    }
}

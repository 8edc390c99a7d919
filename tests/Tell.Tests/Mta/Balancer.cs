using System.IO.Pipelines;
using System.Net;
using Tell.Smtp.Network;

namespace Tell.Tests.Mta;

/// <summary>A load balancer: it passes the octets of each connection on to another host, and back.</summary>
internal sealed class Balancer(World world, IPEndPoint endpoint, IPEndPoint behind)
{
    /// <summary>It listens from now on.</summary>
    public async Task UpAsync()
    {
        var host = world.Network.Host(endpoint.Address);
        var listener = await host.ListenAsync(endpoint, CancellationToken.None);
        _ = world.Simulator.Start(async () =>
        {
            while (await listener.AcceptAsync(CancellationToken.None) is { } client)
            {
                var server = await host.ConnectAsync(behind, CancellationToken.None);
                _ = world.Simulator.Start(() => PassAsync(client, server));
                _ = world.Simulator.Start(() => PassAsync(server, client));
            }
        });
    }

    private static async Task PassAsync(IConnection from, IConnection to)
    {
        try
        {
            while (true)
            {
                var read = await from.Transport.Input.ReadAsync();
                foreach (var piece in read.Buffer)
                    await to.Transport.Output.WriteAsync(piece);
                from.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            // Either side has gone; so does the other.
        }
        await to.DisposeAsync();
    }
}

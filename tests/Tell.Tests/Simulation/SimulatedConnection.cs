using System.IO.Pipelines;
using System.Net;
using Tell.Smtp.Network;

namespace Tell.Tests.Simulation;

/// <summary>One end of a simulated connection.</summary>
internal sealed class SimulatedConnection : IConnection, IDuplexPipe
{
    private readonly SimulatedLink _link;

    private SimulatedConnection(SimulatedLink link, PipeReader input, PipeWriter output, IPEndPoint local, IPEndPoint remote) =>
        (_link, Input, Output, Local, Remote) = (link, input, output, local, remote);

    public IDuplexPipe Transport => this;

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    /// <summary>The two ends of a new connection.</summary>
    public static (SimulatedConnection Client, SimulatedConnection Server) Pair(
        SimulatedNetwork network, PathConditions way, IPEndPoint client, IPEndPoint server)
    {
        var link = new SimulatedLink(network, way);
        return (
            new SimulatedConnection(link, link.ToClient.Reader, link.FromClient.Writer, client, server),
            new SimulatedConnection(link, link.ToServer.Reader, link.FromServer.Writer, server, client));
    }

    public void Abort() => _link.Break(new IOException("connection reset"));

    public async ValueTask DisposeAsync()
    {
        await Output.CompleteAsync();
        await Input.CompleteAsync();
    }
}

using System.Net;
using System.Net.Sockets;
using Tell.Smtp.Network;

namespace Tell.Tests.Simulation;

/// <summary>
/// A network in memory whose addresses, faults and delays are given by the test. Itself it is a host at 192.0.2.1;
/// <see cref="Host"/> gives others. Nothing in it leaves the simulation's thread or looks at a real clock.
/// </summary>
public sealed class SimulatedNetwork : INetwork
{
    private readonly Dictionary<IPEndPoint, SimulatedListener> _listeners = [];
    private readonly Dictionary<(IPAddress Host, string Path), SimulatedListener> _sockets = [];
    private readonly Dictionary<IPEndPoint, Func<ReadOnlyMemory<byte>, ValueTask<IReadOnlyList<byte[]>>>> _datagrams = [];
    private readonly Dictionary<object, PathConditions> _conditions = [];
    private readonly SimulatedHost _self;
    private int _port = 40000;

    internal SimulatedNetwork(Simulator simulation)
    {
        Simulator = simulation;
        _self = new SimulatedHost(this, IPAddress.Parse("192.0.2.1"));
    }

    /// <summary>How many octets wait in one direction of a connection before its writer has to.</summary>
    public int BufferSize { get; set; } = 65536;

    /// <summary>Each attempt to connect, in order: what a test of retries counts.</summary>
    public List<(DateTimeOffset Time, EndPoint Server)> Attempts { get; } = [];

    internal Simulator Simulator { get; }

    /// <summary>The network as a host at this address sees it: its connections come from there.</summary>
    public INetwork Host(IPAddress address) => new SimulatedHost(this, address);

    /// <summary>The conditions on the way to one port; they go before those of its address.</summary>
    public PathConditions To(IPEndPoint server) => Conditions(server);

    /// <summary>The conditions on the way to a socket, whichever host's.</summary>
    public PathConditions To(string socket) => Conditions(socket);

    /// <summary>The conditions on the way to an address.</summary>
    public PathConditions To(IPAddress server) => Conditions(server);

    /// <summary>Answers datagrams sent to an address: null from the handler answers nothing. It replaces the handler before.</summary>
    public void Serve(IPEndPoint server, Func<ReadOnlyMemory<byte>, ValueTask<byte[]?>> handler) =>
        _datagrams[server] = async datagram => await handler(datagram) is { } answer ? [answer] : [];

    /// <summary>Answers each datagram with several, in this order: the true one among those of strangers.</summary>
    public void ServeMany(IPEndPoint server, Func<ReadOnlyMemory<byte>, IReadOnlyList<byte[]>> handler) =>
        _datagrams[server] = datagram => ValueTask.FromResult(handler(datagram));

    /// <summary>Answers datagrams at once.</summary>
    public void Serve(IPEndPoint server, Func<ReadOnlyMemory<byte>, byte[]?> handler) => Serve(server, datagram => ValueTask.FromResult(handler(datagram)));

    /// <summary>Listens on a socket that only one host can reach: those with a path are its own.</summary>
    public IListener Listen(IPAddress host, string path)
    {
        var listener = new SimulatedListener(this, new IPEndPoint(IPAddress.Loopback, 0));
        return _sockets.TryAdd((host, path), listener) ? listener : throw new IOException($"{path}: port in use");
    }

    /// <inheritdoc/>
    public ValueTask<IListener> ListenAsync(IPEndPoint endpoint, CancellationToken cancellation) => _self.ListenAsync(endpoint, cancellation);

    /// <inheritdoc/>
    public ValueTask<IConnection> ConnectAsync(EndPoint endpoint, IPAddress? source, CancellationToken cancellation) => _self.ConnectAsync(endpoint, source, cancellation);

    /// <inheritdoc/>
    public ValueTask<byte[]> ExchangeAsync(IPEndPoint server, ReadOnlyMemory<byte> datagram, Func<ReadOnlyMemory<byte>, bool> accept, CancellationToken cancellation) =>
        _self.ExchangeAsync(server, datagram, accept, cancellation);

    internal int NextPort() => _port++;

    internal PathConditions Way(EndPoint server) =>
        (server is IPEndPoint host ? _conditions.GetValueOrDefault(host) ?? _conditions.GetValueOrDefault(host.Address) : _conditions.GetValueOrDefault($"{server}")) ?? new PathConditions();

    internal SimulatedListener Listen(IPEndPoint endpoint)
    {
        if (endpoint.Port == 0)
            endpoint = new IPEndPoint(endpoint.Address, NextPort());
        var listener = new SimulatedListener(this, endpoint);
        return _listeners.TryAdd(endpoint, listener) ? listener : throw new IOException($"{endpoint}: port in use");
    }

    internal void Close(SimulatedListener listener)
    {
        if (listener.Endpoint.Port > 0)
            _listeners.Remove(listener.Endpoint);
        else
            _sockets.Remove(_sockets.First(socket => socket.Value == listener).Key);
    }

    internal SimulatedListener? Listener(IPAddress host, string path) => _sockets.GetValueOrDefault((host, path));

    internal SimulatedListener? Listener(IPEndPoint endpoint) =>
        _listeners.GetValueOrDefault(endpoint)
        ?? _listeners.GetValueOrDefault(new IPEndPoint(endpoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, endpoint.Port));

    internal Func<ReadOnlyMemory<byte>, ValueTask<IReadOnlyList<byte[]>>>? Datagrams(IPEndPoint server) => _datagrams.GetValueOrDefault(server);

    private PathConditions Conditions(object place)
    {
        if (!_conditions.TryGetValue(place, out var conditions))
            _conditions.Add(place, conditions = new PathConditions());
        return conditions;
    }
}

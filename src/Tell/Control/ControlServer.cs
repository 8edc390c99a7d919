using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tell.Commands;

namespace Tell.Control;

/// <summary>
/// The console's door for `tell` from a shell: a Unix socket that only its owner may open. Requests and connections are bounded, and a
/// client that is slow, broken or gone harms nobody: what it asked for runs to its end all the same.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int MostClients = 16;
    private const long MostInput = 256L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _listener;
    private readonly string _path;
    private readonly CommandTable _table;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places = new(MostClients, MostClients);
    private readonly List<Task> _clients = [];
    private readonly Task _loop;
    private bool _closed;

    private ControlServer(Socket listener, string path, CommandTable table, TimeProvider time, ILogger logger)
    {
        (_listener, _path, _table, _time, _logger) = (listener, path, table, time, logger);
        _loop = AcceptAsync();
    }

    /// <summary>
    /// Listens. The caller holds the data directory, so a socket that nobody answers on is what a dead server left, and is replaced.
    /// </summary>
    /// <exception cref="IOException">Another server answers there, or the socket cannot be made; the message says which.</exception>
    public static ControlServer Open(string dataDirectory, CommandTable table, TimeProvider time, ILogger logger)
    {
        var path = ControlAddress.For(dataDirectory);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            RemoveStale(path);
            // The mode must be right from the first moment: between a bind and a chmod anybody could connect.
            var mask = ControlAddress.Mask(0x7f);
            try
            {
                socket.Bind(new UnixDomainSocketEndPoint(path));
            }
            finally
            {
                ControlAddress.Mask(mask);
            }
            socket.Listen(MostClients);
            return new ControlServer(socket, path, table, time, logger);
        }
        catch (Exception problem) when (problem is SocketException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new IOException($"The console's socket {path} cannot be made: {problem.Message}", problem);
        }
        catch (IOException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes no new client and removes the socket; who is being answered still gets the answer.</summary>
    public async ValueTask CloseAsync()
    {
        if (_closed)
            return;
        _closed = true;
        _listener.Dispose();
        await _loop;
        File.Delete(_path);
    }

    /// <summary>Takes no new client, lets running commands end as far as the stop lets them, and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _stop.CancelAsync();
        Task[] clients;
        lock (_clients)
            clients = [.. _clients];
        await Task.WhenAll(clients);
    }

    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }
        throw new IOException($"Another Tell answers on {path}.");
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync();
            }
            catch (Exception problem) when (problem is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted or SocketError.InvalidArgument })
            {
                return;
            }
            catch (SocketException problem)
            {
                // No file descriptors left, for example: the next client may have more luck.
                ControlLog.AcceptFailed(_logger, problem);
                await Task.Delay(TimeSpan.FromMilliseconds(200), _time);
                continue;
            }
            if (!_places.Wait(0))
            {
                client.Dispose();
                continue;
            }
            lock (_clients)
            {
                _clients.RemoveAll(task => task.IsCompleted);
                _clients.Add(ServeAsync(client));
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var answer = new Answer();
            var done = await AnswerAsync(stream, PeerUser.Of(socket), answer);
            using var limit = new CancellationTokenSource(Patience, _time);
            await stream.WriteAsync(ControlFrames.Write(answer, done), limit.Token);
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException)
        {
            ControlLog.ClientLost(_logger, problem.Message);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<bool> AnswerAsync(Stream stream, string user, Answer answer)
    {
        ControlReader reader;
        ControlRequest? request;
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            using var timer = _time.CreateTimer(_ => limit.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
            reader = new ControlReader(stream);
            request = ControlRequest.Parse(await reader.ReadLineAsync(ControlRequest.MostOctets, limit.Token));
        }
        if (request is not { Version: ControlRequest.Current })
        {
            answer.Line("The request is not understood: are `tell` here and the server of one version?");
            return false;
        }
        if (request.Inputs.Sum(input => (decimal)input.Size) > MostInput)
        {
            answer.Line($"The files are too large: {MostInput >> 20} MiB at most.");
            return false;
        }
        var files = new Dictionary<string, byte[]>();
        foreach (var input in request.Inputs)
            files[input.Name] = await reader.ReadAsync((int)input.Size, Patience, _time, _stop.Token);
        // Reads may complete on the thread that polls all sockets: a command that lists a directory must not run there.
        await Task.Yield();
        return await CommandLadder.RunAsync(_table, request.Words, new SentInput(user, files), answer, _logger, _stop.Token);
    }
}

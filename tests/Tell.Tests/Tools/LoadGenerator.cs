using System.Collections.Concurrent;
using System.Text;

namespace Tell.Tests.Tools;

/// <summary>
/// Clients that send without pause, come back when the server has died, and remember every message whose data got 250.
/// Each attempt is a message of its own with its own Message-ID, so two copies of one id at the sink are a duplicate of the server's making.
/// </summary>
public sealed class LoadGenerator : IAsyncDisposable
{
    private const string Line = "Sphinx of black quartz, judge my vow.\r\n";
    private static readonly byte[] Filler = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Line, 6_000)));
    private readonly int _port;
    private readonly int _largeEvery;
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly CancellationTokenSource _life = new();
    private readonly List<Task> _clients;
    private int _sequence;
    private int _inData;
    private int _refused;

    /// <summary>Starts that many clients; one message in <paramref name="largeEvery"/> has 200 KB, the others 0.3 to 4 KB.</summary>
    public LoadGenerator(int port, int clients, int largeEvery)
    {
        (_port, _largeEvery) = (port, largeEvery);
        _clients = [.. Enumerable.Range(0, clients).Select(SendAsync)];
    }

    /// <summary>The Message-IDs that got 250, each with the digest of its message: the server has taken responsibility for them.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged => _acknowledged;

    /// <summary>How many messages are between DATA and the reply to their end at this moment.</summary>
    public int InData => Volatile.Read(ref _inData);

    /// <summary>How many were refused with 4yz or 5yz.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Ends all clients, in the middle of a message if need be.</summary>
    public async Task StopAsync()
    {
        await _life.CancelAsync();
        await Task.WhenAll(_clients);
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _life.Dispose();
    }

    private async Task SendAsync(int client)
    {
        await Task.Yield();
        var random = new Random(client);
        while (!_life.IsCancellationRequested)
        {
            try
            {
                await using var caller = await SmtpCaller.ConnectAsync(_port, _life.Token);
                while (true)
                {
                    await SendOneAsync(caller, random);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The server died, or we stop.
            }
            await PauseAsync();
        }
    }

    private async Task SendOneAsync(SmtpCaller caller, Random random)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        var id = $"<load.{sequence}@near.example.test>";
        var lines = sequence % _largeEvery == 0 ? 5_000 : random.Next(8, 100);
        var header = $"From: load@near.example.test\r\nTo: sink@far.example.test\r\nSubject: {sequence}\r\nMessage-ID: {id}\r\n\r\n";
        byte[] content = [.. Encoding.ASCII.GetBytes(header), .. Filler.AsSpan(0, lines * Line.Length)];
        var reply = await caller.SendAsync(
            "load@near.example.test", ["sink@far.example.test"], content, _life.Token, moment => Interlocked.Add(ref _inData, moment));
        if (reply.IsPositive)
        {
            _acknowledged[id] = ReceivedMail.DigestOf(content);
        }
        else
        {
            Interlocked.Increment(ref _refused);
            await PauseAsync();
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Patience.PauseAsync(TimeSpan.FromMilliseconds(10), _life.Token);
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }
}
